package dev.varve.engine.repair;

import dev.varve.engine.model.StoreFailedException;
import dev.varve.engine.store.ByteRange;
import dev.varve.engine.store.ObjectStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.util.List;

/// Replaces small damaged objects and keeps what they were as `damaged/<name>`, for whoever wants
/// to look. Objects are written once, so the old one goes before the new one comes: a crash in
/// between leaves the pool as damaged as it was, without the object.
final class Quarantine {
    private static final String PREFIX = "damaged/";
    private static final int MAX_BYTES = 64 << 20;
    private static final int MAX_COPIES = 1000;

    private final ObjectStore store;

    Quarantine(ObjectStore store) {
        this.store = store;
    }

    /// Takes an object away.
    void remove(String name) throws IOException {
        byte[] bytes = store.get(name, new ByteRange.From(0, MAX_BYTES)).bytes();
        String copy = PREFIX + name.replace('/', '.');
        for (int number = 0; number < MAX_COPIES; number++) {
            try {
                store.create(number == 0 ? copy : copy + "." + number, content(bytes));
                store.delete(name);
                return;
            } catch (FileAlreadyExistsException _) {
                // Damaged before.
            }
        }
        throw new StoreFailedException(copy + ": " + MAX_COPIES + " copies are there already");
    }

    /// Puts an object where there is none.
    void put(String name, byte[] bytes) throws IOException {
        store.create(name, content(bytes));
    }

    private static List<ByteBuffer> content(byte[] bytes) {
        return List.of(ByteBuffer.wrap(bytes));
    }
}
