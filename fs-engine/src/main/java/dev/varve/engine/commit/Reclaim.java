package dev.varve.engine.commit;

import dev.varve.engine.format.BlockAddress;
import dev.varve.engine.format.DoomedObject;
import dev.varve.engine.format.Head;
import dev.varve.engine.format.PackFormat;
import dev.varve.engine.format.PackItem;
import dev.varve.engine.format.PackTable;
import dev.varve.engine.model.ContentId;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.pack.BlockStore;
import dev.varve.engine.pack.PackCopier;
import dev.varve.engine.pack.PackReader;
import dev.varve.engine.store.StoredObject;
import dev.varve.engine.tree.NodeCache;
import dev.varve.engine.tree.TreeCursor;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.function.LongPredicate;
import java.util.function.Predicate;

/// The steps of a reclaim inside one commit.
///
/// ```
/// phase 1   commit G: live blocks copied to new objects that answer for the same packs;
///           the old objects are doomed: nothing since G needs them
/// phase 2   the grace has ended, and no reader here holds a state before G:
///           doomed objects are deleted, then a commit forgets them
/// ```
///
/// Phase 1 deletes nothing. A writer that began before G loses the race to G's head, so it never
/// commits a reference to what G dropped. Each phase may be cut off between any two steps and is
/// simply begun again.
public final class Reclaim {
    /// A new object is written when it has this many bytes.
    private static final long OBJECT_BYTES = 32L << 20;

    /// Keeps the list of packs at an object's end short.
    private static final int MOST_PACKS = 1024;

    private final Commit commit;
    private final Head base;
    private final PackLedger ledger;
    private final BlockStore blocks;
    private final NodeCache nodes;

    /// Parts gathered for the object being made, by pack.
    private final Map<Long, PackItem> gathered = new HashMap<>();

    private final Set<Long> left = new HashSet<>();

    Reclaim(Commit commit, Head base, PackLedger ledger, BlockStore blocks, NodeCache nodes)
            throws IOException {
        this.commit = commit;
        this.base = base;
        this.ledger = ledger;
        this.blocks = blocks;
        this.nodes = nodes;
        ledger.settle();
    }

    /// What the pool's objects hold.
    ///
    /// @param objects those that a reclaim may want to rewrite
    public record Usage(
            long liveBytes, long unusedBytes, long objectCount, List<ObjectUse> objects) {}

    /// Goes through all packs. Heap: some 100 bytes for each that is sparse, small or moved.
    public Usage usage() throws IOException {
        return usage(_ -> true);
    }

    private Usage usage(LongPredicate wanted) throws IOException {
        Map<Long, ObjectUse> objects = new HashMap<>();
        long[] sums = new long[3];
        TreeCursor cursor = ledger.cursor();
        for (boolean on = cursor.seekFirst(); on; on = cursor.next()) {
            byte[] key = cursor.key();
            if (DoomedObject.isKey(key)) {
                break;
            }
            long pack = PackItem.packNumber(key);
            PackItem item = PackItem.read(pack, cursor.value());
            long unused = item.unusedBytes();
            sums[0] += item.storedBytes() - unused;
            sums[1] += unused;
            long number = item.objectOf(pack);
            if (wanted.test(number)) {
                ObjectUse use =
                        objects.computeIfAbsent(number, _ -> new ObjectUse(number, item.kind()));
                use.add(pack, item.liveSlots(), item.storedBytes() - unused, unused);
                if (item.object() == 0 && !PackingChoice.isCandidate(use)) {
                    objects.remove(number);
                    sums[2]++;
                }
            }
        }
        return new Usage(
                sums[0], sums[1], sums[2] + objects.size(), new ArrayList<>(objects.values()));
    }

    /// What a move did.
    public record Moved(long rewritten, long empty, long copiedBytes, long written, long damaged) {}

