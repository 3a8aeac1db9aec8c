package dev.varve.restore;

import dev.varve.engine.FileTree;
import dev.varve.engine.ReadView;
import dev.varve.engine.model.Inode;
import dev.varve.posix.Directory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Writes a directory of a pool into a directory of this machine, as exactly as the user and the
/// file system below allow: content with its holes and preallocated ranges, hard links, owners,
/// modes, times to the nanosecond, xattrs with ACLs and capabilities, devices, chattr flags.
/// Symbolic links in the destination are replaced, never followed.
///
/// What cannot be restored is reported; the rest is restored all the same.
public final class Restore {
    private final RestoreOptions options;
    private final Consumer<RestoreProgress> progress;

    /// @param progress called by the restoring thread now and then
    public Restore(RestoreOptions options, Consumer<RestoreProgress> progress) {
        this.options = options;
        this.progress = progress;
    }

    /// Restores what lies in a directory of `tree`, with nested subvolumes as directories. To
    /// restore one file, name it by [RestoreOptions#include]. An interrupt of the thread ends it
    /// with [java.io.InterruptedIOException].
    ///
    /// @param inode a directory
    /// @param destination made if it is missing
    public RestoreResult run(ReadView view, FileTree tree, long inode, Path destination)
            throws IOException {
        Inode root = tree.inode(inode);
        if (!root.isDirectory()) {
            throw new NotDirectoryException("inode " + inode);
        }
        Tally tally = new Tally();
        var attributes = new AttributeSetter(options.noOwner(), tally);
        var settings =
                new TargetDirectory.Settings(
                        attributes, tally, options.dryRun(), options.overwrite());
        var model = new TargetDirectory.Model(tree, root, options.include().isEmpty());
        TargetDirectory target = TargetDirectory.root(open(destination), model, settings);
        try (Workers workers = new Workers(options.threads())) {
            var files = new FileRestorer(options, workers, attributes, tally);
            new RestoreWalk(view, options, files, tally, progress).run(target, inode);
        }
        return tally.result();
    }

    private @Nullable Directory open(Path destination) throws IOException {
        if (options.dryRun() && !Files.exists(destination)) {
            return null;
        }
        if (!options.dryRun()) {
            Files.createDirectories(destination);
        }
        return Directory.open(destination);
    }
}
