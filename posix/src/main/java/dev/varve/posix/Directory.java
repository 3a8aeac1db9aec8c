package dev.varve.posix;

import java.io.Closeable;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// An open directory. Names are single components unless a method says otherwise, and symbolic
/// links are never followed, so nobody who swaps a component for a link leads a caller astray. Any
/// thread may use it; whoever opened it closes it. Failures are [PosixException]s.
public final class Directory implements Closeable {
    static final int AT_FDCWD = -100;
    static final int AT_EMPTY_PATH = 0x1000;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_NO_AUTOMOUNT = 0x800;
    private static final int AT_REMOVEDIR = 0x200;

    private static final int O_RDWR = 02;
    private static final int O_CREAT = 0100;
    private static final int O_EXCL = 0200;
    private static final int O_NONBLOCK = 04000;
    private static final int O_DIRECTORY = Kernel.isArm() ? 040000 : 0200000;
    private static final int O_NOFOLLOW = Kernel.isArm() ? 0100000 : 0400000;
    private static final int O_NOATIME = 01000000;
    private static final int O_CLOEXEC = 02000000;
    private static final int O_PATH = 010000000;

    private static final int RESOLVE_NO_MAGICLINKS = 0x02;
    private static final int RESOLVE_NO_SYMLINKS = 0x04;
    private static final int RESOLVE_BENEATH = 0x08;
    private static final int OPEN_HOW_BYTES = 24;

    private static final int SEEK_SET = 0;

    private final OpenFile file;

    private Directory(OpenFile file) {
        this.file = file;
    }

    /// Opens a directory by path; symbolic links in the path are followed.
    public static Directory open(Path path) throws PosixException {
        Charset charset = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
        return open(path.toString().getBytes(charset));
    }

    /// Like [#open(Path)], for a path that no charset can express.
    public static Directory open(byte[] path) throws PosixException {
        Trail trail = Trail.of(path.length == 0 ? new byte[] {'.'} : path);
        int flags = O_DIRECTORY | O_CLOEXEC;
        return new Directory(openAt(AT_FDCWD, trail, flags, 0));
    }

    /// The directory's own descriptor: its status, owner, times, attributes. Closed with this.
    public OpenFile file() {
        return file;
    }

    public Directory openDirectory(byte[] name) throws PosixException {
        int flags = O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
        return new Directory(openQuietly(name, flags));
    }

    /// Opens a directory below this one by a relative path of any length, refusing links and `..`.
    public Directory openBeneath(byte[] relativePath) throws PosixException {
        Scratch scratch = Scratch.get();
        MemorySegment how = scratch.struct.asSlice(0, OPEN_HOW_BYTES);
        how.set(ValueLayout.JAVA_LONG, 0, (long) (O_DIRECTORY | O_CLOEXEC));
        how.set(ValueLayout.JAVA_LONG, 8, 0);
        long resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
        how.set(ValueLayout.JAVA_LONG, 16, resolve);
        long path = scratch.path(relativePath);
        long result = Kernel.call(SystemCall.OPENAT2, fd(), path, how.address(), OPEN_HOW_BYTES, 0);
        Trail trail = file.trail().child(relativePath);
        return new Directory(new OpenFile((int) check("openat2", result, trail), trail));
    }