    /// Copies what is live in these objects and dooms them. An object of which a live block cannot
    /// be read is left alone.
    ///
    /// @param numbers of objects, those of one kind together
    /// @param copied told of the bytes of each pack read; may wait
    /// @throws InterruptedIOException if the thread is interrupted
    public Moved move(List<Long> numbers, Timestamp now, LongConsumer copied) throws IOException {
        Set<Long> wanted = new HashSet<>(numbers);
        Map<Long, ObjectUse> found = new HashMap<>();
        for (ObjectUse use : usage(wanted::contains).objects()) {
            found.put(use.number(), use);
        }
        Mover mover = new Mover(now, copied);
        for (long number : numbers) {
            ObjectUse use = found.get(number);
            if (use != null) {
                mover.move(use);
            }
        }
        mover.write();
        ledger.leave(left::contains, Subvolumes.treeRoot(base.packs()), nodes);
        return mover.moved();
    }

    private final class Mover {
        private final Timestamp now;
        private final LongConsumer copied;
        private final PackCopier copier = blocks.copier();
        private int kind;
        private long rewritten;
        private long empty;
        private long bytes;
        private long written;
        private long damaged;

        Mover(Timestamp now, LongConsumer copied) {
            this.now = now;
            this.copied = copied;
        }

        Moved moved() {
            return new Moved(rewritten, empty, bytes, written, damaged);
        }

        void move(ObjectUse use) throws IOException {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("reclaim interrupted");
            }
            Map<Long, PackItem> items = new HashMap<>();
            List<PackCopier.Part> parts = new ArrayList<>();
            long objectBytes = use.liveBytes() + use.unusedBytes();
            if (!use.isDead()) {
                try {
                    objectBytes = read(use, items, parts);
                } catch (CorruptionException | NoSuchFileException _) {
                    damaged++;
                    return;
                }
            }
            if (kind != use.kind()) {
                write();
                kind = use.kind();
            }
            for (PackCopier.Part part : parts) {
                add(part, items);
            }
            forgetDead(use);
            ledger.doom(new DoomedObject(use.number(), commit.generation(), now, objectBytes));
            rewritten += use.isDead() ? 0 : 1;
            empty += use.isDead() ? 1 : 0;
        }

        /// Reads what is live in an object, all of it or nothing.
        ///
        /// @return the object's size
        private long read(ObjectUse use, Map<Long, PackItem> items, List<PackCopier.Part> parts)
                throws IOException {
            PackReader reader = blocks.openPack(PackFormat.objectName(use.number()));
            for (long pack : use.packs()) {
                PackItem item = ledger.item(pack);
                if (item == null || item.liveSlots() == 0) {
                    continue;
                }
                BitSet live = new BitSet(item.slots());
                live.set(0, item.slots());
                live.andNot(item.free());
                PackCopier.Part part = copier.read(reader, pack, live);
                forgetContents(reader.table(pack), item.free());
                parts.add(part);
                items.put(pack, item);
                copied.accept(part.storedBytes());
            }
            return reader.sizeBytes();
        }

        private void add(PackCopier.Part part, Map<Long, PackItem> items) throws IOException {
            long pack = part.table().packNumber();
            PackItem item = items.get(pack);
            if (item == null) {
                return;
            }
            boolean full =
                    copier.bytes() + part.storedBytes() > OBJECT_BYTES
                            || gathered.size() == MOST_PACKS;
            if (full) {
                write();
            }
            copier.add(part);
            bytes += part.storedBytes();
            gathered.put(
                    pack,
                    new PackItem(
                            item.kind(),
                            item.slots(),
                            part.storedBytes(),
                            part.rawBytes(),
                            item.changed(),
                            0,
                            (BitSet) item.free().clone(),
                            item.free()));
        }

        private void forgetDead(ObjectUse use) throws IOException {
            for (long pack : use.packs()) {
                PackItem item = ledger.item(pack);
                left.add(pack);
                if (item != null && item.liveSlots() == 0) {
                    forgetContents(use.number(), pack, item);
                    ledger.forget(pack);
                }
            }
        }

