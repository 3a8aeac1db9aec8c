package dev.varve.ingest;

import dev.varve.engine.SubvolumeWriter;
import dev.varve.engine.WriteTransaction;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.local.TreePath;
import dev.varve.posix.Directory;
import dev.varve.posix.FileStatus;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/// Makes a subvolume's content equal a directory. What was imported before is recognised by inode
/// number, birth time and change time: unchanged files are not opened, what moved is renamed in the
/// pool, changed files are compared and only their differing blocks written.
///
/// What cannot be read is reported and keeps what the subvolume holds of it.
///
/// The directory is listed in the background from the start: there is time to open a pool.
public final class DirectoryImport implements Closeable {
    private final ImportOptions options;
    private final SourceDirectory root;
    private final FileStatus status;
    private final SourceScanner scanner;

    /// @throws dev.varve.posix.PosixException if the directory cannot be opened
    public DirectoryImport(ImportOptions options, Path directory) throws IOException {
        this.options = options;
        Directory opened = Directory.open(directory);
        status = opened.file().status();
        var region = new SourceDirectory.Region(0, status.device(), status.mountId());
        root = new SourceDirectory(opened, TreePath.ROOT, region, options.exclude());
        scanner = new SourceScanner(root, options.threads(), options.oneFileSystem());
    }

    /// Imports, once; the caller commits. If this throws, the transaction must be dropped, and the
    /// subvolume is as it was. An interrupt of the thread ends it with
    /// [java.io.InterruptedIOException].
    ///
    /// @param progress called by this thread now and then
    /// @throws dev.varve.posix.PosixException if the directory itself cannot be read
    public ImportResult run(
            WriteTransaction transaction, SubvolumeId subvolume, Consumer<ImportProgress> progress)
            throws IOException {
        SubvolumeWriter tree = transaction.edit(subvolume);
        Origins origins = new Origins(transaction.catalog(subvolume, Origins.CATALOG), tree);
        Tally tally = new Tally(progress);
        try (ContentQueue content = new ContentQueue(tree, origins, options, tally)) {
            TreeMerge merge = new TreeMerge(tree, origins, content, tally);
            new ImportWalk(merge, scanner, tally).run(root, status);
            merge.finish();
        }
        tally.report(TreePath.ROOT);
        return tally.result();
    }

    /// Ends the listing.
    @Override
    public void close() {
        scanner.close();
        root.release();
    }
}
