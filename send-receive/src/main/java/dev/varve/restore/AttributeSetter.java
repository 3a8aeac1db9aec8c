package dev.varve.restore;

import dev.varve.engine.FileTree;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.XattrName;
import dev.varve.local.InodeFlags;
import dev.varve.local.TreePath;
import dev.varve.posix.Directory;
import dev.varve.posix.FileStatus;
import dev.varve.posix.FileTimes;
import dev.varve.posix.OpenFile;
import dev.varve.posix.PosixException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Sets owner, mode, extended attributes, times and flags of what was written, in that order:
/// changing an owner clears set-id bits and capabilities, and an immutable file takes nothing more.
record AttributeSetter(boolean noOwner, Tally tally) {

    /// A file or directory that is open, or a name that is neither.
    private sealed interface Subject {
        record Open(OpenFile file) implements Subject {}

        record Named(Directory directory, byte[] name) implements Subject {}
    }

    /// One kind of attribute being set.
    private interface Action {
        void run() throws IOException;
    }

    /// Sets everything but the flags, which [#setFlags] does when no name changes any more.
    void set(OpenFile file, FileTree tree, Inode inode, TreePath path) throws IOException {
        set(new Subject.Open(file), tree, inode, path);
    }

    /// Like [#set(OpenFile, FileTree, Inode, TreePath)] for a link, device, fifo or socket.
    void set(Directory directory, byte[] name, FileTree tree, Inode inode, TreePath path)
            throws IOException {
        set(new Subject.Named(directory, name), tree, inode, path);
    }

    private void set(Subject subject, FileTree tree, Inode inode, TreePath path)
            throws IOException {
        if (!noOwner) {
            attempt("owner", path, () -> setOwner(subject, inode));
        }
        attempt("mode", path, () -> setMode(subject, inode));
        attempt("xattrs", path, () -> setXattrs(subject, tree, inode, path));
        attempt("times", path, () -> setTimes(subject, inode));
    }

    private void attempt(String what, TreePath path, Action action) throws IOException {
        try {
            action.run();
        } catch (PosixException e) {
            tally.attributeFailed(path, what, e);
        }
    }

    private static void setOwner(Subject subject, Inode inode) throws PosixException {
        FileStatus status =
                switch (subject) {
                    case Subject.Open(var file) -> file.status();
                    case Subject.Named(var directory, var name) -> directory.status(name);
                };
        if (status.uid() == inode.uid() && status.gid() == inode.gid()) {
            return;
        }
        switch (subject) {
            case Subject.Open(var file) -> file.setOwner(inode.uid(), inode.gid());
            case Subject.Named(var directory, var name) ->
                    directory.setOwner(name, inode.uid(), inode.gid());
        }
    }

    private static void setMode(Subject subject, Inode inode) throws PosixException {
        switch (subject) {
            case Subject.Open(var file) -> file.setPermissions(inode.permissions());
            case Subject.Named(var directory, var name) -> {
                switch (inode.type()) {
                    case SYMLINK -> {} // Linux gives links no mode of their own
                    case FIFO, SOCKET, CHARACTER_DEVICE, BLOCK_DEVICE, REGULAR, DIRECTORY ->
                            directory.setPermissions(name, inode.permissions());
                }
            }
        }
    }

    private static void setTimes(Subject subject, Inode inode) throws PosixException {
        var times =
                new FileTimes(
                        inode.accessTime().seconds(),
                        inode.accessTime().nanos(),
                        inode.modifyTime().seconds(),
                        inode.modifyTime().nanos());
        switch (subject) {
            case Subject.Open(var file) -> file.setTimes(times);
            case Subject.Named(var directory, var name) -> directory.setTimes(name, times);
        }
    }

    private void setXattrs(Subject subject, FileTree tree, Inode inode, TreePath path)
            throws IOException {
        List<XattrName> wanted = tree.xattrs(inode.number());
        Set<XattrName> surplus = new HashSet<>();
        for (byte[] name : present(subject)) {
            surplus.add(XattrName.of(name));
        }
        for (XattrName name : wanted) {
            surplus.remove(name);
            Optional<byte[]> value = tree.xattr(inode.number(), name);
            if (value.isPresent()) {
                String what = "xattrs " + namespace(name);
                attempt(what, path, () -> setXattr(subject, name.bytes(), value.get()));
            }
        }
        for (XattrName name : surplus) {
            // The system's labels are its own business where the tree has none.
            if (!name.toString().startsWith("security.")) {
                attempt("xattrs", path, () -> removeXattr(subject, name.bytes()));
            }
        }
    }

    private static String namespace(XattrName name) {
        String text = new String(name.bytes(), StandardCharsets.UTF_8);
        int dot = text.indexOf('.');
        return dot < 0 ? text : text.substring(0, dot) + ".*";
    }

    private static List<byte[]> present(Subject subject) throws PosixException {
        return switch (subject) {
            case Subject.Open(var file) -> file.xattrs();
            case Subject.Named(var directory, var name) -> directory.xattrs(name);
        };
    }

    private static void setXattr(Subject subject, byte[] attribute, byte[] value)
            throws PosixException {
        switch (subject) {
            case Subject.Open(var file) -> file.setXattr(attribute, value);
            case Subject.Named(var directory, var name) ->
                    directory.setXattr(name, attribute, value);
        }
    }

    private static void removeXattr(Subject subject, byte[] attribute) throws PosixException {
        switch (subject) {
            case Subject.Open(var file) -> file.removeXattr(attribute);
            case Subject.Named(var directory, var name) -> directory.removeXattr(name, attribute);
        }
    }

    /// Sets the chattr flags of a file or directory.
    void setFlags(OpenFile file, Inode inode, TreePath path) throws IOException {
        int wanted = InodeFlags.toChattr(inode.flags());
        if (wanted == 0) {
            return;
        }
        attempt(
                "chattr flags",
                path,
                () -> {
                    int present = file.inodeFlags();
                    int flags = (present & ~InodeFlags.chattrMask()) | wanted;
                    if (flags != present) {
                        file.setInodeFlags(flags);
                    }
                });
    }
}
