package dev.varve.engine.repair;

import dev.varve.engine.check.Survey;
import dev.varve.engine.commit.Subvolumes;
import dev.varve.engine.format.BlockAddress;
import dev.varve.engine.format.ContentItem;
import dev.varve.engine.format.Head;
import dev.varve.engine.format.Head.NewPack;
import dev.varve.engine.format.LittleEndian;
import dev.varve.engine.format.PackFormat;
import dev.varve.engine.format.PackItem;
import dev.varve.engine.format.PackSlot;
import dev.varve.engine.format.PackTable;
import dev.varve.engine.format.SubvolumeRecord.Root;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.model.UnsupportedFormatException;
import dev.varve.engine.pack.BlockStore;
import dev.varve.engine.tree.ItemReferences;
import dev.varve.engine.tree.NodeCache;
import dev.varve.engine.tree.Sharing;
import dev.varve.engine.tree.TreeRoot;
import dev.varve.engine.tree.TreeWriter;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes the counts tree, the packs tree and the contents tree anew, from what the subvolumes
/// refer to and what the packs hold. Where nodes are lost, references may be missing: then no count
/// is lowered and nothing becomes free that was not.
final class Books {
    private static final long MAX_DIRTY_BYTES = 32L << 20;
    private static final long NODE_CACHE_BYTES = 16L << 20;
    private static final int COUNT_BYTES = 4;

    private final BlockStore reader;
    private final BlockStore writer;
    private final NodeCache nodes;
    private final ScannedLocations locations;
    private final Survey survey;
    private final Head base;
    private final long generation;

    /// Nodes written on the way and replaced: so that the heap stays small, trees are flushed
    /// early.
    private final List<Long> freed = new ArrayList<>();

    private final TreeWriter contents;
    private PackMending mending = PackMending.NONE;
    private Root contentsRoot = Subvolumes.storedRoot(TreeRoot.EMPTY);
    private long relocated;

    /// @param reader the damaged pool
    /// @param writer where new nodes go
    /// @param base the commit whose books are written; its subvolumes stay as they are
    /// @param generation of the new commit
    Books(
            BlockStore reader,
            BlockStore writer,
            ScannedLocations locations,
            Survey survey,
            Head base,
            long generation) {
        this.reader = reader;
        this.writer = writer;
        this.nodes = new NodeCache(writer, NODE_CACHE_BYTES);
        this.locations = locations;
        this.survey = survey;
        this.base = base;
        this.generation = generation;
        this.contents = emptyTree();
    }

    /// Writes both trees, and makes them durable.
    ///
    /// @param mending knows blocks that stay damaged: their content is stored anew when it comes
    ///   again
    /// @return the head that would commit them
    Head write(Timestamp time, PackMending mending) throws IOException {
        this.mending = mending;
        TreeRoot counts = counts();
        TreeRoot packs = packs();
        writer.flush();
        List<NewPack> newPacks = writer.takeSealed();
        return new Head(
                base.poolId(),
                generation,
                time,
                base.nextSubvolume(),
                base.roots(),
                Subvolumes.storedRoot(counts),
                Subvolumes.storedRoot(packs),
                contentsRoot,
                newPacks,
                List.copyOf(freed),
                relocated);
    }

    private TreeWriter emptyTree() {
        ItemReferences none = (_, _, _, _, _) -> ItemReferences.NONE;
        return new TreeWriter(nodes, writer, new Owned(freed), none, TreeRoot.EMPTY, generation);
    }

    private TreeRoot counts() throws IOException {
        TreeWriter tree = emptyTree();
        survey.shared((address, references) -> putCount(tree, address, references));
        if (!survey.isComplete()) {
            Survey.recordedCounts(
                    reader,
                    base,
                    (address, recorded) -> {
                        byte[] value = tree.get(Survey.countKey(address));
                        if (recorded > (value == null ? 1 : LittleEndian.i32(value, 0))) {
                            putCount(tree, address, recorded);
                        }
                    });
        }
        return tree.flush();
    }

    private static void putCount(TreeWriter tree, long address, long references)
            throws IOException {
        byte[] value = new byte[COUNT_BYTES];
        LittleEndian.putU32(value, 0, references);
        tree.put(Survey.countKey(address), value);
        tree.spillBeyond(MAX_DIRTY_BYTES);
    }

