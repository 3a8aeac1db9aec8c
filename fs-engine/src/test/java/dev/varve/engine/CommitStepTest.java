package dev.varve.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.model.Attributes;
import dev.varve.engine.model.CheckOptions;
import dev.varve.engine.model.CheckResult;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Finding;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.store.MemoryStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a commit that is one step of several leaves for the next, and what becomes of that.
class CommitStepTest {
    private static final Attributes PLAIN = Attributes.of(0644, new Timestamp(1000, 5));
    private static final int BLOCK_BYTES = 4096;

    private final MemoryStore store = new MemoryStore();
    private int files;

    @BeforeEach
    void makePool() throws IOException {
        Pool.create(store, PoolSettings.defaults(), PoolOptions.defaults());
    }

    private interface Ending {
        void end(WriteTransaction transaction) throws IOException;
    }

    /// Writes files of one random block each, the same ones for the same seed.
    private void write(Pool pool, int seed, int count, Ending ending) throws IOException {
        Random random = new Random(seed);
        byte[] content = new byte[BLOCK_BYTES];
        try (WriteTransaction tx = pool.begin()) {
            SubvolumeWriter tree = tx.edit(SubvolumeId.TOP_LEVEL);
            for (int i = 0; i < count; i++) {
                FileName name = FileName.of("file" + files++);
                long inode = tree.createFile(Inode.ROOT, name, PLAIN);
                random.nextBytes(content);
                tree.write(inode, 0, ByteBuffer.wrap(content));
            }
            ending.end(tx);
        }
    }

    /// Checks the pool and counts its data blocks.
    private long dataBlocks() throws IOException {
        CheckOptions all = CheckOptions.defaults().withReadData(true);
        CheckResult result = Pool.check(store, all, CommitStepTest::fail, _ -> {});
        assertTrue(result.isSound());
        return result.dataBlocks();
    }

    private static void fail(Finding finding) {
        throw new AssertionError(finding);
    }

    @Test
    void theNextStepFindsWhatTheOneBeforeStored() throws IOException {
        try (Pool pool = Pool.open(store, PoolOptions.defaults())) {
            write(pool, 1, 20, WriteTransaction::commitStep);
            write(pool, 1, 20, WriteTransaction::commitStep);
            write(pool, 1, 20, WriteTransaction::commit);
            assertEquals(20, dataBlocks());
        }
    }

    @Test
    void theCommitAfterStepsWritesTheirShare() throws IOException {
        try (Pool pool = Pool.open(store, PoolOptions.defaults())) {
            write(pool, 1, 20, WriteTransaction::commitStep);
            write(pool, 2, 20, WriteTransaction::commit);
        }
        try (Pool pool = Pool.open(store, PoolOptions.defaults())) {
            write(pool, 1, 20, WriteTransaction::commit);
            assertEquals(40, dataBlocks());
        }
    }

    @Test
    void aTransactionThatIsDroppedTakesNothingWithIt() throws IOException {
        try (Pool pool = Pool.open(store, PoolOptions.defaults())) {
            write(pool, 1, 20, WriteTransaction::commitStep);
            write(pool, 2, 20, _ -> {});
            write(pool, 2, 20, WriteTransaction::commitStep);
            write(pool, 1, 20, WriteTransaction::commit);
            assertEquals(40, dataBlocks());
        }
    }

    @Test
    void aCommitOfNothingStillIsNone() throws IOException {
        try (Pool pool = Pool.open(store, PoolOptions.defaults())) {
            write(pool, 1, 20, WriteTransaction::commitStep);
            long written = pool.writtenBytes();
            write(pool, 1, 0, WriteTransaction::commit);
            assertEquals(written, pool.writtenBytes());
            write(pool, 2, 20, WriteTransaction::commit);
        }
        try (Pool pool = Pool.open(store, PoolOptions.defaults())) {
            write(pool, 1, 20, WriteTransaction::commit);
            assertEquals(40, dataBlocks());
        }
    }

    /// Content is stored again, and all of it is there.
    @Test
    void whatStepsLeftIsLostWithTheProcess() throws IOException {
        try (Pool pool = Pool.open(store, PoolOptions.defaults())) {
            write(pool, 1, 20, WriteTransaction::commitStep);
        }
        try (Pool pool = Pool.open(store, PoolOptions.defaults())) {
            write(pool, 1, 20, WriteTransaction::commitStep);
            assertEquals(40, dataBlocks());
            write(pool, 1, 20, WriteTransaction::commit);
            assertEquals(40, dataBlocks());
        }
    }

    @Test
    void stepsDoNotHoldMoreThanSoMuchBack() throws IOException {
        int many = 70_000;
        try (Pool pool = Pool.open(store, PoolOptions.defaults())) {
            write(pool, 1, many, WriteTransaction::commitStep);
        }
        try (Pool pool = Pool.open(store, PoolOptions.defaults())) {
            write(pool, 1, 20, WriteTransaction::commit);
            assertEquals(many, dataBlocks());
        }
    }
}
