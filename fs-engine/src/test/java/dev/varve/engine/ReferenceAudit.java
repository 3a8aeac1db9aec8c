package dev.varve.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.commit.Heads;
import dev.varve.engine.commit.PackLocations;
import dev.varve.engine.commit.Subvolumes;
import dev.varve.engine.file.FileItems;
import dev.varve.engine.format.BlockAddress;
import dev.varve.engine.format.ChecksumKind;
import dev.varve.engine.format.ContentItem;
import dev.varve.engine.format.DeletedRecord;
import dev.varve.engine.format.DoomedObject;
import dev.varve.engine.format.Head;
import dev.varve.engine.format.LittleEndian;
import dev.varve.engine.format.NodeFormat;
import dev.varve.engine.format.PackItem;
import dev.varve.engine.format.RootKey;
import dev.varve.engine.format.SubvolumeFormat;
import dev.varve.engine.format.SubvolumeRecord.Root;
import dev.varve.engine.model.ContentId;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.pack.BlockStore;
import dev.varve.engine.pack.BlockStoreOptions;
import dev.varve.engine.pack.Sealer;
import dev.varve.engine.store.ObjectStore;
import dev.varve.engine.tree.ItemReferences;
import java.io.IOException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Counts every reference of the newest commit by walking all trees, and compares with what the
/// counts tree and the packs tree say. Shares no code with the engine's own counting.
final class ReferenceAudit implements AutoCloseable {
    private static final ItemReferences NONE = (_, _, _, _, _) -> ItemReferences.NONE;

    private final BlockStore blocks;
    private final Head head;
    private final Map<Long, Integer> references = new HashMap<>();

    private interface Items {
        void item(byte[] key, byte[] value) throws IOException;
    }

    private ReferenceAudit(ObjectStore store, PoolSettings settings) throws IOException {
        Heads heads = new Heads(store, settings.poolId());
        this.head = heads.newest();
        PackLocations locations = new PackLocations(heads);
        locations.use(head);
        ChecksumKind checksum = ChecksumKind.valueOf(settings.checksum().name());
        this.blocks =
                new BlockStore(
                        store,
                        settings.poolId(),
                        BlockStoreOptions.of(checksum, 1, 1),
                        () -> {
                            throw new IllegalStateException("an audit writes nothing");
                        },
                        locations,
                        Sealer.PLAIN);
        locations.readFrom(blocks);
    }

    /// @return how many blocks are in use
    static int audit(ObjectStore store, PoolSettings settings) throws IOException {
        try (ReferenceAudit audit = new ReferenceAudit(store, settings)) {
            audit.walkAll();
            audit.compareCounts();
            audit.comparePacks();
            return audit.references.size();
        }
    }

    @Override
    public void close() {
        blocks.close();
    }

    private void walkAll() throws IOException {
        walk(head.counts(), NONE, (_, _) -> {});
        walk(head.packs(), NONE, (_, _) -> {});
        walk(head.contents(), NONE, (_, _) -> {});
        walk(
                head.roots(),
                NONE,
                (key, value) -> {
                    switch (key[0]) {
                        case RootKey.SUBVOLUME -> {
                            SubvolumeId id = RootKey.lastId(key);
                            Root root = SubvolumeFormat.read(id.value(), value).root();
                            walk(root, FileItems.REFERENCES, (_, _) -> {});
                        }
                        case RootKey.DELETED -> {
                            long id = RootKey.lastId(key).value();
                            Root root = DeletedRecord.read(id, value).record().root();
                            walk(root, FileItems.REFERENCES, (_, _) -> {});
                        }
                        case RootKey.DROPPED ->
                                walk(root(value), FileItems.REFERENCES, (_, _) -> {});
                        case RootKey.CATALOG, RootKey.DROPPED_CATALOG ->
                                walk(root(value), NONE, (_, _) -> {});
                        default -> {}
                    }
                });
    }

    private static Root root(byte[] value) throws IOException {
        return SubvolumeFormat.readRoot("audit", value);
    }

    private void walk(Root root, ItemReferences inItems, Items items) throws IOException {
        if (!Subvolumes.treeRoot(root).isEmpty()) {
            walk(root.address(), inItems, items);
        }
    }