    private TreeRoot packs() throws IOException {
        TreeWriter tree = emptyTree();
        survey.packs(pack -> {
            PackItem item = item(pack);
            relocated += item.object() == 0 ? 0 : 1;
            tree.put(PackItem.key(pack.number()), item.write());
            tree.spillBeyond(MAX_DIRTY_BYTES);
        });
        if (!survey.isComplete()) {
            listAll(tree);
        }
        contentsRoot = Subvolumes.storedRoot(contents.flush());
        for (NewPack pack : writer.takeSealed()) {
            tree.put(PackItem.key(pack.number()), PackItem.of(pack, generation).write());
        }
        return tree.flush();
    }

    /// A pack that nothing readable refers to may be what a lost node referred to: while it is
    /// listed with nothing free in it, no reclaim takes it away.
    private void listAll(TreeWriter tree) throws IOException {
        for (long number : locations.packs()) {
            if (tree.get(PackItem.key(number)) == null && !isOwn(number)) {
                BitSet none = new BitSet();
                Survey.Pack pack = new Survey.Pack(number, none, false, 0, 0, 0, 0, none);
                PackItem item = item(pack);
                relocated += item.object() == 0 ? 0 : 1;
                tree.put(PackItem.key(number), item.write());
                tree.spillBeyond(MAX_DIRTY_BYTES);
            }
        }
    }

    private boolean isOwn(long number) {
        return writer.isUncommitted(number);
    }

    private PackItem item(Survey.Pack pack) throws IOException {
        long object = locations.objectNumber(pack.number());
        PackTable table = table(pack.number(), object);
        if (table == null && pack.listed()) {
            return item(
                    pack,
                    0,
                    pack.slots(),
                    pack.kind(),
                    new long[] {pack.storedBytes(), pack.rawBytes()},
                    new BitSet());
        }
        if (table == null) {
            return item(
                    pack,
                    0,
                    pack.referenced().length(),
                    PackFormat.DATA,
                    new long[2],
                    new BitSet());
        }
        long[] bytes = new long[2];
        int kind = pack.listed() ? pack.kind() : PackFormat.DATA;
        BitSet dropped = new BitSet();
        for (int number = 0; number < table.slots(); number++) {
            PackSlot slot = table.slot(number);
            dropped.set(number, !slot.isPresent());
            kind = slot.isPresent() ? slot.kind() : kind;
            bytes[0] += slot.storedLength();
            bytes[1] += slot.rawLength();
            long address = BlockAddress.of(pack.number(), number);
            boolean isOffered =
                    pack.referenced().get(number)
                            && !slot.content().isNone()
                            && !mending.staysDamaged(address);
            if (isOffered) {
                contents.put(ContentItem.key(slot.content()), ContentItem.value(address));
            }
        }
        contents.spillBeyond(MAX_DIRTY_BYTES);
        long elsewhere = object == pack.number() ? 0 : object;
        return item(pack, elsewhere, table.slots(), kind, bytes, dropped);
    }

    private PackItem item(
            Survey.Pack pack, long object, int slots, int kind, long[] bytes, BitSet dropped) {
        BitSet free = new BitSet();
        if (survey.isComplete()) {
            free.set(0, slots);
        } else {
            free.or(pack.free());
            free.or(dropped);
        }
        free.andNot(pack.referenced());
        free.clear(slots, Math.max(slots, free.length()));
        BitSet gone = (BitSet) dropped.clone();
        gone.and(free);
        return new PackItem(kind, slots, bytes[0], bytes[1], generation, object, gone, free);
    }

    private @Nullable PackTable table(long number, long object) throws IOException {
        try {
            return reader.openPack(PackFormat.objectName(object)).table(number);
        } catch (NoSuchFileException | CorruptionException | UnsupportedFormatException _) {
            return null;
        }
    }

    /// Trees that nobody else knows of yet.
    private record Owned(List<Long> freed) implements Sharing {
        @Override
        public boolean isShared(long address) {
            return false;
        }

        @Override
        public void retain(long address) {
            throw new IllegalStateException("block of an unshared tree retained");
        }

        @Override
        public void release(long address) {
            freed.add(address);
        }
    }
}