    /// Opens a file for reading, without touching its access time where that is allowed.
    public OpenFile openForReading(byte[] name) throws PosixException {
        return openQuietly(name, O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    }

    /// Opens an existing file for reading and writing.
    public OpenFile openForWriting(byte[] name) throws PosixException {
        int flags = O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
        return openAt(fd(), file.trail().child(name), flags, 0);
    }

    /// Creates a file and opens it for reading and writing.
    public OpenFile createFile(byte[] name, int permissions) throws PosixException {
        int flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
        return openAt(fd(), file.trail().child(name), flags, permissions);
    }

    // O_NOATIME is for the owner and for root; others read with it refused.
    private OpenFile openQuietly(byte[] name, int flags) throws PosixException {
        Trail trail = file.trail().child(name);
        try {
            return openAt(fd(), trail, flags | O_NOATIME, 0);
        } catch (PosixException e) {
            if (e.errno() != Errno.EPERM) {
                throw e;
            }
            return openAt(fd(), trail, flags, 0);
        }
    }

    private static OpenFile openAt(int fd, Trail trail, int flags, int permissions)
            throws PosixException {
        long path = Scratch.get().path(trail.name());
        long result = Kernel.call(SystemCall.OPENAT, fd, path, flags, permissions, 0);
        return new OpenFile((int) check("open", result, trail), trail);
    }

    /// The next names in the kernel's order, without `.` and `..`; none at the end. The position
    /// belongs to this object.
    public List<DirectoryEntry> nextEntries() throws PosixException {
        Scratch scratch = Scratch.get();
        long address = scratch.large.address();
        while (true) {
            long result = Kernel.call(SystemCall.GETDENTS64, fd(), address, Scratch.LARGE_BYTES);
            int length = (int) check("getdents64", result, file.trail());
            byte[] records = scratch.largeBytes(length);
            List<DirectoryEntry> entries = new ArrayList<>();
            for (int at = 0; at < length; ) {
                addEntry(entries, records, at);
                at += (records[at + 16] & 0xff) | (records[at + 17] & 0xff) << 8;
            }
            if (length == 0 || !entries.isEmpty()) {
                return entries;
            }
        }
    }

    // struct linux_dirent64: u64 inode, s64 offset, u16 length, u8 type, name with NUL.
    private static void addEntry(List<DirectoryEntry> entries, byte[] records, int at) {
        int start = at + 19;
        int end = start;
        while (records[end] != 0) {
            end++;
        }
        boolean isDots = end - start <= 2 && records[start] == '.' && records[end - 1] == '.';
        if (!isDots) {
            byte[] name = Arrays.copyOfRange(records, start, end);
            entries.add(new DirectoryEntry(name, records[at + 18]));
        }
    }

    /// Makes [#nextEntries] start again.
    public void rewind() throws PosixException {
        check("lseek", Kernel.call(SystemCall.LSEEK, fd(), 0, SEEK_SET), file.trail());
    }

    /// The status of what a name names; of a mounted root where something is mounted.
    public FileStatus status(byte[] name) throws PosixException {
        Scratch scratch = Scratch.get();
        long path = scratch.path(name);
        int flags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT;
        long target = scratch.struct.address();
        long result = Kernel.call(SystemCall.STATX, fd(), path, flags, FileStatus.MASK, target);
        check("statx", result, name);
        return FileStatus.read(scratch.structWords(FileStatus.WORDS));
    }

    /// Like [#status]; empty if there is no such name.
    public Optional<FileStatus> findStatus(byte[] name) throws PosixException {
        try {
            return Optional.of(status(name));
        } catch (PosixException e) {
            if (e.errno() == Errno.ENOENT) {
                return Optional.empty();
            }
            throw e;
        }
    }

    public byte[] readLink(byte[] name) throws PosixException {
        Scratch scratch = Scratch.get();
        long path = scratch.path(name);
        MemorySegment target = scratch.large;
        long result =
                Kernel.call(
                        SystemCall.READLINKAT, fd(), path, target.address(), target.byteSize(), 0);
        return scratch.copyLarge(check("readlink", result, name));
    }

    public void makeDirectory(byte[] name, int permissions) throws PosixException {
        long path = Scratch.get().path(name);
        check("mkdir", Kernel.call(SystemCall.MKDIRAT, fd(), path, permissions), name);
    }

    /// Makes a fifo, socket, device or empty file.
    ///
    /// @param mode type and permission bits
    /// @param rdev as in [FileStatus#rdev]
    public void makeNode(byte[] name, int mode, long rdev) throws PosixException {
        long path = Scratch.get().path(name);
        check("mknod", Kernel.call(SystemCall.MKNODAT, fd(), path, mode, rdev, 0), name);
    }

    public void makeSymlink(byte[] name, byte[] target) throws PosixException {
        Scratch scratch = Scratch.get();
        long path = scratch.path(name);
        long targetPath = scratch.otherPath(target);
        check("symlink", Kernel.call(SystemCall.SYMLINKAT, targetPath, fd(), path), name);
    }

    /// Gives the inode of `name` one more name.
    public void link(byte[] name, Directory directory, byte[] newName) throws PosixException {
        Scratch scratch = Scratch.get();
        long from = scratch.path(name);
        long to = scratch.otherPath(newName);
        check("link", Kernel.call(SystemCall.LINKAT, fd(), from, directory.fd(), to, 0), name);
    }

    /// Removes a name that is no directory.
    public void unlink(byte[] name) throws PosixException {
        long path = Scratch.get().path(name);
        check("unlink", Kernel.call(SystemCall.UNLINKAT, fd(), path, 0), name);
    }

    /// Removes an empty directory.
    public void removeDirectory(byte[] name) throws PosixException {
        long path = Scratch.get().path(name);
        check("rmdir", Kernel.call(SystemCall.UNLINKAT, fd(), path, AT_REMOVEDIR), name);
    }

    /// Moves an entry as `renameat2` does.
    public void rename(byte[] name, Directory directory, byte[] newName, Rename mode)
            throws PosixException {
        Scratch scratch = Scratch.get();
        long from = scratch.path(name);
        long to = scratch.otherPath(newName);
        long result =
                Kernel.call(SystemCall.RENAMEAT2, fd(), from, directory.fd(), to, mode.ordinal());
        check("rename", result, name);
    }

    /// The flags of `renameat2`, by their value.
    public enum Rename {
        REPLACE,
        NO_REPLACE,
        EXCHANGE
    }

    /// Sets the permission bits of what is no symbolic link.
    public void setPermissions(byte[] name, int permissions) throws PosixException {
        Trail trail = file.trail().child(name);
        // fchmodat follows links, so the inode is pinned first; a link's own mode stays refused.
        try (OpenFile pinned = openAt(fd(), trail, O_PATH | O_NOFOLLOW | O_CLOEXEC, 0)) {
            String proc = "/proc/self/fd/" + pinned.descriptor();
            long path = Scratch.get().path(proc.getBytes(StandardCharsets.US_ASCII));
            check("chmod", Kernel.call(SystemCall.FCHMODAT, AT_FDCWD, path, permissions), trail);
        }
    }

    public void setOwner(byte[] name, long uid, long gid) throws PosixException {
        long path = Scratch.get().path(name);
        long result = Kernel.call(SystemCall.FCHOWNAT, fd(), path, uid, gid, AT_SYMLINK_NOFOLLOW);
        check("chown", result, name);
    }

    /// Sets the times of what a name names; see [OpenFile#setTimes].
    public void setTimes(byte[] name, FileTimes to) throws PosixException {
        MemorySegment times = to.write(Scratch.get().struct);
        long path = Scratch.get().path(name);
        int flags = AT_SYMLINK_NOFOLLOW;
        long result = Kernel.call(SystemCall.UTIMENSAT, fd(), path, times.address(), flags, 0);
        check("utimensat", result, name);
    }

    public List<byte[]> xattrs(byte[] name) throws PosixException {
        return attributes(name).names();
    }

    public Optional<byte[]> xattr(byte[] name, byte[] attribute) throws PosixException {
        return attributes(name).get(attribute);
    }

    public void setXattr(byte[] name, byte[] attribute, byte[] value) throws PosixException {
        attributes(name).set(attribute, value);
    }

    public void removeXattr(byte[] name, byte[] attribute) throws PosixException {
        attributes(name).remove(attribute);
    }

    private Xattrs attributes(byte[] name) {
        return new Xattrs(fd(), name, file.trail().child(name));
    }

    private int fd() {
        return file.descriptor();
    }

    private long check(String call, long result, byte[] name) throws PosixException {
        return result < 0 ? check(call, result, file.trail().child(name)) : result;
    }

    private static long check(String call, long result, Trail trail) throws PosixException {
        if (result < 0) {
            throw new PosixException(call, (int) -result, trail.toString());
        }
        return result;
    }

    @Override
    public void close() throws PosixException {
        file.close();
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
