package dev.varve.engine.seal;

import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.StoreFailedException;
import dev.varve.engine.model.UnsupportedFormatException;
import dev.varve.engine.store.ByteRange;
import dev.varve.engine.store.ObjectStore;
import dev.varve.engine.store.StoredObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/// Small objects without which everything is lost, so each is stored twice; either will do.
record TwinObjects(ObjectStore store) {
    private static final String COPY = ".copy";

    /// Far above any object of keys.
    private static final int MAX_BYTES = 8 << 20;

    /// Decodes an object.
    interface Decoder<T> {
        T read(String where, byte[] bytes) throws IOException;
    }

    /// The names of all objects with this prefix, of copies too.
    List<String> names(String prefix) throws IOException {
        List<String> names = new ArrayList<>();
        for (Scan<StoredObject> scan = store.list(prefix); scan.advance(); ) {
            names.add(scan.current().name());
        }
        return names;
    }

    void create(String name, byte[] bytes) throws IOException {
        store.create(name, List.of(ByteBuffer.wrap(bytes)));
        try {
            store.create(name + COPY, List.of(ByteBuffer.wrap(bytes)));
        } catch (FileAlreadyExistsException e) {
            throw new StoreFailedException(name + COPY + " is there without " + name, e);
        }
    }

    /// Reads the object or, if that is damaged or missing, its copy.
    ///
    /// @throws NoSuchFileException if both are gone
    /// @throws CorruptionException what is wrong with the first, if both are damaged
    <T> T read(String name, Decoder<T> decoder) throws IOException {
        try {
            return decoder.read(name, bytes(name));
        } catch (NoSuchFileException | CorruptionException first) {
            try {
                return decoder.read(name + COPY, bytes(name + COPY));
            } catch (NoSuchFileException | CorruptionException _) {
                throw first;
            }
        }
    }

    private byte[] bytes(String name) throws IOException {
        return store.get(name, new ByteRange.From(0, MAX_BYTES)).bytes();
    }

    /// Decodes both of them.
    void findDamage(String name, Decoder<?> decoder, BiConsumer<String, String> damage)
            throws IOException {
        for (String one : List.of(name, name + COPY)) {
            try {
                decoder.read(one, bytes(one));
            } catch (NoSuchFileException _) {
                damage.accept(one, "is missing");
            } catch (CorruptionException | UnsupportedFormatException e) {
                damage.accept(one, String.valueOf(e.getMessage()));
            }
        }
    }

    void delete(String name) throws IOException {
        store.delete(name);
        store.delete(name + COPY);
    }
}
