package dev.varve.restore;

import dev.varve.engine.FileTree;
import dev.varve.engine.model.Extent;
import dev.varve.engine.model.FileType;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Scan;
import dev.varve.local.TreePath;
import dev.varve.posix.Directory;
import dev.varve.posix.DirectoryEntry;
import dev.varve.posix.FileStatus;
import dev.varve.posix.Kernel;
import dev.varve.posix.PosixException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// Restores everything that is no directory. Decisions and small things are made on the walk's
/// thread; the content of files is written by the workers.
final class FileRestorer {
    private static final int MOST_DIRECTORIES = 1 << 14;
    private static final int PART_OF_LIMIT = 4;
    private static final int FILES_PER_REPORT = 256;

    private static final CompletableFuture<Boolean> NOBODY_WAITS =
            CompletableFuture.completedFuture(true);

    private final RestoreOptions options;
    private final Workers workers;
    private final StoredOrder order;
    private final AttributeSetter attributes;
    private final Tally tally;
    private final FileTask.Context context;
    private final HardLinks hardLinks = new HardLinks();
    private long replacements;

    FileRestorer(RestoreOptions options, Workers workers, AttributeSetter attributes, Tally tally) {
        this.options = options;
        this.workers = workers;
        this.order = new StoredOrder(mostDirectories());
        this.attributes = attributes;
        this.tally = tally;
        var buffers = ThreadLocal.withInitial(ContentCopy.Buffers::allocate);
        this.context = new FileTask.Context(options, attributes, tally, buffers);
    }

    /// A part of what this process may have open at all.
    private static int mostDirectories() {
        return Math.clamp(Kernel.openFilesLimit() / PART_OF_LIMIT, 1, MOST_DIRECTORIES);
    }

    /// Starts what is held back, once it is enough.
    ///
    /// @param meanwhile called now and then
    void startIfFull(Runnable meanwhile) throws InterruptedIOException {
        if (order.isFull()) {
            startHeld(meanwhile);
        }
    }

    private void startHeld(Runnable meanwhile) throws InterruptedIOException {
        int started = 0;
        for (StoredOrder.Held file : order.takeFiles()) {
            startFile(file);
            if (++started % FILES_PER_REPORT == 0) {
                meanwhile.run();
            }
        }
        for (Runnable link : order.takeLinks()) {
            workers.submit(link);
        }
    }

    private void startFile(StoredOrder.Held file) throws InterruptedIOException {
        var place = new FileTask.Place(file.directory(), file.name(), file.writtenName());
        Inode inode;
        try {
            inode = place.tree().inode(file.inode());
        } catch (IOException e) {
            tally.failed(place.path(), RestoreWalk.reason(e));
            file.isThere().complete(false);
            file.directory().release();
            return;
        }
        new FileTask(place, inode, context, file.isThere()).start(workers);
    }

    /// Starts what is still held back, and waits until all is there.
    ///
    /// @param meanwhile called now and then
    void await(Runnable meanwhile) throws InterruptedIOException {
        startHeld(meanwhile);
        workers.await(meanwhile);
    }

    /// What to do about a name.
    private enum Verdict {
        CREATE,
        REPLACE,
        ATTRIBUTES,
        SKIP
    }

    /// @param target ensured
    void restore(TargetDirectory target, byte[] name, Inode inode) throws IOException {
        TreePath path = target.path().child(name);
        CompletableFuture<Boolean> isThere = NOBODY_WAITS;
        if (inode.links() > 1) {
            HardLinks.First first = hardLinks.first(target.tree(), inode, path);
            if (first.path() != path) {
                restoreLink(target, name, first);
                return;
            }
            isThere = first.isThere();
        }
        boolean isHandedOn = false;
        try {
            isHandedOn = restoreInode(target, name, inode, isThere);
        } finally {
            if (!isHandedOn) {
                isThere.complete(false);
            }
        }
    }

    /// Returns whether `isThere` is, or will be, completed.
    private boolean restoreInode(
            TargetDirectory target, byte[] name, Inode inode, CompletableFuture<Boolean> isThere)
            throws IOException {
        Optional<FileStatus> present = target.status(name);
        Verdict verdict = verdict(present, inode);
        if (verdict == Verdict.SKIP) {
            tally.skipped.increment();
        } else if (verdict == Verdict.ATTRIBUTES) {
            tally.unchanged.increment();
        } else {
            clearWay(target, name, present);
            tally.restored.increment();
        }
        if (options.dryRun() || verdict == Verdict.SKIP) {
            return isThere.complete(true);
        }
        if (inode.isRegular()) {
            byte[] writtenName = temporaryName(verdict, name);
            long block = verdict == Verdict.ATTRIBUTES ? 0 : firstBlock(target.tree(), inode);
            if (block != 0) {
                order.add(
                        new StoredOrder.Held(
                                block, target.hold(), name, writtenName, inode.number(), isThere));
                return true;
            }
            var place = new FileTask.Place(target.hold(), name, writtenName);
            var task = new FileTask(place, inode, context, isThere);
            if (verdict == Verdict.ATTRIBUTES) {
                workers.submit(task::refresh);
            } else {
                task.start(workers);
            }
            return true;
        }
        restoreSpecial(target, name, inode, verdict);
        return isThere.complete(true);
    }

    /// The address of a file's first block; 0 if it does not begin with one.
    private static long firstBlock(FileTree tree, Inode inode) {
        try {
            Scan<Extent> extents = tree.extents(inode.number(), 0);
            return extents.advance() && extents.current() instanceof Extent.Data data
                    ? data.block()
                    : 0;
        } catch (IOException _) {
            return 0; // told by who copies the content
        }
    }

