package dev.varve.receive;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import dev.varve.stream.StreamCommand.Encoding;
import java.io.Closeable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// Decodes the content of encoded writes. A payload is a whole extent as btrfs stores it: the
/// compressed bytes, then whatever fills the last sector.
final class ContentDecoder implements Closeable {
    private static final int ZLIB = 1;
    private static final int ZSTD = 2;
    private static final int LZO_FIRST = 3;
    private static final int LZO_LAST = 7;
    private static final int LZO_SMALLEST_SECTOR_BYTES = 4096;

    private final int maxBytes;
    private final byte[] decoded;
    private final Inflater inflater = new Inflater();
    private final ZstdDecompressCtx zstd = new ZstdDecompressCtx();

    /// @param maxBytes the largest extent taken, encoded or decoded
    ContentDecoder(int maxBytes) {
        this.maxBytes = maxBytes;
        decoded = new byte[maxBytes];
    }

    /// The bytes that go into the file, valid until the next call.
    ///
    /// @throws DataFormatException if the payload or what is said about it is wrong
    ByteBuffer decode(Encoding encoding, ByteBuffer payload) throws DataFormatException {
        requireSane(encoding, payload.remaining());
        byte[] encoded = new byte[payload.remaining()];
        payload.duplicate().get(encoded);
        int length =
                switch (encoding.compression()) {
                    case ZLIB -> inflate(encoded);
                    case ZSTD -> decodeZstd(encoded);
                    default ->
                            decodeLzo(
                                    encoded,
                                    LZO_SMALLEST_SECTOR_BYTES
                                            << (encoding.compression() - LZO_FIRST));
                };
        int wanted = (int) encoding.unencodedLength();
        if (length < wanted) {
            Arrays.fill(decoded, length, wanted, (byte) 0);
        }
        return ByteBuffer.wrap(
                decoded, (int) encoding.unencodedOffset(), (int) encoding.fileLength());
    }

    private void requireSane(Encoding encoding, int payloadBytes) throws DataFormatException {
        int compression = encoding.compression();
        if (compression < ZLIB || compression > LZO_LAST) {
            throw new DataFormatException(
                    "unknown compression " + Integer.toUnsignedString(compression));
        }
        if (encoding.encryption().orElse(0) != 0) {
            throw new DataFormatException(
                    "unknown encryption "
                            + Integer.toUnsignedString(encoding.encryption().orElse(0)));
        }
        if (payloadBytes == 0) {
            throw new DataFormatException("no encoded bytes");
        }
        requireAtMost("encoded bytes", payloadBytes, maxBytes);
        requireAtMost("unencoded bytes", encoding.unencodedLength(), maxBytes);
        requireAtMost("offset", encoding.unencodedOffset(), encoding.unencodedLength());
        requireAtMost(
                "bytes for the file",
                encoding.fileLength(),
                encoding.unencodedLength() - encoding.unencodedOffset());
    }

    private static void requireAtMost(String what, long value, long limit)
            throws DataFormatException {
        if (value < 0 || value > limit) {
            throw new DataFormatException(
                    "%s: %s, at most %d fit".formatted(what, Long.toUnsignedString(value), limit));
        }
    }

    private int inflate(byte[] encoded) throws DataFormatException {
        inflater.reset();
        inflater.setInput(encoded);
        int length = 0;
        while (!inflater.finished() && length < decoded.length) {
            int count = inflater.inflate(decoded, length, decoded.length - length);
            if (count == 0 && !inflater.finished()) {
                throw new DataFormatException(
                        inflater.needsDictionary()
                                ? "zlib: needs a dictionary"
                                : "zlib: the input ends early");
            }
            length += count;
        }
        if (!inflater.finished() && (inflater.inflate(new byte[1]) > 0 || !inflater.finished())) {
            throw new DataFormatException("zlib: more than " + maxBytes + " bytes");
        }
        return length;
    }

    private int decodeZstd(byte[] encoded) throws DataFormatException {
        try {
            long frameBytes = Zstd.findFrameCompressedSize(encoded, 0, encoded.length);
            return zstd.decompressByteArray(
                    decoded, 0, decoded.length, encoded, 0, (int) frameBytes);
        } catch (ZstdException e) {
            throw new DataFormatException("zstd: " + e.getMessage());
        }
    }

    /// Total length u32, itself included, then segments of length u32 and bytes, one for each
    /// sector of content. A length never crosses the end of a sector.
    private int decodeLzo(byte[] encoded, int sectorBytes) throws DataFormatException {
        ByteBuffer buffer = ByteBuffer.wrap(encoded).order(ByteOrder.LITTLE_ENDIAN);
        long total = lzoLength(buffer, 0, encoded.length);
        int at = Integer.BYTES;
        int length = 0;
        while (at < total) {
            int leftInSector = sectorBytes - at % sectorBytes;
            if (leftInSector < Integer.BYTES) {
                at += leftInSector;
                continue;
            }
            int start = at + Integer.BYTES;
            int end = start + lzoLength(buffer, at, (int) total - start);
            int limit = Math.min(decoded.length, length + sectorBytes);
            length += LzoDecoder.decode(encoded, start, end, decoded, length, limit);
            at = end;
        }
        return length;
    }

    private static int lzoLength(ByteBuffer buffer, int at, int limit) throws DataFormatException {
        if (limit < 0 || buffer.limit() - at < Integer.BYTES) {
            throw new DataFormatException("LZO: the input ends inside a length");
        }
        int length = buffer.getInt(at);
        if (length < 0 || length > limit) {
            throw new DataFormatException(
                    "LZO: a segment of %s bytes, at most %d fit"
                            .formatted(Integer.toUnsignedString(length), limit));
        }
        return length;
    }

    @Override
    public void close() {
        inflater.end();
        zstd.close();
    }
}
