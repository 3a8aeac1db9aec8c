package dev.varve.tar;

import dev.varve.engine.SubvolumeWriter;
import dev.varve.engine.WriteTransaction;
import dev.varve.engine.model.Attributes;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.FileType;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.model.XattrName;
import dev.varve.local.Failures;
import dev.varve.local.TreePath;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.FileSystemException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/// Reads a tar archive into a subvolume, over what is there. Members stay below the directory they
/// are read into: `..` and paths through symbolic links are reported, not followed.
public final class TarImport {
    private static final int PARENT_PERMISSIONS = 0755;
    private static final int MAX_LINK_BYTES = 4095;

    private final SubvolumeWriter tree;
    private final long directory;
    private final Timestamp now;
    private final Accounts accounts = Accounts.ofThisMachine();
    private final Failures failures = new Failures();
    private long entries;
    private long bytes;

    /// An import into a directory of the subvolume; each is used once.
    ///
    /// @param now the time of directories that the archive implies, and the time of change and of
    ///   birth where it tells none
    public TarImport(SubvolumeWriter tree, long directory, Timestamp now) {
        this.tree = tree;
        this.directory = directory;
        this.now = now;
    }

    /// Reads the archive to its end; the caller commits. It may be compressed with gzip, bzip2,
    /// zstd or compress.
    ///
    /// @param source with mark and reset; it is closed
    /// @throws MalformedTarException if it is damaged; the transaction must be dropped then
    public TarResult run(InputStream source) throws IOException {
        try (InputStream in = Decompression.open(source)) {
            return read(new TarReader(in));
        }
    }

