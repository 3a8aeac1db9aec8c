package dev.varve.tar;

import dev.varve.engine.FileTree;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.XattrName;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/// Writes members to an archive: ustar headers, and pax records for what they cannot say.
final class TarWriter {
    private static final int BUFFER_BYTES = 1 << 20;
    private static final byte[] NONE = {};
    private static final byte[] PAX_NAME = {'.', '/', 'P', 'a', 'x', 'H', 'e', 'a', 'd', 'e', 'r'};

    private final OutputStream out;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private long offset;

    TarWriter(OutputStream out) {
        this.out = out;
    }

    /// Writes one name of a file already written.
    void writeLink(byte[] path, byte[] first, Inode inode) throws IOException {
        writeHeader(TarFormat.HARD_LINK, path, first, inode, new PaxRecords());
    }

    /// Writes anything but a socket.
    ///
    /// @param path a directory's ends in `/`
    /// @return bytes of content
    long write(byte[] path, FileTree tree, Inode inode) throws IOException {
        byte type =
                switch (inode.type()) {
                    case REGULAR -> TarFormat.REGULAR;
                    case DIRECTORY -> TarFormat.DIRECTORY;
                    case SYMLINK -> TarFormat.SYMLINK;
                    case CHARACTER_DEVICE -> TarFormat.CHARACTER_DEVICE;
                    case BLOCK_DEVICE -> TarFormat.BLOCK_DEVICE;
                    case FIFO -> TarFormat.FIFO;
                    case SOCKET -> throw new IllegalArgumentException("tar does not know sockets");
                };
        byte[] link = type == TarFormat.SYMLINK ? tree.symlinkTarget(inode.number()) : NONE;
        PaxRecords pax = new PaxRecords();
        for (XattrName name : tree.xattrs(inode.number())) {
            Optional<byte[]> value = tree.xattr(inode.number(), name);
            value.ifPresent(bytes -> pax.putXattr(name.bytes(), bytes));
        }
        writeHeader(type, path, link, inode, pax);
        return type == TarFormat.REGULAR ? writeContent(tree, inode) : 0;
    }

    private void writeHeader(byte type, byte[] path, byte[] link, Inode inode, PaxRecords pax)
            throws IOException {
        long size = type == TarFormat.REGULAR ? inode.sizeBytes() : 0;
        long seconds = inode.modifyTime().seconds();
        if (path.length > TarFormat.NAME_BYTES) {
            pax.put("path", path);
        }
        if (link.length > TarFormat.NAME_BYTES) {
            pax.put("linkpath", link);
        }
        if (!TarFormat.fitsLong(size)) {
            pax.put("size", size);
        }
        if (!TarFormat.fitsShort(inode.uid())) {
            pax.put("uid", inode.uid());
        }
        if (!TarFormat.fitsShort(inode.gid())) {
            pax.put("gid", inode.gid());
        }
        pax.put("mtime", inode.modifyTime());
        pax.put("atime", inode.accessTime());
        pax.put("ctime", inode.changeTime());
        writePax(pax);
        long rdev = inode.rdev();
        out(
                TarFormat.write(
                        new TarFormat.Header(
                                type,
                                path,
                                link,
                                inode.permissions(),
                                TarFormat.fitsShort(inode.uid()) ? inode.uid() : 0,
                                TarFormat.fitsShort(inode.gid()) ? inode.gid() : 0,
                                TarFormat.fitsLong(size) ? size : 0,
                                TarFormat.fitsLong(seconds) ? seconds : 0,
                                rdev >> 8 & 0xfff,
                                (rdev & 0xff) | (rdev >> 12 & 0xfff00))));
    }

    private void writePax(PaxRecords pax) throws IOException {
        byte[] records = pax.write();
        var header =
                new TarFormat.Header(
                        TarFormat.PAX, PAX_NAME, NONE, 0644, 0, 0, records.length, 0, 0, 0);
        out(TarFormat.write(header));
        out(records);
        pad();
    }

    private long writeContent(FileTree tree, Inode inode) throws IOException {
        long size = inode.sizeBytes();
        for (long at = 0; at < size; ) {
            ByteBuffer target =
                    ByteBuffer.wrap(buffer, 0, (int) Math.min(buffer.length, size - at));
            int count = tree.read(inode.number(), at, target);
            if (count == 0) {
                throw new IOException("inode " + inode.number() + " ends before its size");
            }
            out.write(buffer, 0, count);
            offset += count;
            at += count;
        }
        pad();
        return size;
    }

    private void out(byte[] bytes) throws IOException {
        out.write(bytes);
        offset += bytes.length;
    }

    private void pad() throws IOException {
        int rest = (int) (offset % TarFormat.BLOCK_BYTES);
        if (rest > 0) {
            out(new byte[TarFormat.BLOCK_BYTES - rest]);
        }
    }

    /// Ends the archive; the stream stays open.
    void finish() throws IOException {
        out(new byte[2 * TarFormat.BLOCK_BYTES]);
        int rest = (int) (offset % TarFormat.RECORD_BYTES);
        if (rest > 0) {
            out(new byte[TarFormat.RECORD_BYTES - rest]);
        }
        out.flush();
    }

    static byte[] directoryPath(byte[] path) {
        byte[] withSlash = Arrays.copyOf(path, path.length + 1);
        withSlash[path.length] = '/';
        return withSlash;
    }
}
