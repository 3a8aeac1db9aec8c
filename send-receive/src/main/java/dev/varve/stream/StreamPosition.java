package dev.varve.stream;

/// A place in the input.
///
/// @param command the command's number, counted from 1 over the whole input; 0 before the first
/// @param offsetBytes where it starts
public record StreamPosition(long command, long offsetBytes) {
    @Override
    public String toString() {
        return "command " + command + " at byte " + offsetBytes;
    }
}
