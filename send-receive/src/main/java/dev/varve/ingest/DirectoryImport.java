package dev.varve.ingest;

import dev.varve.engine.SubvolumeWriter;
import dev.varve.engine.WriteTransaction;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.local.TreePath;
import dev.varve.posix.Directory;
import dev.varve.posix.FileStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/// Makes a subvolume's content equal a directory. What was imported before is recognised by inode
/// number, birth time and change time: unchanged files are not opened, what moved is renamed in the
/// pool, changed files are compared and only their differing blocks written.
///
/// What cannot be read is reported and keeps what the subvolume holds of it.
public final class DirectoryImport {
    private final ImportOptions options;
    private final Consumer<ImportProgress> progress;

    /// @param progress called by the importing thread now and then
    public DirectoryImport(ImportOptions options, Consumer<ImportProgress> progress) {
        this.options = options;
        this.progress = progress;
    }

    /// Imports; the caller commits. If this throws, the transaction must be dropped, and the
    /// subvolume is as it was. An interrupt of the thread ends it with
    /// [java.io.InterruptedIOException].
    ///
    /// @throws dev.varve.posix.PosixException if the directory itself cannot be read
    public ImportResult run(WriteTransaction transaction, SubvolumeId subvolume, Path directory)
            throws IOException {
        SubvolumeWriter tree = transaction.edit(subvolume);
        Origins origins = new Origins(transaction.catalog(subvolume, Origins.CATALOG), tree);
        Tally tally = new Tally(progress);
        SourceDirectory root = open(directory);
        try (SourceScanner scanner = new SourceScanner(options.threads());
                ContentQueue content = new ContentQueue(tree, origins, options, tally)) {
            TreeMerge merge = new TreeMerge(tree, origins, content, tally);
            new ImportWalk(merge, scanner, options.oneFileSystem(), tally).run(root);
            merge.finish();
        }
        tally.report(TreePath.ROOT);
        return tally.result();
    }

    private SourceDirectory open(Path path) throws IOException {
        Directory directory = Directory.open(path);
        FileStatus status = directory.file().status();
        var region = new SourceDirectory.Region(0, status.device(), status.mountId());
        return new SourceDirectory(directory, TreePath.ROOT, region, options.exclude());
    }
}
