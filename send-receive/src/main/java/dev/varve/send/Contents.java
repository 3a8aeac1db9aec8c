package dev.varve.send;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import dev.varve.engine.FileTree;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.Extent;
import dev.varve.engine.model.Scan;
import dev.varve.stream.StreamCommand;
import dev.varve.stream.StreamWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/// Sends the bytes of ranges, in pieces that every receiver takes. One buffer is all it holds.
final class Contents implements Closeable {
    private static final int MAX_READ_BYTES = 1 << 20;

    /// What the kernel's receivers take for a sector, and so the least that compression must save.
    static final int SECTOR_BYTES = 4096;

    private static final int ZSTD = 2;
    private static final int ZSTD_LEVEL = 3;

    /// The largest window that btrfs decompresses.
    private static final int WINDOW_LOG = 17;

    private final CommandSink sink;
    private final FileTree tree;
    private final SendOptions options;
    private final int pieceBytes;
    private final int readBytes;
    private final ByteBuffer buffer;
    private final ByteBuffer zeros;
    private final byte[] frame;
    private final ZstdCompressCtx compressor;

    Contents(CommandSink sink, FileTree tree, SendOptions options) {
        this.sink = sink;
        this.tree = tree;
        this.options = options;
        this.pieceBytes = StreamWriter.maxDataBytes(options.protocol());
        this.readBytes = MAX_READ_BYTES / pieceBytes * pieceBytes;
        this.buffer = ByteBuffer.allocate(readBytes);
        this.zeros = ByteBuffer.allocate(pieceBytes);
        this.frame = new byte[(int) Zstd.compressBound(pieceBytes)];
        this.compressor = new ZstdCompressCtx().setLevel(ZSTD_LEVEL).setWindowLog(WINDOW_LOG);
    }

    /// Sends bytes `start` to `end` of a file.
    ///
    /// @param sizeBytes the file's size, which the receiver's file does not exceed
    void send(byte[] path, long inode, long start, long end, long sizeBytes) throws IOException {
        if (options.withoutData()) {
            sink.put(new StreamCommand.UpdateExtent(path, start, end - start));
            return;
        }
        long at = start;
        if (options.compressedData()) {
            Scan<Extent> extents = tree.extents(inode, start);
            while (extents.advance() && extents.current().offset() < end) {
                if (extents.current() instanceof Extent.Data data) {
                    long from = Math.max(at, data.offset());
                    long to = Math.min(end, data.end());
                    if (isPassable(data, from, to, sizeBytes)) {
                        sendBytes(path, inode, at, from, sizeBytes);
                        passOn(path, data, from, to);
                        at = to;
                    }
                }
            }
        }
        sendBytes(path, inode, at, end, sizeBytes);
    }

    /// Whether the kernel takes this part of a stored block as it is: zstd in one frame that saves
    /// a sector, whole sectors in the block and in the file, or up to its end.
    private boolean isPassable(Extent.Data data, long from, long to, long sizeBytes)
            throws IOException {
        if (data.blockLength() > StreamWriter.maxDataBytes(options.protocol())
                || !isAligned(from, to, sizeBytes)
                || blockOffset(data, from) % SECTOR_BYTES != 0) {
            return false;
        }
        int frameBytes = tree.frameLength(data.block());
        return frameBytes > 0 && frameBytes <= to - from - SECTOR_BYTES;
    }

    private static boolean isAligned(long from, long to, long sizeBytes) {
        return from % SECTOR_BYTES == 0 && (to % SECTOR_BYTES == 0 || to == sizeBytes);
    }

    private static long blockOffset(Extent.Data data, long from) {
        return data.blockOffset() + (from - data.offset());
    }

    private static long wholeSectors(long length) {
        return (length + SECTOR_BYTES - 1) / SECTOR_BYTES * SECTOR_BYTES;
    }

