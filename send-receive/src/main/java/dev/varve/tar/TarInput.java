package dev.varve.tar;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/// Counts and reads the blocks of an archive.
final class TarInput {
    private final InputStream in;
    private final byte[] block = new byte[TarFormat.BLOCK_BYTES];
    private long offset;

    TarInput(InputStream in) {
        this.in = in;
    }

    /// Bytes read so far.
    long offset() {
        return offset;
    }

    /// The next block, valid until the next call.
    byte[] block() throws IOException {
        read(block, block.length);
        return block;
    }

    /// The next bytes, with the padding behind them skipped.
    byte[] bytes(int length) throws IOException {
        byte[] bytes = new byte[length];
        read(bytes, length);
        skipPadding(length);
        return bytes;
    }

    void read(byte[] target, int length) throws IOException {
        int count = in.readNBytes(target, 0, length);
        offset += count;
        if (count < length) {
            throw new MalformedTarException(offset, "the archive ends early");
        }
    }

    void skipPadding(long length) throws IOException {
        int rest = (int) (length % TarFormat.BLOCK_BYTES);
        if (rest > 0) {
            read(new byte[TarFormat.BLOCK_BYTES], TarFormat.BLOCK_BYTES - rest);
        }
    }

    void skip(long length) throws IOException {
        try {
            in.skipNBytes(length);
        } catch (EOFException _) {
            throw new MalformedTarException(offset, "the archive ends early");
        }
        offset += length;
    }

    static boolean isZero(byte[] bytes) {
        return Arrays.equals(bytes, new byte[bytes.length]);
    }
}
