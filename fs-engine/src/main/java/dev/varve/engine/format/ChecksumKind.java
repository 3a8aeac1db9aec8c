package dev.varve.engine.format;

import dev.varve.engine.model.CorruptionException;

/// How stored blocks are checked. One kind per pack; a pool may change it for new packs.
public enum ChecksumKind {
    /// CRC-32 with the Castagnoli polynomial, as btrfs has by default.
    CRC32C(1, 4),
    /// XXH3, 64 bits, seed 0.
    XXH3(2, 8),
    SHA256(3, 32),
    /// BLAKE2b, 256 bits, no key.
    BLAKE2B(4, 32);

    private final int id;
    private final int lengthBytes;

    ChecksumKind(int id, int lengthBytes) {
        this.id = id;
        this.lengthBytes = lengthBytes;
    }

    /// The number that stands for this kind on disk.
    public int id() {
        return id;
    }

    public int lengthBytes() {
        return lengthBytes;
    }

    /// The kind of a number read from disk.
    ///
    /// @param where what holds the number, for the message
    public static ChecksumKind of(String where, int id) throws CorruptionException {
        for (ChecksumKind kind : values()) {
            if (kind.id == id) {
                return kind;
            }
        }
        throw new CorruptionException(where, "a checksum kind", Integer.toString(id));
    }
}
