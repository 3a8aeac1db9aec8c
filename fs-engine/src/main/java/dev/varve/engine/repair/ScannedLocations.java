package dev.varve.engine.repair;

import dev.varve.engine.format.PackFormat;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.UnsupportedFormatException;
import dev.varve.engine.pack.BlockStore;
import dev.varve.engine.pack.PackLocator;
import dev.varve.engine.pack.PackReader;
import dev.varve.engine.store.StoredObject;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Tells which object answers for a pack by asking the objects, not the packs tree. Of several the
/// oldest is taken: a later one lacks what was free when it was written. About a hundred bytes for
/// each pack that was moved, and for each object.
final class ScannedLocations implements PackLocator {
    /// Packs in their first objects.
    private final Set<Long> answered = new HashSet<>();

    /// Packs in other objects than their first, by number.
    private final Map<Long, Long> moved = new HashMap<>();

    /// Reads the end of every pack object.
    static ScannedLocations of(Patient patient) throws IOException {
        ScannedLocations locations = new ScannedLocations();
        try (BlockStore blocks = patient.access().blocks(PackLocator.FIRST_OBJECT)) {
            Scan<StoredObject> all = patient.store().list(PackFormat.PREFIX);
            while (all.advance()) {
                long object = PackFormat.packNumber(all.current().name());
                if (object != 0) {
                    locations.read(blocks, object);
                }
            }
        }
        return locations;
    }

    private void read(BlockStore blocks, long object) throws IOException {
        PackReader reader;
        try {
            reader = blocks.openPack(PackFormat.objectName(object));
        } catch (NoSuchFileException | CorruptionException | UnsupportedFormatException _) {
            return;
        }
        for (long number : reader.packNumbers()) {
            if (number == object) {
                answered.add(number);
            } else {
                moved.putIfAbsent(number, object);
            }
        }
    }

    /// The number of the object that answers for a pack; its own if none does.
    long objectNumber(long packNumber) {
        return answered.contains(packNumber)
                ? packNumber
                : moved.getOrDefault(packNumber, packNumber);
    }

    /// Every pack that some object answers for.
    Set<Long> packs() {
        Set<Long> packs = new TreeSet<>(moved.keySet());
        packs.addAll(answered);
        return packs;
    }

    @Override
    public String objectOf(long packNumber) {
        return PackFormat.objectName(objectNumber(packNumber));
    }
}
