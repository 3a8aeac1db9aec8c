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
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// Small objects without which everything is lost, so each is stored twice; either will do.
record TwinObjects(ObjectStore store) {
    private static final String COPY = ".copy";

    /// Far above any object of keys.
    private static final int MAX_BYTES = 8 << 20;

    /// Decodes an object.
    interface Decoder<T> {
        T read(String where, byte[] bytes) throws IOException;
    }

    /// The names of all objects with this prefix of which at least one of the two is there.
    Set<String> names(String prefix) throws IOException {
        Set<String> names = new LinkedHashSet<>();
        for (Scan<StoredObject> scan = store.list(prefix); scan.advance(); ) {
            String name = scan.current().name();
            names.add(
                    name.endsWith(COPY) ? name.substring(0, name.length() - COPY.length()) : name);
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
    void findDamage(String name, Decoder<?> decoder, Consumer<DamagedKey> damage)
            throws IOException {
        Optional<byte[]> sound = Optional.empty();
        Map<String, String> wrong = new LinkedHashMap<>();
        for (String one : List.of(name, name + COPY)) {
            try {
                byte[] bytes = bytes(one);
                decoder.read(one, bytes);
                sound = Optional.of(bytes);
            } catch (NoSuchFileException _) {
                wrong.put(one, DamagedKey.MISSING);
            } catch (CorruptionException | UnsupportedFormatException e) {
                wrong.put(one, String.valueOf(e.getMessage()));
            }
        }
        byte[] twin = sound.orElse(new byte[0]);
        wrong.forEach((object, detail) -> damage.accept(new DamagedKey(object, detail, twin)));
    }

    void delete(String name) throws IOException {
        store.delete(name);
        store.delete(name + COPY);
    }
}
