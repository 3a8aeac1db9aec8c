package dev.varve.engine.pack;

import java.io.IOException;

/// Encrypts and decrypts blocks, after compression and before the checksum. Thread-safe.
public interface Sealer {
    /// Stores blocks as they are.
    Sealer PLAIN = new PlainSealer();

    /// The bytes to store: `bytes` itself or a new array, at most 256 bytes longer. Bound to the
    /// address: opening under another fails.
    byte[] seal(long address, BlockKind kind, byte[] bytes);

    /// The bytes that were sealed.
    ///
    /// @throws dev.varve.engine.model.CorruptionException if they are not what was sealed for this
    ///   address and kind
    byte[] open(long address, BlockKind kind, byte[] sealed) throws IOException;

    /// Whether blocks are encrypted; one that is not, in a pool that does, is no block of ours.
    boolean seals();
}
