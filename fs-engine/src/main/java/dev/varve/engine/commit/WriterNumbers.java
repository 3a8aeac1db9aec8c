package dev.varve.engine.commit;

import dev.varve.engine.format.BlockAddress;
import dev.varve.engine.format.Envelope;
import dev.varve.engine.format.FormatReader;
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
import java.util.UUID;
import java.util.function.BiConsumer;

/// The objects `writers/<n>`: creating one makes its number this process's, for ever. Only the
/// highest is needed to find the next, so lower ones are deleted on the way, by who may.
public final class WriterNumbers {
    private static final String PREFIX = "writers/";
    private static final String MAGIC = "VARVWRIT";
    private static final int VERSION = 1;
    private static final int MAX_BYTES = 1 << 10;

    private final ObjectStore store;
    private final UUID poolId;

    public WriterNumbers(ObjectStore store, UUID poolId) {
        this.store = store;
        this.poolId = poolId;
    }

    /// Claims a number that nobody ever had.
    public int claim() throws IOException {
        List<Integer> claimed = numbers();
        int next = 1 + highest(claimed);
        byte[] content = Envelope.end(Envelope.begin(MAGIC, VERSION).uuid(poolId));
        while (next <= BlockAddress.MAX_WRITER) {
            try {
                store.create(name(next), List.of(ByteBuffer.wrap(content)));
                delete(claimed);
                return next;
            } catch (FileAlreadyExistsException _) {
                next++;
            }
        }
        throw new StoreFailedException("all " + BlockAddress.MAX_WRITER + " writers are used up");
    }

    /// Puts back the claim of a number that packs prove was given out.
    public void restore(int number) throws IOException {
        byte[] content = Envelope.end(Envelope.begin(MAGIC, VERSION).uuid(poolId));
        store.create(name(number), List.of(ByteBuffer.wrap(content)));
    }

    /// Reads the highest claim: the others are on their way out.
    ///
    /// @param damage told of its name and what is wrong with it
    public void findDamage(BiConsumer<String, String> damage) throws IOException {
        int highest = highest();
        if (highest == 0) {
            return;
        }
        String name = name(highest);
        try {
            byte[] bytes = store.get(name, new ByteRange.From(0, MAX_BYTES)).bytes();
            FormatReader in = Envelope.open(name, bytes, MAGIC, VERSION, VERSION).body();
            UUID found = in.uuid();
            in.requireEnd();
            if (!found.equals(poolId)) {
                damage.accept(name, "expected pool " + poolId + ", found " + found);
            }
        } catch (NoSuchFileException _) {
            // A higher one came since.
        } catch (CorruptionException | UnsupportedFormatException e) {
            damage.accept(name, String.valueOf(e.getMessage()));
        }
    }

    /// The highest number claimed so far, 0 if none.
    public int highest() throws IOException {
        return highest(numbers());
    }

    private static int highest(List<Integer> numbers) {
        return numbers.stream().mapToInt(Integer::intValue).max().orElse(0);
    }

    /// The claims that are there.
    private List<Integer> numbers() throws IOException {
        List<Integer> numbers = new ArrayList<>();
        for (Scan<StoredObject> claims = store.list(PREFIX); claims.advance(); ) {
            int number = number(claims.current().name());
            if (number > 0) {
                numbers.add(number);
            }
        }
        return numbers;
    }

    private void delete(List<Integer> numbers) throws IOException {
        for (int number : numbers) {
            if (!store.tidy(name(number))) {
                return;
            }
        }
    }

    private static String name(int number) {
        return PREFIX + "%06x".formatted(number);
    }

    /// The number in a name, or 0 if there is none.
    private static int number(String name) {
        String hex = name.substring(PREFIX.length());
        boolean valid = hex.length() == 6 && hex.chars().allMatch(c -> Character.digit(c, 16) >= 0);
        return valid ? Integer.parseInt(hex, 16) : 0;
    }
}
