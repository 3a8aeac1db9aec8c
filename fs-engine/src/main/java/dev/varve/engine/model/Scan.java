package dev.varve.engine.model;

import java.io.IOException;

/// A lazy, ordered pass over items read from a pool.
///
/// ```java
/// for (Scan<DirEntry> entries = tree.list(dir); entries.advance(); ) {
///     use(entries.current());
/// }
/// ```
public interface Scan<T> {
    /// Steps to the next item; false at the end.
    boolean advance() throws IOException;

    /// The item stepped to.
    ///
    /// @throws IllegalStateException before the first or after the last step
    T current();
}
