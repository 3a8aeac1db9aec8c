package dev.varve.engine.pack;

import dev.varve.engine.format.ChecksumKind;
import dev.varve.engine.format.Checksums;
import dev.varve.engine.format.StandardChecksums;
import dev.varve.engine.seal.Blake2b;

/// Every checksum a pack may have.
record BlockChecksums() implements Checksums {
    static final byte[] NO_PREFIX = {};

    @Override
    public byte[] of(ChecksumKind kind, byte[] prefix, byte[] bytes, int offset, int length) {
        return switch (kind) {
            case CRC32C -> StandardChecksums.crc32c(prefix, bytes, offset, length);
            case XXH3 -> StandardChecksums.xxh3(prefix, bytes, offset, length);
            case SHA256 -> StandardChecksums.sha256(prefix, bytes, offset, length);
            case BLAKE2B -> Blake2b.hash(prefix, bytes, offset, length);
        };
    }

    /// The checksum of a stored block.
    byte[] ofBlock(ChecksumKind kind, byte[] stored, int offset, int length) {
        return of(kind, NO_PREFIX, stored, offset, length);
    }
}
