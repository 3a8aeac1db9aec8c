package dev.varve.stream;

/// The input is no send stream, is damaged or cut, or asks for what must not or cannot be done.
public final class MalformedStreamException extends StreamException {
    private boolean happenedOnTheWay;

    /// @param path empty if none is known
    public MalformedStreamException(StreamPosition position, String path, String problem) {
        super(position, path, problem);
    }

    public MalformedStreamException(
            StreamPosition position, String path, String problem, Throwable cause) {
        super(position, path, problem);
        initCause(cause);
    }

    /// The input ends early, or a checksum is wrong.
    static MalformedStreamException onTheWay(StreamPosition position, String problem) {
        MalformedStreamException error = new MalformedStreamException(position, "", problem);
        error.happenedOnTheWay = true;
        return error;
    }

    /// Whether the stream may be sound where it comes from: its bytes were cut off or damaged, and
    /// everything before [#position] was right.
    public boolean happenedOnTheWay() {
        return happenedOnTheWay;
    }
}
