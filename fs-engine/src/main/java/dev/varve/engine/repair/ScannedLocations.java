package dev.varve.engine.repair;

import dev.varve.engine.check.Survey;
import dev.varve.engine.format.Head;
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

/// Tells which object answers for a pack by asking the objects. Of several the one that the packs
/// tree names is taken, as far as it can be read, else the oldest: a later one lacks what was free
/// when it was written. About a hundred bytes for each pack that was moved, and for each object.
final class ScannedLocations implements PackLocator {
    /// Packs in their first objects.
    private final Set<Long> answered = new HashSet<>();

    /// Packs in other objects than their first, by number.
    private final Map<Long, Long> moved = new HashMap<>();

    /// Where the packs tree says that a pack is, which has that object.
    private final Map<Long, Long> named = new HashMap<>();

    private final Map<Long, Long> listed;

    private ScannedLocations(Map<Long, Long> listed) {
        this.listed = listed;
    }

    /// Reads the end of every pack object.
    static ScannedLocations of(Patient patient) throws IOException {
        try (BlockStore blocks = patient.access().blocks(PackLocator.FIRST_OBJECT)) {
            return of(patient, blocks, Map.of());
        }
    }

    /// The same of a commit whose packs tree may tell, too.
    static ScannedLocations of(Patient patient, Head base) throws IOException {
        try (BlockStore blocks = patient.access().blocks(PackLocator.FIRST_OBJECT)) {
            Map<Long, Long> moved = new HashMap<>();
            for (Survey.Listed pack : Survey.listed(blocks, base)) {
                if (pack.object() != pack.number()) {
                    moved.put(pack.number(), pack.object());
                }
            }
            return of(patient, blocks, moved);
        }
    }

    private static ScannedLocations of(Patient patient, BlockStore blocks, Map<Long, Long> listed)
            throws IOException {
        ScannedLocations locations = new ScannedLocations(listed);
        for (Scan<StoredObject> all = patient.store().list(PackFormat.PREFIX); all.advance(); ) {
            long object = PackFormat.packNumber(all.current().name());
            if (object != 0) {
                locations.read(blocks, object);
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
            if (listed.getOrDefault(number, 0L) == object) {
                named.put(number, object);
            }
            if (number == object) {
                answered.add(number);
            } else {
                moved.putIfAbsent(number, object);
            }
        }
    }

    /// The number of the object that answers for a pack; its own if none does.
    long objectNumber(long packNumber) {
        Long preferred = named.get(packNumber);
        if (preferred != null) {
            return preferred;
        }
        return answered.contains(packNumber)
                ? packNumber
                : moved.getOrDefault(packNumber, packNumber);
    }

    /// From now on this object answers for the pack.
    void move(long packNumber, long object) {
        named.put(packNumber, object);
    }

    /// Every pack that some object answers for.
    Set<Long> packs() {
        Set<Long> packs = new TreeSet<>(moved.keySet());
        packs.addAll(answered);
        packs.addAll(named.keySet());
        return packs;
    }

    @Override
    public String objectOf(long packNumber) {
        return PackFormat.objectName(objectNumber(packNumber));
    }
}