    private TarResult read(TarReader reader) throws IOException {
        for (Optional<TarEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("import interrupted");
            }
            entries++;
            TreePath path = path(entry.get().path());
            addAcls(entry.get(), path);
            try {
                put(reader, entry.get(), path.names());
            } catch (FileSystemException e) {
                failures.add(path, reason(e));
            }
        }
        reader.drain();
        return new TarResult(entries, bytes, failures.count(), failures.kept());
    }

    private void addAcls(TarEntry entry, TreePath path) throws IOException {
        for (Map.Entry<PosixAcl.Kind, String> acl : entry.acls().entrySet()) {
            XattrName name = XattrName.of(acl.getKey().xattr());
            try {
                PosixAcl.xattr(acl.getKey(), acl.getValue(), accounts)
                        .ifPresent(value -> entry.xattrs().put(name, value));
            } catch (FileSystemException e) {
                failures.add(path, reason(e));
            }
        }
    }

    private static String reason(FileSystemException e) {
        return e.getReason() != null ? e.getReason() : e.getClass().getSimpleName();
    }

    /// Splits at slashes and drops empty names and `.`.
    private static TreePath path(byte[] bytes) {
        TreePath path = TreePath.ROOT;
        int start = 0;
        for (int at = 0; at <= bytes.length; at++) {
            if (at == bytes.length || bytes[at] == '/') {
                int length = at - start;
                if (length > 1 || (length == 1 && bytes[start] != '.')) {
                    path = path.child(Arrays.copyOfRange(bytes, start, at));
                }
                start = at + 1;
            }
        }
        return path;
    }

    private static FileName name(byte[] bytes) throws FileSystemException {
        if (!FileName.isValid(bytes)) {
            throw new FileSystemException("", null, "not a name that may stand in a directory");
        }
        return FileName.of(bytes);
    }

    private void put(TarReader reader, TarEntry entry, byte[][] names) throws IOException {
        if (names.length == 0) {
            if (entry.type().filter(type -> type == FileType.DIRECTORY).isPresent()) {
                checkLimits(FileType.DIRECTORY, entry);
                applyAttributes(directory, entry);
            }
            return;
        }
        long parent = parent(names, true);
        FileName name = name(names[names.length - 1]);
        if (entry.type().isEmpty()) {
            link(entry, parent, name);
            return;
        }
        FileType type = entry.type().get();
        checkLimits(type, entry);
        Optional<DirEntry> present = tree.lookup(parent, name);
        if (present.isPresent()
                && type == FileType.DIRECTORY
                && present.get().type() == FileType.DIRECTORY
                && !present.get().isSubvolume()) {
            applyAttributes(present.get().target(), entry);
            return;
        }
        if (present.isPresent()) {
            remove(parent, present.get());
        }
        long inode = create(parent, name, type, entry);
        if (type == FileType.REGULAR) {
            readContent(reader, entry, inode);
        }
        applyXattrs(inode, entry);
    }

    private long parent(byte[][] names, boolean makesMissing) throws IOException {
        long at = directory;
        for (int i = 0; i < names.length - 1; i++) {
            FileName name = name(names[i]);
            Optional<DirEntry> next = tree.lookup(at, name);
            if (next.isEmpty() && makesMissing) {
                at = tree.createDirectory(at, name, Attributes.of(PARENT_PERMISSIONS, now));
            } else if (next.isPresent()
                    && next.get().type() == FileType.DIRECTORY
                    && !next.get().isSubvolume()) {
                at = next.get().target();
            } else {
                throw new FileSystemException("", null, "'" + name + "' is no directory here");
            }
        }
        return at;
    }

    private void remove(long parent, DirEntry entry) throws IOException {
        if (entry.isSubvolume()) {
            throw new FileSystemException("", null, "a nested subvolume is in the way");
        }
        if (entry.type() == FileType.DIRECTORY) {
            tree.removeDirectory(parent, entry.name());
        } else {
            tree.unlink(parent, entry.name());
        }
    }

    private void link(TarEntry entry, long parent, FileName name) throws IOException {
        byte[][] names = path(entry.link()).names();
        if (names.length == 0) {
            throw new FileSystemException("", null, "a hard link to nothing");
        }
        FileName firstName = name(names[names.length - 1]);
        Optional<DirEntry> first = tree.lookup(parent(names, false), firstName);
        if (first.isEmpty() || first.get().type() == FileType.DIRECTORY) {
            throw new FileSystemException("", null, "a hard link to what is not there");
        }
        Optional<DirEntry> present = tree.lookup(parent, name);
        if (present.isPresent() && present.get().target() == first.get().target()) {
            return;
        }
        if (present.isPresent()) {
            remove(parent, present.get());
        }
        tree.link(first.get().target(), parent, name);
    }

    private static void checkLimits(FileType type, TarEntry entry) throws FileSystemException {
        int linkLength = entry.link().length;
        if (type == FileType.SYMLINK && (linkLength == 0 || linkLength > MAX_LINK_BYTES)) {
            throw new FileSystemException("", null, "a link target of " + linkLength + " bytes");
        }
        for (byte[] value : entry.xattrs().values()) {
            if (value.length > WriteTransaction.MAX_XATTR_BYTES) {
                throw new FileSystemException("", null, "an xattr of " + value.length + " bytes");
            }
        }
    }

    private long create(long parent, FileName name, FileType type, TarEntry entry)
            throws IOException {
        Attributes start =
                new Attributes(
                        entry.permissions(),
                        entry.uid(),
                        entry.gid(),
                        entry.accessTime().orElse(entry.modifyTime()),
                        entry.modifyTime(),
                        entry.changeTime().orElse(now),
                        now,
                        0);
        return switch (type) {
            case REGULAR -> tree.createFile(parent, name, start);
            case DIRECTORY -> tree.createDirectory(parent, name, start);
            case SYMLINK -> tree.createSymlink(parent, name, entry.link(), start);
            case FIFO, SOCKET -> tree.createNode(parent, name, type, 0, start);
            case CHARACTER_DEVICE, BLOCK_DEVICE ->
                    tree.createNode(parent, name, type, entry.rdev(), start);
        };
    }

    private void readContent(TarReader reader, TarEntry entry, long inode) throws IOException {
        reader.readContent(
                entry,
                (offset, data) -> {
                    bytes += data.remaining();
                    tree.write(inode, offset, data);
                });
        Inode written = tree.inode(inode);
        if (written.sizeBytes() != entry.sizeBytes()) {
            tree.truncate(inode, entry.sizeBytes());
        }
    }

    private void applyAttributes(long inode, TarEntry entry) throws IOException {
        tree.setPermissions(inode, entry.permissions());
        tree.setOwner(inode, entry.uid(), entry.gid());
        tree.setTimes(
                inode,
                entry.accessTime().orElse(entry.modifyTime()),
                entry.modifyTime(),
                entry.changeTime().orElse(now));
        applyXattrs(inode, entry);
    }

    private void applyXattrs(long inode, TarEntry entry) throws IOException {
        for (XattrName name : tree.xattrs(inode)) {
            if (!entry.xattrs().containsKey(name)) {
                tree.removeXattr(inode, name);
            }
        }
        for (Map.Entry<XattrName, byte[]> xattr : entry.xattrs().entrySet()) {
            tree.setXattr(inode, xattr.getKey(), xattr.getValue());
        }
    }
}
