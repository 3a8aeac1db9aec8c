package dev.varve.engine.store;

import java.io.Closeable;
import java.io.IOException;

/// The right to write to a store, until closed or until the process ends.
public interface WriterLock extends Closeable {
    @Override
    void close() throws IOException;
}
