package dev.varve.remote.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.FileTree;
import dev.varve.engine.Pool;
import dev.varve.engine.PoolOptions;
import dev.varve.engine.PoolSettings;
import dev.varve.engine.ReadView;
import dev.varve.engine.SubvolumeWriter;
import dev.varve.engine.WriteTransaction;
import dev.varve.engine.model.Attributes;
import dev.varve.engine.model.CheckOptions;
import dev.varve.engine.model.CheckResult;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.KeyWay;
import dev.varve.engine.model.SealCipher;
import dev.varve.engine.model.Sealing;
import dev.varve.engine.model.Secret;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.store.ObjectStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a pool in a bucket costs to read: bytes and requests.
class RequestsTest {
    private static final int DIRECTORIES = 60;
    private static final int FILES = 500;
    private static final int WANTED_BYTES = 1 << 20;
    private static final Attributes ATTRIBUTES = Attributes.of(0755, Timestamp.EPOCH);

    private static final byte[] PASSPHRASE = "by ranged reads".getBytes(StandardCharsets.UTF_8);
    private static final PoolOptions OPTIONS =
            PoolOptions.defaults()
                    .withUnlocking((_, _) -> List.of(new Secret.Passphrase(PASSPHRASE.clone())));

    @TempDir private Path directory;

    private static byte[] content(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest(name = "sealed: {0}")
    @ValueSource(booleans = {false, true})
    void oneFileCostsAboutItsBytesAndFewRequests(boolean sealed) throws Exception {
        FaultyBlobs blobs = new FaultyBlobs();
        try (LocalS3 server = LocalS3.start(blobs)) {
            makePool(server, sealed);
            blobs.countFromNow();
            readWanted(server);
            String cold = blobs.requests() + " requests, " + blobs.sentBytes() + " bytes";
            assertTrue(blobs.requests() <= 12, "cold: " + cold);
            assertTrue(blobs.sentBytes() <= WANTED_BYTES * 12L / 10 + (2 << 20), "cold: " + cold);

            blobs.countFromNow();
            readWanted(server);
            String warm = blobs.requests() + " requests, " + blobs.sentBytes() + " bytes";
            assertTrue(blobs.requests() <= 2, "warm: " + warm);
            assertTrue(blobs.sentBytes() <= WANTED_BYTES * 12L / 10, "warm: " + warm);
            System.getLogger("test").log(System.Logger.Level.INFO, cold + "; warm " + warm);
        }
    }

    @Test
    void aCheckReadsNodesInLargePieces() throws Exception {
        FaultyBlobs blobs = new FaultyBlobs();
        try (LocalS3 server = LocalS3.start(blobs)) {
            makePool(server, false);
            blobs.countFromNow();
            S3Location location = S3Location.parse("s3://bucket/pool");
            CheckResult result;
            try (ObjectStore store =
                    S3Stores.openFresh(location, new S3Settings(server.environment()))) {
                result = Pool.check(store, CheckOptions.defaults(), _ -> {}, _ -> {});
            }
            assertTrue(result.isSound());
            assertTrue(result.nodes() > 200, result.nodes() + " nodes");
            assertTrue(blobs.requests() <= 40, blobs.requests() + " requests");
        }
    }

    private static void makePool(LocalS3 server, boolean sealed) throws IOException {
        try (S3Store store = server.store("pool")) {
            if (sealed) {
                KeyWay way = new KeyWay(new KeyWay.Known(new Secret.Passphrase(PASSPHRASE)), "");
                Sealing sealing = new Sealing(SealCipher.AES_256_GCM, List.of(way));
                Pool.createSealed(store, PoolSettings.defaults(), sealing, OPTIONS);
            } else {
                Pool.create(store, PoolSettings.defaults(), OPTIONS);
            }
            fill(store);
        }
    }

    private static void fill(ObjectStore store) throws IOException {
        try (Pool pool = Pool.open(store, OPTIONS);
                WriteTransaction transaction = pool.begin()) {
            SubvolumeWriter top = transaction.edit(SubvolumeId.TOP_LEVEL);
            for (int d = 0; d < DIRECTORIES; d++) {
                long parent = top.createDirectory(Inode.ROOT, name("d", d), ATTRIBUTES);
                for (int f = 0; f < FILES; f++) {
                    boolean wanted = d == DIRECTORIES / 2 && f == FILES / 2;
                    int size = wanted ? WANTED_BYTES : f % 50 == 0 ? 50_000 : 300;
                    long file = top.createFile(parent, name("f", f), ATTRIBUTES);
                    top.write(file, 0, ByteBuffer.wrap(content(size, (long) d * FILES + f)));
                }
            }
            transaction.commit();
        }
    }

    private static FileName name(String kind, int number) {
        return FileName.of(kind + "-with-a-name-of-usual-length-" + number);
    }

    private void readWanted(LocalS3 server) throws IOException {
        S3Location location = S3Location.parse("s3://bucket/pool");
        S3Settings settings = new S3Settings(server.environment());
        try (ObjectStore store = S3Stores.openCached(location, settings, directory, 1 << 28);
                Pool pool = Pool.open(store, OPTIONS);
                ReadView view = pool.read()) {
            FileTree tree = view.open(SubvolumeId.TOP_LEVEL);
            int d = DIRECTORIES / 2;
            int f = FILES / 2;
            long parent = find(tree, Inode.ROOT, name("d", d));
            long file = find(tree, parent, name("f", f));
            ByteBuffer read = ByteBuffer.allocate(WANTED_BYTES);
            while (read.hasRemaining()) {
                int at = read.position();
                read.limit(Math.min(WANTED_BYTES, at + (100 << 10)));
                assertTrue(tree.read(file, at, read) > 0);
                read.limit(WANTED_BYTES);
            }
            assertArrayEquals(content(WANTED_BYTES, (long) d * FILES + f), read.array());
        }
    }

    private static long find(FileTree tree, long parent, FileName name) throws IOException {
        var entry = tree.lookup(parent, name);
        assertEquals(true, entry.isPresent(), () -> name + " in " + Optional.of(parent));
        return entry.get().target();
    }
}
