package dev.varve.send;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import dev.varve.engine.FileTree;
import dev.varve.engine.model.CorruptionException;
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
    private final boolean isMeasured;
    private final int pieceBytes;
    private final int readBytes;
    private final ByteBuffer buffer;
    private final ByteBuffer zeros;
    private final byte[] frame;
    private final ZstdCompressCtx compressor;

    /// @param isMeasured send zeros instead of reading, because only the length is wanted
    Contents(CommandSink sink, FileTree tree, SendOptions options, boolean isMeasured) {
        this.sink = sink;
        this.tree = tree;
        this.options = options;
        this.isMeasured = isMeasured;
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
        for (long at = start; at < end; ) {
            int length = (int) Math.min(end - at, readBytes - at % pieceBytes);
            read(path, inode, at, length);
            sendBuffer(path, at, length, sizeBytes);
            at += length;
        }
    }

    private void read(byte[] path, long inode, long at, int length) throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted while sending " + Paths.text(path));
        }
        buffer.clear().limit(length);
        if (isMeasured) {
            return;
        }
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
        boolean isAligned =
                offset % SECTOR_BYTES == 0
                        && (length % SECTOR_BYTES == 0 || offset + length == sizeBytes);
        if (isMeasured || !isAligned || length <= SECTOR_BYTES) {
            return false;
        }
        int compressed =
                compressor.compressByteArray(
                        frame, 0, frame.length, data.array(), data.arrayOffset(), length);
        if (compressed > length - SECTOR_BYTES) {
            return false;
        }
        long sectors = (length + SECTOR_BYTES - 1L) / SECTOR_BYTES * SECTOR_BYTES;
        StreamCommand.Encoding encoding =
                new StreamCommand.Encoding(length, sectors, 0, ZSTD, Optional.of(0));
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