    /// Sends a stored block as it is.
    private void passOn(byte[] path, Extent.Data data, long from, long to) throws IOException {
        requireUninterrupted(path);
        ByteBuffer stored =
                sink.needsData()
                        ? ByteBuffer.wrap(tree.frame(data.block()))
                        : zeros.slice(0, tree.frameLength(data.block()));
        StreamCommand.Encoding encoding =
                new StreamCommand.Encoding(
                        to - from,
                        wholeSectors(data.blockLength()),
                        blockOffset(data, from),
                        ZSTD,
                        Optional.of(0));
        sink.put(new StreamCommand.EncodedWrite(path, from, encoding, stored));
    }

    /// Sends bytes in pieces; data that nobody looks at is not read, unless its length is not known
    /// before it is compressed.
    private void sendBytes(byte[] path, long inode, long start, long end, long sizeBytes)
            throws IOException {
        for (long at = start; at < end; ) {
            int piece = (int) Math.min(end - at, pieceBytes - at % pieceBytes);
            if (sink.needsData()) {
                int length = (int) Math.min(end - at, readBytes - at % pieceBytes);
                read(path, inode, at, length);
                sendBuffer(path, at, length, sizeBytes);
                at += length;
            } else if (options.compressedData() && isAligned(at, at + piece, sizeBytes)) {
                read(path, inode, at, piece);
                sendBuffer(path, at, piece, sizeBytes);
                at += piece;
            } else {
                sink.put(new StreamCommand.Write(path, at, zeros.slice(0, piece)));
                at += piece;
            }
        }
    }

    private static void requireUninterrupted(byte[] path) throws InterruptedIOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted while sending " + Paths.text(path));
        }
    }

    private void read(byte[] path, long inode, long at, int length) throws IOException {
        requireUninterrupted(path);
        buffer.clear().limit(length);
        while (buffer.hasRemaining()) {
            if (tree.read(inode, at + buffer.position(), buffer) == 0) {
                throw new CorruptionException(
                        "inode %d offset %d".formatted(inode, at + buffer.position()),
                        "data",
                        "end of file");
            }
        }
    }

    /// Pieces end where the offset is a multiple of their greatest length.
    private void sendBuffer(byte[] path, long at, int length, long sizeBytes) throws IOException {
        for (int from = 0; from < length; ) {
            long offset = at + from;
            int piece = (int) Math.min(length - from, pieceBytes - offset % pieceBytes);
            ByteBuffer data = buffer.slice(from, piece);
            if (!options.compressedData() || !sendCompressed(path, offset, data, sizeBytes)) {
                sink.put(new StreamCommand.Write(path, offset, data));
            }
            from += piece;
        }
    }

    /// The kernel takes an encoded extent only if it begins at a sector, ends at one or at the end
    /// of the file, and is smaller than what it decodes to.
    private boolean sendCompressed(byte[] path, long offset, ByteBuffer data, long sizeBytes)
            throws IOException {
        int length = data.remaining();
        if (!isAligned(offset, offset + length, sizeBytes) || length <= SECTOR_BYTES) {
            return false;
        }
        int compressed =
                compressor.compressByteArray(
                        frame, 0, frame.length, data.array(), data.arrayOffset(), length);
        if (compressed > length - SECTOR_BYTES) {
            return false;
        }
        StreamCommand.Encoding encoding =
                new StreamCommand.Encoding(length, wholeSectors(length), 0, ZSTD, Optional.of(0));
        sink.put(
                new StreamCommand.EncodedWrite(
                        path, offset, encoding, ByteBuffer.wrap(frame, 0, compressed)));
        return true;
    }

    /// Sends zeros, for receivers that cannot make holes.
    void sendZeros(byte[] path, long start, long end) throws IOException {
        if (options.withoutData()) {
            sink.put(new StreamCommand.UpdateExtent(path, start, end - start));
            return;
        }
        for (long at = start; at < end; ) {
            int piece = (int) Math.min(end - at, pieceBytes - at % pieceBytes);
            sink.put(new StreamCommand.Write(path, at, zeros.slice(0, piece)));
            at += piece;
        }
    }

    @Override
    public void close() {
        compressor.close();
    }
}
