package dev.varve.send;

import dev.varve.stream.StreamCommand;
import java.io.IOException;

/// Takes the commands of a stream one by one. Buffers in a command are reused after the call.
interface CommandSink {
    void put(StreamCommand command) throws IOException;

    /// Whether the data of the next command is looked at; otherwise only its length.
    boolean needsData();
}
