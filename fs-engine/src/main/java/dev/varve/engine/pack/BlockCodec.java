package dev.varve.engine.pack;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import dev.varve.engine.format.ChecksumKind;
import dev.varve.engine.format.PackFormat;
import dev.varve.engine.format.PackSlot;
import dev.varve.engine.model.CorruptionException;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;

/// Turns raw blocks into stored ones and back: compress, seal, checksum. Thread-safe.
final class BlockCodec implements AutoCloseable {
    private final Sealer sealer;
    private final BlockChecksums checksums = new BlockChecksums();
    private final Spares<Compressor> compressors = new Spares<>(Compressor::new, Compressor::close);
    private final Spares<ZstdDecompressCtx> decompressors =
            new Spares<>(ZstdDecompressCtx::new, ZstdDecompressCtx::close);

    BlockCodec(Sealer sealer) {
        this.sealer = sealer;
    }

    boolean seals() {
        return sealer.seals();
    }

    BlockChecksums checksums() {
        return checksums;
    }

    StoredBlock store(long address, BlockKind kind, byte[] raw, BlockTraits traits) {
        byte[] packed = traits.level() == 0 ? raw : compress(raw, traits.level());
        int codec = packed.length == raw.length ? PackFormat.RAW : PackFormat.ZSTD;
        BlockIdentity block = new BlockIdentity(address, kind, codec, raw.length);
        byte[] sealed = sealer.seal(traits.domain(), block, packed);
        byte[] sum = checksums.ofBlock(traits.checksum(), sealed, 0, sealed.length);
        return new StoredBlock(sealed, raw.length, codec, sealer.seals(), sum);
    }

    /// The raw bytes of a block that this codec has just stored.
    byte[] open(long address, BlockKind kind, StoredBlock block) throws IOException {
        BlockIdentity identity = new BlockIdentity(address, kind, block.codec(), block.rawLength());
        byte[] packed = sealer.open(identity.where(), identity, block.bytes());
        return block.codec() == PackFormat.RAW
                ? packed
                : decompress("new block", packed, block.rawLength());
    }

    /// The raw bytes of a block read from an object, verified.
    ///
    /// @param where object and slot, for messages
    byte[] open(String where, long address, ChecksumKind sumKind, PackSlot slot, byte[] stored)
            throws IOException {
        byte[] packed = unsealed(where, address, sumKind, slot, stored);
        if (slot.codec() == PackFormat.ZSTD) {
            return decompress(where, packed, slot.rawLength());
        }
        if (packed.length != slot.rawLength()) {
            throw new CorruptionException(
                    where, slot.rawLength() + " bytes", Integer.toString(packed.length));
        }
        return packed;
    }

    /// What was sealed of a block read from an object: verified, still compressed.
    byte[] unsealed(String where, long address, ChecksumKind sumKind, PackSlot slot, byte[] stored)
            throws IOException {
        verify(where, sumKind, slot, stored, 0, stored.length);
        if (slot.sealed() != sealer.seals()) {
            throw new CorruptionException(
                    where, sealer.seals() ? "a sealed block" : "a plain block", "the contrary");
        }
        BlockIdentity block =
                new BlockIdentity(
                        address, BlockKinds.of(slot.kind()), slot.codec(), slot.rawLength());
        return sealer.open(where, block, stored);
    }

    /// Fails unless these are the bytes that were stored.
    void verify(
            String where, ChecksumKind sumKind, PackSlot slot, byte[] bytes, int offset, int length)
            throws CorruptionException {
        if (length != slot.storedLength()) {
            throw new CorruptionException(
                    where, slot.storedLength() + " bytes", Integer.toString(length));
        }
        byte[] actual = checksums.ofBlock(sumKind, bytes, offset, length);
        if (!Arrays.equals(actual, slot.checksum())) {
            HexFormat hex = HexFormat.of();
            throw new CorruptionException(
                    where, sumKind + " " + hex.formatHex(slot.checksum()), hex.formatHex(actual));
        }
    }

    @Override
    public void close() {
        compressors.close();
        decompressors.close();
    }

    private byte[] compress(byte[] raw, int level) {
        Compressor compressor = compressors.take();
        try {
            return compressor.compress(raw, level);
        } finally {
            compressors.giveBack(compressor);
        }
    }

    private byte[] decompress(String where, byte[] packed, int rawLength)
            throws CorruptionException {
        ZstdDecompressCtx context = decompressors.take();
        try {
            byte[] raw = new byte[rawLength];
            int length = context.decompressByteArray(raw, 0, rawLength, packed, 0, packed.length);
            if (length != rawLength) {
                throw new CorruptionException(
                        where, rawLength + " raw bytes", Integer.toString(length));
            }
            return raw;
        } catch (ZstdException e) {
            throw new CorruptionException(
                    where, "a zstd frame of " + rawLength + " bytes", e.toString());
        } finally {
            decompressors.giveBack(context);
        }
    }
}
