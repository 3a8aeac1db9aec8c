package dev.varve.restore;

import dev.varve.engine.FileTree;
import dev.varve.engine.model.Inode;
import dev.varve.local.TreePath;
import dev.varve.posix.Directory;
import dev.varve.posix.FileStatus;
import dev.varve.posix.PosixException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A directory of the destination. It is made when something is first put into it; when all that
/// goes into it is there, its own attributes are set and it is closed, parents after children.
final class TargetDirectory {
    private static final int WORKING_PERMISSIONS = 0700;

    private final @Nullable TargetDirectory parent;
    private final byte[] name;
    private final TreePath path;
    private final Model model;
    private final Settings settings;
    private final AtomicInteger holders = new AtomicInteger(1);

    // Written by the walk before any task sees this directory.
    private @Nullable Directory directory;
    private boolean isNew;

    /// What all directories of a restore share.
    record Settings(AttributeSetter attributes, Tally tally, boolean dryRun, Overwrite overwrite) {}

    /// What a directory gets its attributes from.
    ///
    /// @param isSelected whether it gets them even if it was there before
    record Model(FileTree tree, @Nullable Inode inode, boolean isSelected) {}

    private TargetDirectory(
            @Nullable TargetDirectory parent,
            byte[] name,
            TreePath path,
            Model model,
            Settings settings) {
        this.parent = parent;
        this.name = name;
        this.path = path;
        this.model = model;
        this.settings = settings;
    }

    /// The destination itself.
    ///
    /// @param directory null in a dry run without one
    static TargetDirectory root(@Nullable Directory directory, Model model, Settings settings) {
        var root = new TargetDirectory(null, new byte[0], TreePath.ROOT, model, settings);
        root.directory = directory;
        root.isNew = directory == null;
        return root;
    }

    TargetDirectory child(byte[] childName, Model childModel) {
        holders.incrementAndGet();
        TreePath childPath = path.child(childName);
        return new TargetDirectory(this, childName, childPath, childModel, settings);
    }

    TreePath path() {
        return path;
    }

    FileTree tree() {
        return model.tree;
    }

    /// Whether nothing was there, so that nothing in it needs to be looked for.
    boolean isNew() {
        return isNew;
    }

    /// Opens the directory, or makes it. In a dry run a missing one stays missing.
    void ensure() throws IOException {
        if (directory != null || isNew || parent == null) {
            return;
        }
        parent.ensure();
        Optional<FileStatus> status = parent.status(name);
        if (status.isPresent() && status.get().isDirectory()) {
            directory = parent.open().openDirectory(name);
            settings.tally.unchanged.increment();
            return;
        }
        if (status.isPresent() && settings.overwrite == Overwrite.NEVER) {
            throw new FileAlreadyExistsException(path.toString(), null, "it is no directory");
        }
        isNew = true;
        settings.tally.restored.increment();
        if (settings.dryRun) {
            return;
        }
        if (status.isPresent()) {
            parent.open().unlink(name);
        }
        parent.open().makeDirectory(name, WORKING_PERMISSIONS);
        directory = parent.open().openDirectory(name);
    }

    /// What is there under a name; nothing in a directory that was just made.
    Optional<FileStatus> status(byte[] entry) throws PosixException {
        Directory open = directory;
        return isNew || open == null ? Optional.empty() : open.findStatus(entry);
    }

    /// The open directory.
    ///
    /// @throws IllegalStateException if it does not exist, in a dry run
    Directory open() {
        if (directory == null) {
            throw new IllegalStateException(path + " is not open");
        }
        return directory;
    }

    /// The open destination.
    Directory rootDirectory() {
        TargetDirectory at = this;
        while (at.parent != null) {
            at = at.parent;
        }
        return at.open();
    }

    TargetDirectory hold() {
        holders.incrementAndGet();
        return this;
    }

    /// One holder less; the last one finishes the directory.
    void release() {
        if (holders.decrementAndGet() > 0) {
            return;
        }
        try (Directory open = directory) {
            Inode inode = model.inode;
            boolean wantsAttributes = !settings.dryRun && (isNew || model.isSelected);
            if (open != null && inode != null && wantsAttributes) {
                settings.attributes.set(open.file(), model.tree, inode, path);
                settings.attributes.setFlags(open.file(), inode, path);
            }
        } catch (IOException e) {
            settings.tally.failed(path, String.valueOf(e.getMessage()));
        }
        if (parent != null) {
            parent.release();
        }
    }
}
