package dev.varve.engine;

import java.util.UUID;

/// What is fixed when a pool is made.
///
/// @param compressionLevel zstd level of new blocks, 1 to 19; 0 stores them as they are
public record PoolSettings(UUID poolId, Checksum checksum, int compressionLevel, String label) {
    /// How blocks are checked.
    public enum Checksum {
        CRC32C,
        XXH3,
        SHA256,
        BLAKE2B
    }

    /// A plain pool with a random id, crc32c checksums and zstd level 1.
    public static PoolSettings defaults() {
        return new PoolSettings(UUID.randomUUID(), Checksum.CRC32C, 1, "");
    }
}
