package dev.varve.engine.repair;

import dev.varve.engine.check.Survey;
import dev.varve.engine.format.Head;
import dev.varve.engine.format.PackFormat;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.UnsupportedFormatException;
import dev.varve.engine.pack.BlockStore;
import dev.varve.engine.pack.PackCopier;
import dev.varve.engine.pack.PackLocator;
import dev.varve.engine.pack.PackReader;
import dev.varve.engine.pack.TableSalvage;
import dev.varve.engine.pack.TableSalvage.Expected;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Pack objects whose tables cannot be read: written anew with tables made from the blocks, as far
/// as these can be proved.
///
/// @param objects what to make of each, by the number that names it
record TableMending(TableSalvage.ContentIds ids, Map<Long, Broken> objects) {
    static final TableMending NONE = new TableMending((_, _) -> Optional.empty(), new TreeMap<>());

    /// An object.
    ///
    /// @param packs that it answers for
    /// @param blocks how many of theirs can be proved
    record Broken(List<Expected> packs, int blocks) {}

    /// Looks at every object that a check found damaged.
    static TableMending of(Patient patient, ContentIds ids, Head base, Damaged damaged)
            throws IOException {
        Map<Long, Broken> objects = new TreeMap<>();
        if (damaged.objects().isEmpty()) {
            return new TableMending(ids, objects);
        }
        try (BlockStore blocks = patient.access().blocks(PackLocator.FIRST_OBJECT)) {
            Map<Long, List<Expected>> packs = new TreeMap<>();
            for (Survey.Listed pack : Survey.listed(blocks, base)) {
                if (damaged.objects().contains(pack.object())) {
                    packs.computeIfAbsent(pack.object(), _ -> new ArrayList<>())
                            .add(new Expected(pack.number(), pack.slots(), pack.kind()));
                }
            }
            for (long number : damaged.objects()) {
                List<Expected> expected =
                        packs.getOrDefault(number, List.of(new Expected(number, 0, 0)));
                int proved =
                        isReadable(blocks, number, expected)
                                ? 0
                                : proved(blocks, ids, number, expected);
                if (proved > 0) {
                    objects.put(number, new Broken(expected, proved));
                }
            }
        }
        return new TableMending(ids, objects);
    }

    private static boolean isReadable(BlockStore blocks, long number, List<Expected> packs)
            throws IOException {
        try {
            PackReader reader = blocks.openPack(PackFormat.objectName(number));
            for (Expected pack : packs) {
                reader.table(pack.packNumber());
            }
            return true;
        } catch (NoSuchFileException | CorruptionException | UnsupportedFormatException _) {
            return false;
        }
    }

    private static int proved(BlockStore blocks, ContentIds ids, long number, List<Expected> packs)
            throws IOException {
        try {
            return blocks.salvage(PackFormat.objectName(number), packs, ids).stream()
                    .mapToInt(part -> part.stored().size())
                    .sum();
        } catch (NoSuchFileException | CorruptionException _) {
            return 0;
        }
    }

    /// Writes them.
    void write(BlockStore reader, BlockStore writer, ScannedLocations locations)
            throws IOException {
        for (Map.Entry<Long, Broken> entry : objects.entrySet()) {
            String name = PackFormat.objectName(entry.getKey());
            PackCopier copier = writer.copier();
            List<PackCopier.Part> parts = reader.salvage(name, entry.getValue().packs(), ids);
            parts.forEach(copier::add);
            if (!copier.isEmpty()) {
                long made = copier.write();
                parts.forEach(part -> locations.move(part.table().packNumber(), made));
            }
        }
    }
}
