package dev.varve.stream;

/// The stream is sound but needs what this program does not have.
public final class UnsupportedStreamException extends StreamException {
    /// @param path empty if none is known
    public UnsupportedStreamException(StreamPosition position, String path, String problem) {
        super(position, path, problem);
    }
}
