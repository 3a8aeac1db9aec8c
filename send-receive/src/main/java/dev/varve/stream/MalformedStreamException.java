package dev.varve.stream;

/// The input is no send stream, is damaged or cut, or asks for what must not or cannot be done.
public final class MalformedStreamException extends StreamException {
    /// @param path empty if none is known
    public MalformedStreamException(StreamPosition position, String path, String problem) {
        super(position, path, problem);
    }

    public MalformedStreamException(
            StreamPosition position, String path, String problem, Throwable cause) {
        super(position, path, problem);
        initCause(cause);
    }
}
