package dev.varve.local;

import dev.varve.engine.FileTree;
import dev.varve.engine.Pool;
import dev.varve.engine.PoolOptions;
import dev.varve.engine.PoolSettings;
import dev.varve.engine.ReadView;
import dev.varve.engine.WriteTransaction;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.store.MemoryStore;
import dev.varve.engine.store.ObjectStore;
import dev.varve.ingest.DirectoryImport;
import dev.varve.ingest.ImportOptions;
import dev.varve.ingest.ImportResult;
import dev.varve.restore.Restore;
import dev.varve.restore.RestoreOptions;
import dev.varve.restore.RestoreResult;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;

/// A pool with one subvolume, to import into and restore from.
public final class TestPool implements Closeable {
    private final ObjectStore store;
    private final Pool pool;
    private final SubvolumeId subvolume;

    public TestPool() throws IOException {
        this(new MemoryStore());
    }

    public TestPool(ObjectStore store) throws IOException {
        this.store = store;
        Pool.create(store, PoolSettings.defaults(), PoolOptions.defaults());
        this.pool = Pool.open(store, PoolOptions.defaults());
        try (WriteTransaction transaction = pool.begin()) {
            var place =
                    new WriteTransaction.Place(
                            SubvolumeId.TOP_LEVEL, Inode.ROOT, FileName.of("home"));
            subvolume = transaction.createSubvolume(place).id();
            transaction.commit();
        }
    }

    public Pool pool() {
        return pool;
    }

    public SubvolumeId subvolume() {
        return subvolume;
    }

    public ImportOptions importOptions() {
        return ImportOptions.everything(Clock.systemUTC());
    }

    public ImportResult importFrom(Path source) throws IOException {
        return importFrom(source, importOptions());
    }

    public ImportResult importFrom(Path source, ImportOptions options) throws IOException {
        try (DirectoryImport walk = new DirectoryImport(options, source);
                WriteTransaction transaction = pool.begin()) {
            ImportResult result = walk.run(transaction, subvolume, _ -> {});
            transaction.commit();
            return result;
        }
    }

    public RestoreResult restoreTo(Path target, RestoreOptions options) throws IOException {
        try (ReadView view = pool.read()) {
            FileTree tree = view.open(subvolume);
            return new Restore(options, _ -> {}).run(view, tree, Inode.ROOT, target);
        }
    }

    @Override
    public void close() throws IOException {
        pool.close();
        store.close();
    }
}
