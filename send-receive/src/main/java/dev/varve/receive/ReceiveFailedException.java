package dev.varve.receive;

import dev.varve.stream.StreamPosition;
import java.io.IOException;

/// The destination refused a command that is sound: it lacks the right, the room or the feature.
public final class ReceiveFailedException extends IOException {
    private final StreamPosition position;

    ReceiveFailedException(StreamPosition position, String path, IOException cause) {
        super("%s, path '%s': %s".formatted(position, path, cause.getMessage()), cause);
        this.position = position;
    }

    /// The command that was refused.
    public StreamPosition position() {
        return position;
    }
}