        /// Takes the ids of a pack's blocks out of the contents tree. What cannot be read stays
        /// there: whoever finds such an entry sees that its block is gone.
        private void forgetContents(long object, long pack, PackItem item) throws IOException {
            if (item.kind() != PackFormat.DATA) {
                return;
            }
            try {
                PackReader reader = blocks.openPack(PackFormat.objectName(object));
                forgetContents(reader.table(pack), item.free());
            } catch (CorruptionException | NoSuchFileException _) {
                return;
            }
        }

        private void forgetContents(PackTable table, BitSet slots) throws IOException {
            for (int slot = slots.nextSetBit(0);
                    slot >= 0 && slot < table.slots();
                    slot = slots.nextSetBit(slot + 1)) {
                ContentId id = table.slot(slot).content();
                commit.contents().forget(id, BlockAddress.of(table.packNumber(), slot));
            }
        }

        /// Writes the object being gathered and says where its packs are now.
        void write() throws IOException {
            if (copier.isEmpty()) {
                return;
            }
            long object = copier.write();
            for (Map.Entry<Long, PackItem> entry : gathered.entrySet()) {
                ledger.relocate(entry.getKey(), entry.getValue().in(object));
            }
            gathered.clear();
            written++;
        }
    }

    /// Dooms what the store has and no commit knows: left by writers that were killed or lost. A
    /// writer still at work began before this commit, and so will not commit.
    ///
    /// @param objects all that the store has under `packs/`, listed since this commit was begun
    /// @return how many were new
    public long doomStrays(Scan<StoredObject> objects, Timestamp now) throws IOException {
        long[] known = knownObjects();
        List<DoomedObject> strays = new ArrayList<>();
        while (objects.advance()) {
            StoredObject object = objects.current();
            long number = PackFormat.packNumber(object.name());
            if (number != 0 && Arrays.binarySearch(known, number) < 0) {
                strays.add(new DoomedObject(number, commit.generation(), now, object.sizeBytes()));
            }
        }
        for (DoomedObject stray : strays) {
            ledger.doom(stray);
        }
        return strays.size();
    }

    private long[] knownObjects() throws IOException {
        long[] known = new long[64];
        int count = 0;
        TreeCursor cursor = ledger.cursor();
        for (boolean on = cursor.seekFirst(); on; on = cursor.next()) {
            byte[] key = cursor.key();
            if (count == known.length) {
                known = Arrays.copyOf(known, count * 2);
            }
            long pack = PackItem.packNumber(key);
            known[count++] =
                    DoomedObject.isKey(key)
                            ? DoomedObject.read(key, cursor.value()).number()
                            : PackItem.read(pack, cursor.value()).objectOf(pack);
        }
        long[] sorted = Arrays.copyOf(known, count);
        Arrays.sort(sorted);
        return sorted;
    }

    /// Up to `most` doomed objects that may go.
    ///
    /// @param mayGo whether nobody can need an object any more
    public List<DoomedObject> doomed(Predicate<DoomedObject> mayGo, int most) throws IOException {
        List<DoomedObject> doomed = new ArrayList<>();
        TreeCursor cursor = ledger.cursor();
        boolean on = cursor.seek(DoomedObject.firstKey());
        for (; on && doomed.size() < most; on = cursor.next()) {
            DoomedObject object = DoomedObject.read(cursor.key(), cursor.value());
            if (mayGo.test(object)) {
                doomed.add(object);
            }
        }
        return doomed;
    }

    /// Whether an object is where some pack is: its writer committed after all.
    public boolean isNeeded(DoomedObject object) throws IOException {
        PackItem item = ledger.item(object.number());
        return item != null && item.object() == 0;
    }

    /// Forgets a doomed object.
    public void forget(DoomedObject object) throws IOException {
        ledger.undoom(object.number());
    }
}
