package dev.varve.tar;

import dev.varve.engine.FileTree;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.XattrName;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/// Writes members to an archive: ustar headers, and pax records for what they cannot say. The
/// library writes every block; the pax records are a member of its type `x` whose content is made
/// here, as the library does itself, but of bytes instead of text.
final class TarWriter {
    private static final int BUFFER_BYTES = 1 << 20;
    private static final byte[] NONE = {};
    private static final String PAX_NAME = "./PaxHeader";

    /// Archives are padded to a multiple of this, as tape records were.
    private static final int RECORD_BYTES = 20 * TarConstants.DEFAULT_RCDSIZE;

    private final OutputStream out;
    private final TarArchiveOutputStream archive;
    private final byte[] buffer = new byte[BUFFER_BYTES];

    TarWriter(OutputStream out) {
        this.out = out;
        this.archive = new TarArchiveOutputStream(out, RECORD_BYTES, TarBytes.CHARSET.name());
        // Long names stand whole in the pax records; large numbers there and in GNU's form.
        archive.setLongFileMode(TarArchiveOutputStream.LONGFILE_TRUNCATE);
        archive.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_STAR);
    }

    /// Writes one name of a file already written.
    void writeLink(byte[] path, byte[] first, Inode inode) throws IOException {
        writeHeader(TarConstants.LF_LINK, path, first, inode, new PaxRecords());
    }

    /// Writes anything but a socket.
    ///
    /// @param path a directory's ends in `/`
    /// @return bytes of content
    long write(byte[] path, FileTree tree, Inode inode) throws IOException {
        byte type =
                switch (inode.type()) {
                    case REGULAR -> TarConstants.LF_NORMAL;
                    case DIRECTORY -> TarConstants.LF_DIR;
                    case SYMLINK -> TarConstants.LF_SYMLINK;
                    case CHARACTER_DEVICE -> TarConstants.LF_CHR;
                    case BLOCK_DEVICE -> TarConstants.LF_BLK;
                    case FIFO -> TarConstants.LF_FIFO;
                    case SOCKET -> throw new IllegalArgumentException("tar does not know sockets");
                };
        byte[] link = type == TarConstants.LF_SYMLINK ? tree.symlinkTarget(inode.number()) : NONE;
        PaxRecords pax = new PaxRecords();
        for (XattrName name : tree.xattrs(inode.number())) {
            Optional<byte[]> value = tree.xattr(inode.number(), name);
            value.ifPresent(bytes -> pax.putXattr(name.bytes(), bytes));
        }
        putAcls(pax);
        writeHeader(type, path, link, inode, pax);
        return type == TarConstants.LF_NORMAL ? writeContent(tree, inode) : 0;
    }

    private void writeHeader(byte type, byte[] path, byte[] link, Inode inode, PaxRecords pax)
            throws IOException {
        long size = type == TarConstants.LF_NORMAL ? inode.sizeBytes() : 0;
        if (path.length > TarConstants.NAMELEN) {
            pax.put("path", path);
        }
        if (link.length > TarConstants.NAMELEN) {
            pax.put("linkpath", link);
        }
        putIfAbove(TarConstants.MAXSIZE, pax, "size", size);
        putIfAbove(TarConstants.MAXID, pax, "uid", inode.uid());
        putIfAbove(TarConstants.MAXID, pax, "gid", inode.gid());
        pax.put("mtime", inode.modifyTime());
        pax.put("atime", inode.accessTime());
        pax.put("ctime", inode.changeTime());
        writePax(pax);
        TarArchiveEntry header = entry(headerName(type, path), type, size);
        header.setLinkName(TarBytes.text(link, TarConstants.NAMELEN));
        header.setMode(inode.permissions());
        header.setUserId(inode.uid());
        header.setGroupId(inode.gid());
        header.setLastModifiedTime(FileTime.from(inode.modifyTime().seconds(), TimeUnit.SECONDS));
        long rdev = inode.rdev();
        header.setDevMajor((int) (rdev >> 8 & 0xfff));
        header.setDevMinor((int) ((rdev & 0xff) | (rdev >> 12 & 0xfff00)));
        archive.putArchiveEntry(header);
        if (type != TarConstants.LF_NORMAL) {
            archive.closeArchiveEntry();
        }
    }

    /// A name that ends in a slash would make a directory of any member.
    private static String headerName(byte type, byte[] path) {
        String name = TarBytes.text(path, TarConstants.NAMELEN);
        boolean isCutAtSlash = type != TarConstants.LF_DIR && name.endsWith("/");
        return isCutAtSlash ? name.substring(0, name.length() - 1) : name;
    }

    private static void putIfAbove(long limit, PaxRecords pax, String key, long value) {
        if (value > limit) {
            pax.put(key, value);
        }
    }

    // The xattr is exact; the text is for `tar --acls` and for star. What is damaged has no text.
    private static void putAcls(PaxRecords pax) {
        for (PosixAcl.Kind kind : PosixAcl.Kind.values()) {
            pax.get(PaxRecords.XATTR + kind.xattr())
                    .flatMap(PosixAcl::text)
                    .ifPresent(text -> pax.put(kind.paxKey(), TarBytes.of(text)));
        }
    }

    /// Without the names and ids of this process, which the library would fill in.
    private static TarArchiveEntry entry(String name, byte type, long size) {
        TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
        entry.setIds(0, 0);
        entry.setNames("", "");
        entry.setSize(size);
        return entry;
    }

    private void writePax(PaxRecords pax) throws IOException {
        byte[] records = pax.write();
        TarArchiveEntry header =
                entry(PAX_NAME, TarConstants.LF_PAX_EXTENDED_HEADER_LC, records.length);
        header.setMode(0644);
        header.setLastModifiedTime(FileTime.from(0, TimeUnit.SECONDS));
        archive.putArchiveEntry(header);
        archive.write(records);
        archive.closeArchiveEntry();
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
            archive.write(buffer, 0, count);
            at += count;
        }
        archive.closeArchiveEntry();
        return size;
    }

    /// Ends the archive; the stream stays open.
    void finish() throws IOException {
        archive.finish();
        out.flush();
    }

    static byte[] directoryPath(byte[] path) {
        byte[] withSlash = Arrays.copyOf(path, path.length + 1);
        withSlash[path.length] = '/';
        return withSlash;
    }
}
