package dev.varve.engine.pack;

import java.io.IOException;

/// Gets this process a writer's number that nobody ever had. Asked once, when the first block is
/// appended.
@FunctionalInterface
public interface WriterClaim {
    /// A number from 1 to [dev.varve.engine.format.BlockAddress#MAX_WRITER].
    int claim() throws IOException;
}