    /// One reference to a node; its own references count once, however many refer to it.
    private void walk(long address, ItemReferences inItems, Items items) throws IOException {
        if (references.merge(address, 1, Integer::sum) > 1) {
            return;
        }
        byte[] page = blocks.read(address);
        for (int slot = 0; slot < NodeFormat.count(page); slot++) {
            if (NodeFormat.level(page) > 0) {
                walk(NodeFormat.childAddress(page, slot), inItems, items);
                continue;
            }
            items.item(NodeFormat.key(page, slot), NodeFormat.value(page, slot));
            long block =
                    inItems.blockOf(
                            page,
                            NodeFormat.keyOffset(page, slot),
                            NodeFormat.keyLength(page, slot),
                            NodeFormat.valueOffset(page, slot),
                            NodeFormat.valueLength(page, slot));
            if (block != ItemReferences.NONE) {
                references.merge(block, 1, Integer::sum);
            }
        }
    }

    /// The items of a tree that was walked already.
    private void items(long address, Items items) throws IOException {
        if (address == 0) {
            return;
        }
        byte[] page = blocks.read(address);
        for (int slot = 0; slot < NodeFormat.count(page); slot++) {
            if (NodeFormat.level(page) > 0) {
                items(NodeFormat.childAddress(page, slot), items);
            } else {
                items.item(NodeFormat.key(page, slot), NodeFormat.value(page, slot));
            }
        }
    }

    private void compareCounts() throws IOException {
        Map<Long, Integer> expected = new TreeMap<>();
        references.forEach((address, count) -> {
            if (count > 1) {
                expected.put(address, count);
            }
        });
        Map<Long, Integer> actual = new TreeMap<>();
        items(
                head.counts().address(),
                (key, value) -> actual.put(PackItem.packNumber(key), LittleEndian.i32(value, 0)));
        Set<Map.Entry<Long, Integer>> missing = new HashSet<>(expected.entrySet());
        missing.removeAll(actual.entrySet());
        Set<Map.Entry<Long, Integer>> wrong = new HashSet<>(actual.entrySet());
        wrong.removeAll(expected.entrySet());
        assertEquals(missing, wrong, "reference counts of generation " + head.generation());
    }

    /// A content's block, if anything refers to it, has the id by which it is found.
    private void compareContents() throws IOException {
        items(
                head.contents().address(),
                (key, value) -> {
                    ContentId id = ContentItem.id(key);
                    long address = ContentItem.address(id, value);
                    if (references.containsKey(address)) {
                        assertEquals(id, blocks.contentId(address));
                    }
                });
    }

    private void comparePacks() throws IOException {
        Map<Long, BitSet> free = new HashMap<>();
        Map<Long, Integer> slots = new HashMap<>();
        items(
                head.packs().address(),
                (key, value) -> {
                    if (DoomedObject.isKey(key)) {
                        return;
                    }
                    PackItem item = PackItem.read(PackItem.packNumber(key), value);
                    free.put(PackItem.packNumber(key), item.free());
                    slots.put(PackItem.packNumber(key), item.slots());
                });
        head.newPacks()
                .forEach(pack -> {
                    free.put(pack.number(), new BitSet());
                    slots.put(pack.number(), pack.slots());
                });
        Set<Long> twice = new HashSet<>();
        for (long address : head.freed()) {
            assertTrue(twice.add(address), "freed twice in a head");
            BitSet bits = free.getOrDefault(BlockAddress.packOf(address), new BitSet());
            assertTrue(!bits.get(BlockAddress.slotOf(address)), "freed twice");
            bits.set(BlockAddress.slotOf(address));
        }
        long live = 0;
        for (Map.Entry<Long, Integer> pack : slots.entrySet()) {
            live += pack.getValue() - free.getOrDefault(pack.getKey(), new BitSet()).cardinality();
        }
        for (long address : references.keySet()) {
            long pack = BlockAddress.packOf(address);
            assertTrue(slots.containsKey(pack), "an unlisted pack is referred to");
            assertTrue(
                    !free.getOrDefault(pack, new BitSet()).get(BlockAddress.slotOf(address)),
                    () -> "block " + Long.toHexString(address) + " is in use and free");
        }
        assertEquals(references.size(), live, "blocks neither in use nor free");
        compareContents();
    }
}
