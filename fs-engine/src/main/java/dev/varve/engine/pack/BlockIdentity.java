package dev.varve.engine.pack;

import dev.varve.engine.format.BlockAddress;

/// Which block some bytes are: what encryption binds them to.
///
/// @param codec of the bytes that are encrypted
/// @param rawLength after decompression
public record BlockIdentity(long address, BlockKind kind, int codec, int rawLength) {
    /// What a reader calls the block before it knows where it stands.
    String where() {
        return "block " + new BlockAddress(address);
    }
}
