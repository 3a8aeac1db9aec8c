package dev.varve.engine.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.varve.engine.Pool;
import dev.varve.engine.PoolOptions;
import dev.varve.engine.PoolSettings;
import dev.varve.engine.SubvolumeWriter;
import dev.varve.engine.WriteTransaction;
import dev.varve.engine.model.Attributes;
import dev.varve.engine.model.CheckOptions;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Finding;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.StoreFailedException;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.store.ByteRange;
import dev.varve.engine.store.ForwardingStore;
import dev.varve.engine.store.MemoryStore;
import dev.varve.engine.store.ObjectPart;
import dev.varve.engine.store.ObjectStore;
import dev.varve.engine.store.StoredObject;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SalvageStoreTest {
    private final MemoryStore store = new MemoryStore();

    @BeforeEach
    void makePool() throws IOException {
        Pool.create(store, PoolSettings.defaults(), PoolOptions.defaults());
        try (Pool pool = Pool.open(store, PoolOptions.defaults());
                WriteTransaction tx = pool.begin()) {
            SubvolumeWriter tree = tx.edit(SubvolumeId.TOP_LEVEL);
            Attributes plain = Attributes.of(0644, Timestamp.EPOCH);
            FileName name = FileName.of("two\nlines");
            long file = tree.createFile(Inode.ROOT, name, plain);
            tree.write(file, 0, ByteBuffer.wrap(new byte[100_000]));
            tx.commit();
        }
    }

    private static List<String> check(ObjectStore of) throws IOException {
        List<String> messages = new ArrayList<>();
        CheckOptions options = CheckOptions.defaults().withReadData(true);
        Pool.check(of, options, finding -> messages.add(message(finding)), _ -> {});
        return messages;
    }

    private static String message(Finding finding) {
        return finding.message();
    }

    @Test
    void anObjectThatCannotBeReadIsDamagedWhileTheStoreAnswers() throws IOException {
        List<String> packs = new ArrayList<>();
        for (Scan<StoredObject> all = store.list("packs/"); all.advance(); ) {
            packs.add(all.current().name());
        }
        String data = packs.getFirst();
        List<String> messages = check(new BadSectors(store, data::equals));
        assertEquals(2, messages.size(), messages::toString);
        assertEquals(
                data + ": " + data + ": expected its bytes, found bad sector; blocks in use: 1",
                messages.get(0));
        assertEquals("/: /two?lines: lost: 100000 bytes, the first at offset 0", messages.get(1));
        messages = check(new BadSectors(store, "pool"::equals));
        assertEquals(List.of("pool: pool: expected its bytes, found bad sector"), messages);
    }

    @Test
    void aStoreOutOfReachEndsTheCheck() {
        BadSectors gone = new BadSectors(store, _ -> true);
        assertThrows(StoreFailedException.class, () -> check(gone));
    }

    @Test
    void anInterruptEndsTheCheck() {
        Thread.currentThread().interrupt();
        assertThrows(InterruptedIOException.class, () -> check(store));
        assertEquals(true, Thread.interrupted());
    }

    /// Some objects of another store cannot be read.
    private record BadSectors(ObjectStore store, Predicate<String> bad) implements ForwardingStore {
        @Override
        public ObjectPart get(String name, ByteRange range) throws IOException {
            if (bad.test(name)) {
                throw new StoreFailedException("bad sector");
            }
            return store.get(name, range);
        }

        @Override
        public void close() {}
    }
}
