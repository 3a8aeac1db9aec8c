package dev.varve.engine.pack;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.util.Arrays;

/// One thread's zstd and the buffer it writes to.
final class Compressor implements AutoCloseable {
    /// What compression must save, as a part of the block, to be worth undoing at every read.
    private static final int WORTHWHILE_PART = 16;

    /// Up to this level zstd itself passes over random bytes at 2 GB/s and more; above it, asking a
    /// fast level first costs little and saves much (level 12: 0.5 GB/s, level 19: 14 MB/s).
    private static final int PROBE_ABOVE_LEVEL = 9;

    private final ZstdCompressCtx context = new ZstdCompressCtx();
    private byte[] buffer = {};

    /// The compressed bytes, or `raw` itself if they would not be much fewer.
    byte[] compress(byte[] raw, int level) {
        if (level > PROBE_ABOVE_LEVEL && run(raw, 1) >= raw.length) {
            return raw;
        }
        int length = run(raw, level);
        return length <= raw.length - Math.max(1, raw.length / WORTHWHILE_PART)
                ? Arrays.copyOf(buffer, length)
                : raw;
    }

    @Override
    public void close() {
        context.close();
    }

    private int run(byte[] raw, int atLevel) {
        int bound = (int) Zstd.compressBound(raw.length);
        if (buffer.length < bound) {
            buffer = new byte[bound];
        }
        context.setLevel(atLevel);
        return context.compressByteArray(buffer, 0, buffer.length, raw, 0, raw.length);
    }
}