    private byte[] temporaryName(Verdict verdict, byte[] name) {
        return verdict == Verdict.REPLACE
                ? (".varve-restore-" + ++replacements).getBytes(StandardCharsets.US_ASCII)
                : name;
    }

    private Verdict verdict(Optional<FileStatus> present, Inode inode) {
        if (present.isEmpty()) {
            return Verdict.CREATE;
        }
        FileStatus there = present.get();
        boolean isSameTime =
                there.modifySeconds() == inode.modifyTime().seconds()
                        && there.modifyNanos() == inode.modifyTime().nanos();
        boolean isSameType = FileType.ofMode(there.mode()) == inode.type();
        return switch (options.overwrite()) {
            case ALWAYS -> Verdict.REPLACE;
            case NEVER -> Verdict.SKIP;
            case IF_NEWER -> isOlder(there, inode) ? Verdict.REPLACE : Verdict.SKIP;
            case IF_CHANGED ->
                    isSameType
                                    && inode.isRegular()
                                    && isSameTime
                                    && there.sizeBytes() == inode.sizeBytes()
                            ? Verdict.ATTRIBUTES
                            : Verdict.REPLACE;
        };
    }

    private static boolean isOlder(FileStatus there, Inode inode) {
        int bySeconds = Long.compare(there.modifySeconds(), inode.modifyTime().seconds());
        return bySeconds < 0
                || (bySeconds == 0 && there.modifyNanos() < inode.modifyTime().nanos());
    }

    /// A directory where a file belongs goes only if it is empty, or if deleting is asked for.
    private void clearWay(TargetDirectory target, byte[] name, Optional<FileStatus> present)
            throws IOException {
        if (present.isPresent() && present.get().isDirectory() && !options.dryRun()) {
            if (options.delete()) {
                delete(target.open(), name, target.path().child(name), true);
            } else {
                target.open().removeDirectory(name);
            }
        }
    }

    private void restoreSpecial(TargetDirectory target, byte[] name, Inode inode, Verdict verdict)
            throws IOException {
        Directory directory = target.open();
        FileTree tree = target.tree();
        if (verdict == Verdict.REPLACE && directory.findStatus(name).isPresent()) {
            directory.unlink(name);
        }
        if (inode.type() == FileType.SYMLINK) {
            directory.makeSymlink(name, tree.symlinkTarget(inode.number()));
        } else {
            directory.makeNode(name, inode.mode(), inode.rdev());
        }
        attributes.set(directory, name, tree, inode, target.path().child(name));
    }

    /// Links a further name to the inode restored under the first, once that is there.
    private void restoreLink(TargetDirectory target, byte[] name, HardLinks.First first)
            throws IOException {
        Optional<FileStatus> present = target.status(name);
        if (present.isPresent() && options.overwrite() == Overwrite.NEVER) {
            tally.skipped.increment();
            return;
        }
        tally.restored.increment();
        if (options.dryRun()) {
            return;
        }
        clearWay(target, name, present);
        target.hold();
        order.addLink(
                target,
                () -> {
                    try {
                        link(target, name, first);
                    } catch (IOException e) {
                        tally.failed(target.path().child(name), RestoreWalk.reason(e));
                    } finally {
                        target.release();
                    }
                });
    }

    private void link(TargetDirectory target, byte[] name, HardLinks.First first)
            throws IOException {
        if (!first.isThere().join()) {
            throw new IOException("its first name " + first.path() + " was not restored");
        }
        byte[][] names = first.path().names();
        byte[] firstName = names[names.length - 1];
        Directory root = target.rootDirectory();
        Directory open = root;
        try {
            for (byte[] component : Arrays.copyOf(names, names.length - 1)) {
                Directory next = open.openDirectory(component);
                if (open != root) {
                    open.close();
                }
                open = next;
            }
            Optional<FileStatus> present = target.open().findStatus(name);
            FileStatus wanted = open.status(firstName);
            if (present.isPresent() && isSameInode(present.get(), wanted)) {
                return;
            }
            if (present.isPresent()) {
                target.open().unlink(name);
            }
            open.link(firstName, target.open(), name);
        } finally {
            if (open != root) {
                open.close();
            }
        }
    }

    private static boolean isSameInode(FileStatus a, FileStatus b) {
        return a.inode() == b.inode() && a.device() == b.device();
    }

    /// Deletes an entry of the destination with all that is in it.
    void delete(Directory directory, byte[] name, TreePath path, boolean isDirectory)
            throws IOException {
        try {
            if (!isDirectory) {
                if (!options.dryRun()) {
                    directory.unlink(name);
                }
            } else {
                deleteContent(directory, name, path);
                if (!options.dryRun()) {
                    directory.removeDirectory(name);
                }
            }
            tally.deleted.increment();
        } catch (PosixException e) {
            tally.failed(path, RestoreWalk.reason(e));
        }
    }

    private void deleteContent(Directory parent, byte[] name, TreePath path) throws IOException {
        try (Directory directory = parent.openDirectory(name)) {
            for (List<DirectoryEntry> batch = directory.nextEntries();
                    !batch.isEmpty();
                    batch = directory.nextEntries()) {
                for (DirectoryEntry entry : batch) {
                    boolean isDirectory = directory.status(entry.name()).isDirectory();
                    delete(directory, entry.name(), path.child(entry.name()), isDirectory);
                }
            }
        }
    }
}
