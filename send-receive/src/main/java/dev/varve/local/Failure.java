package dev.varve.local;

/// Something that could not be done, while the rest went on.
///
/// @param path relative to the root of the work, decoded for people
/// @param reason what stood in the way
public record Failure(String path, String reason) {
    @Override
    public String toString() {
        return path + ": " + reason;
    }
}
