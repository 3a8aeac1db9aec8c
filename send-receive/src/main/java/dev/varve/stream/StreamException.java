package dev.varve.stream;

import java.io.IOException;

/// A stream that cannot be taken: the input is at fault, not the medium. The message starts with
/// the position, and the path if one is known.
public abstract sealed class StreamException extends IOException
        permits MalformedStreamException, UnsupportedStreamException {
    private final StreamPosition position;
    private final String path;

    StreamException(StreamPosition position, String path, String problem) {
        super(message(position, path, problem));
        this.position = position;
        this.path = path;
    }

    private static String message(StreamPosition position, String path, String problem) {
        return path.isEmpty()
                ? position + ": " + problem
                : position + ", path '" + path + "': " + problem;
    }

    /// Where in the input.
    public StreamPosition position() {
        return position;
    }

    /// The path the command is about, decoded for people; empty if there is none.
    public String path() {
        return path;
    }
}
