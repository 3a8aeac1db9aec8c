package dev.varve.engine.pack;

import dev.varve.engine.format.ChecksumKind;

/// How blocks are written and read.
///
/// @param checksum of new packs; old ones keep theirs
/// @param compressionLevel of zstd, 1 to 19; 0 stores blocks as they are
/// @param threads that compress
/// @param verify whether new packs are read back before a flush returns
/// @param packRawBytes a pack is full when its blocks have this many bytes before compression. The
///   heap holds at most six packs: of each kind one being filled and two full ones
/// @param tableCacheBytes heap for the tables of packs
/// @param dataCacheBytes heap for data blocks just read
public record BlockStoreOptions(
        ChecksumKind checksum,
        int compressionLevel,
        int threads,
        boolean verify,
        int packRawBytes,
        long tableCacheBytes,
        long dataCacheBytes) {
    /// The size at which packs are full unless told otherwise.
    public static final int DEFAULT_PACK_RAW_BYTES = 32 << 20;

    public BlockStoreOptions {
        if (compressionLevel < 0 || compressionLevel > 19 || threads < 1) {
            throw new IllegalArgumentException(
                    "compression level " + compressionLevel + ", " + threads + " threads");
        }
        if (packRawBytes < 1 || packRawBytes > 1 << 30) {
            throw new IllegalArgumentException("pack of " + packRawBytes + " bytes");
        }
    }

    /// Verified packs of 32 MiB, 16 MiB of each cache.
    public static BlockStoreOptions of(ChecksumKind checksum, int compressionLevel, int threads) {
        return new BlockStoreOptions(
                checksum,
                compressionLevel,
                threads,
                true,
                DEFAULT_PACK_RAW_BYTES,
                16L << 20,
                16L << 20);
    }

    /// The same with another pack size.
    public BlockStoreOptions withPackRawBytes(int bytes) {
        return new BlockStoreOptions(
                checksum,
                compressionLevel,
                threads,
                verify,
                bytes,
                tableCacheBytes,
                dataCacheBytes);
    }

    /// The same with or without reading back.
    public BlockStoreOptions withVerify(boolean readBack) {
        return new BlockStoreOptions(
                checksum,
                compressionLevel,
                threads,
                readBack,
                packRawBytes,
                tableCacheBytes,
                dataCacheBytes);
    }
}
