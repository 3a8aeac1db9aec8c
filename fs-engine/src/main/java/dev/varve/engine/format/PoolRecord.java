package dev.varve.engine.format;

import dev.varve.engine.model.Timestamp;
import java.util.UUID;

/// What is fixed when a pool is made.
///
/// @param checksum code of the block checksum
/// @param compressionLevel zstd level of new blocks; 0 for none
/// @param contentKey the secret under which contents get their ids, 32 bytes
public record PoolRecord(
        UUID poolId,
        Timestamp created,
        int checksum,
        int compressionLevel,
        byte[] contentKey,
        String label) {}
