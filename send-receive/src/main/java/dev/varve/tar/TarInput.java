package dev.varve.tar;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import org.apache.commons.compress.archivers.tar.TarConstants;

/// Counts and reads the blocks of an archive.
final class TarInput {
    private final InputStream in;
    private final byte[] block = new byte[TarConstants.DEFAULT_RCDSIZE];
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
        int count;
        try {
            count = in.readNBytes(target, 0, length);
        } catch (EOFException _) {
            count = 0; // how a decompressor says that its input ends early
        }
        offset += count;
        if (count < length) {
            throw new MalformedTarException(offset, "the archive ends early");
        }
    }

    void skipPadding(long length) throws IOException {
        int rest = (int) (length % TarConstants.DEFAULT_RCDSIZE);
        if (rest > 0) {
            read(new byte[TarConstants.DEFAULT_RCDSIZE], TarConstants.DEFAULT_RCDSIZE - rest);
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

    void drain() throws IOException {
        try {
            in.transferTo(OutputStream.nullOutputStream());
        } catch (EOFException _) {
            throw new MalformedTarException(offset, "the archive ends early");
        }
    }

    static boolean isZero(byte[] bytes) {
        return Arrays.equals(bytes, new byte[bytes.length]);
    }
}
