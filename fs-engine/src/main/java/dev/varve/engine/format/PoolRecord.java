package dev.varve.engine.format;

import dev.varve.engine.model.Timestamp;
import java.util.UUID;

/// What is fixed when a pool is made.
///
/// @param checksum code of the block checksum
/// @param compressionLevel zstd level of new blocks; 0 for none
/// @param sealed whether blocks and heads are encrypted
/// @param contentKey the secret under which contents get their ids, 32 bytes; empty if sealed: it
///   comes from the ring of keys
/// @param label for people; empty if sealed: the ring of keys has it
public record PoolRecord(
        UUID poolId,
        Timestamp created,
        int checksum,
        int compressionLevel,
        boolean sealed,
        byte[] contentKey,
        String label) {}
