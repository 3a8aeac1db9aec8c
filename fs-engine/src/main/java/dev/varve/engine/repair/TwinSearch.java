package dev.varve.engine.repair;

import dev.varve.engine.commit.Subvolumes;
import dev.varve.engine.format.BlockAddress;
import dev.varve.engine.format.ContentItem;
import dev.varve.engine.format.Head;
import dev.varve.engine.format.PackFormat;
import dev.varve.engine.format.PackTable;
import dev.varve.engine.format.PoolRecord;
import dev.varve.engine.model.ContentId;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.UnsupportedFormatException;
import dev.varve.engine.pack.BlockStore;
import dev.varve.engine.repair.PackMending.Twin;
import dev.varve.engine.tree.NodeCache;
import dev.varve.engine.tree.TreeReader;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// Looks for sound blocks that hold what damaged ones should: the pack's table tells a block's
/// content by its id, and the tables of all packs which others have the same. A block counts only
/// if its id, computed anew from what can be read of it, is the one.
final class TwinSearch {
    private static final long NODE_CACHE_BYTES = 4L << 20;

    private final ContentIds ids;
    private final ScannedLocations locations;
    private final BlockStore reader;
    private final Damaged damaged;

    /// Damaged blocks by the content that they should have.
    private final Map<ContentId, List<Long>> wanted = new HashMap<>();

    private final Map<Long, Twin> twins = new HashMap<>();

    private TwinSearch(
            ContentIds ids, ScannedLocations locations, BlockStore reader, Damaged damaged) {
        this.ids = ids;
        this.locations = locations;
        this.reader = reader;
        this.damaged = damaged;
    }

    /// Says what can be done about damaged blocks.
    static PackMending of(Patient patient, PoolRecord pool, Head base, Damaged damaged)
            throws IOException {
        if (damaged.needed().isEmpty() && damaged.objects().isEmpty()) {
            return PackMending.NONE;
        }
        ContentIds ids = new ContentIds(pool, patient.access().keys());
        ScannedLocations locations = ScannedLocations.of(patient, base);
        try (BlockStore reader = patient.access().blocks(locations)) {
            TwinSearch search = new TwinSearch(ids, locations, reader, damaged);
            search.readIds();
            for (long number : search.wanted.isEmpty() ? Set.<Long>of() : locations.packs()) {
                search.look(number);
            }
            return new PackMending(
                    search.twins,
                    search.lost(),
                    search.offered(base),
                    damaged,
                    TableMending.of(patient, ids, base, damaged),
                    pool.compressionLevel());
        }
    }

    private void readIds() throws IOException {
        for (long address : damaged.needed()) {
            try {
                ContentId id = reader.contentId(address);
                if (!id.isNone()) {
                    wanted.computeIfAbsent(id, _ -> new ArrayList<>()).add(address);
                }
            } catch (CorruptionException | UnsupportedFormatException _) {
                // Not in its pack: nobody knows what it held.
            }
        }
    }

    private void look(long number) throws IOException {
        PackTable table;
        try {
            table = reader.openPack(locations.objectOf(number)).table(number);
        } catch (NoSuchFileException | CorruptionException | UnsupportedFormatException _) {
            return;
        }
        for (int slot = 0; slot < table.slots() && !wanted.isEmpty(); slot++) {
            ContentId id = table.slot(slot).content();
            long address = BlockAddress.of(number, slot);
            boolean isWanted =
                    table.slot(slot).kind() == PackFormat.DATA
                            && wanted.containsKey(id)
                            && !damaged.needed().contains(address);
            if (isWanted) {
                tryTwin(id, address);
            }
        }
    }

    private void tryTwin(ContentId id, long address) throws IOException {
        try {
            byte[] raw = reader.read(address);
            int keyId = reader.keyId(address);
            OptionalInt domain = ids.domain(keyId);
            if (domain.isPresent() && ids.of(keyId, raw).equals(Optional.of(id))) {
                for (long broken : wanted.getOrDefault(id, List.of())) {
                    twins.put(broken, new Twin(address, domain.getAsInt()));
                }
                wanted.remove(id);
            }
        } catch (CorruptionException | UnsupportedFormatException _) {
            // Damaged as well.
        }
    }

    /// Blocks that have no twin.
    private Set<Long> lost() {
        Set<Long> lost = new HashSet<>();
        wanted.values().forEach(lost::addAll);
        return lost;
    }

    /// How many of them the contents tree still offers to writers.
    private int offered(Head base) throws IOException {
        NodeCache nodes = new NodeCache(reader, NODE_CACHE_BYTES);
        TreeReader contents = new TreeReader(nodes, Subvolumes.treeRoot(base.contents()));
        int offered = 0;
        for (Map.Entry<ContentId, List<Long>> entry : wanted.entrySet()) {
            try {
                byte[] value = contents.get(ContentItem.key(entry.getKey()));
                long block = value == null ? 0 : ContentItem.address(entry.getKey(), value);
                offered += entry.getValue().contains(block) ? 1 : 0;
            } catch (CorruptionException | UnsupportedFormatException _) {
                // Nothing is found by it, and a check says so.
            }
        }
        return offered;
    }
}
