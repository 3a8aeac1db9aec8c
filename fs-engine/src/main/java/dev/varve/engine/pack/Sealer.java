package dev.varve.engine.pack;

import java.io.IOException;

/// Encrypts and decrypts blocks, after compression and before the checksum, and the few objects
/// that are no packs. Thread-safe.
public interface Sealer {
    /// Stores everything as it is.
    Sealer PLAIN = new PlainSealer();

    /// The bytes to store: `bytes` itself or a new array, at most 256 bytes longer. Bound to the
    /// block: opening them as another fails.
    ///
    /// @param domain whose key to use: a number that the pool's ring knows
    byte[] seal(int domain, BlockIdentity block, byte[] bytes);

    /// The bytes that were sealed.
    ///
    /// @param where object and slot, for messages
    /// @throws dev.varve.engine.model.CorruptionException if they are not what was sealed as this
    ///   block
    byte[] open(String where, BlockIdentity block, byte[] sealed) throws IOException;

    /// The bytes to store for an object of this name.
    byte[] sealObject(String name, byte[] bytes);

    /// The bytes of the object of this name.
    ///
    /// @throws dev.varve.engine.model.CorruptionException if they are not what was sealed for it
    byte[] openObject(String name, byte[] stored) throws IOException;

    /// Whether blocks are encrypted; one that is not, in a pool that does, is no block of ours.
    boolean seals();
}
