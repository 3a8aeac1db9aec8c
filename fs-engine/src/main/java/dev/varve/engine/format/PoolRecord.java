package dev.varve.engine.format;

import dev.varve.engine.model.Timestamp;
import java.util.UUID;

/// What is fixed when a pool is made.
///
/// @param checksum code of the block checksum
/// @param compressionLevel zstd level of new blocks; 0 for none
public record PoolRecord(
        UUID poolId, Timestamp created, int checksum, int compressionLevel, String label) {}
