package dev.varve.engine.check;

import dev.varve.engine.format.PackTable;
import dev.varve.engine.model.ContentId;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// What the check knows of one pack's slots: a few bits for each, and for packs that hold something
/// shared one byte more, or four where a block has more than 255 references.
final class PackUse {
    private static final int UNLISTED = -1;
    private static final int BYTE_MAX = 255;
    private static final BitSet NOTHING = new BitSet();

    private final long number;
    private int slots = UNLISTED;
    private int kind;
    private long storedBytes;
    private long rawBytes;

    private long object;
    private BitSet dropped = NOTHING;
    private final BitSet free = new BitSet();
    private final BitSet referenced = new BitSet();

    /// References beyond the first, by slot; bytes until one does not fit.
    private byte[] more = {};

    private int @Nullable [] manyMore;

    /// Made when first needed.
    private @Nullable BitSet counted;

    private @Nullable BitSet damaged;
    private @Nullable BitSet marked;
    private @Nullable BitSet rising;

    /// Slots that the contents tree names; made when first needed.
    private @Nullable BitSet named;

    /// The sum of [#contentMark] over them.
    private long contents;

    private boolean lengthsDiffer;

    /// The sum of [#lengthMark] over all references to blocks with a known length.
    private long lengths;

    PackUse(long number) {
        this.number = number;
        this.object = number;
    }

    long number() {
        return number;
    }

    /// What the pool says the pack holds.
    void list(int newSlots, int newKind, long newStoredBytes, long newRawBytes) {
        slots = newSlots;
        kind = newKind;
        storedBytes = newStoredBytes;
        rawBytes = newRawBytes;
    }

    /// Where the pack is, and which slots have no block there.
    void move(long newObject, BitSet newDropped) {
        object = newObject;
        dropped = newDropped.isEmpty() ? NOTHING : newDropped;
    }

    /// The number that names the object which answers for the pack.
    long object() {
        return object;
    }

    BitSet dropped() {
        return dropped;
    }

    boolean isListed() {
        return slots != UNLISTED;
    }

    int slots() {
        return slots;
    }

    int kind() {
        return kind;
    }

    long storedBytes() {
        return storedBytes;
    }

    long rawBytes() {
        return rawBytes;
    }

    BitSet free() {
        return free;
    }

    BitSet referenced() {
        return referenced;
    }

    /// One reference more.
    ///
    /// @return whether it is the first
    boolean refer(int slot) {
        if (!referenced.get(slot)) {
            referenced.set(slot);
            return true;
        }
        if (manyMore == null && slot < more.length && (more[slot] & 0xff) == BYTE_MAX) {
            widen();
        }
        if (manyMore != null) {
            manyMore = slot < manyMore.length ? manyMore : Arrays.copyOf(manyMore, grown(slot));
            manyMore[slot]++;
        } else {
            more = slot < more.length ? more : Arrays.copyOf(more, grown(slot));
            more[slot]++;
        }
        return false;
    }

    private int grown(int slot) {
        return Math.max(slot + 1, slots);
    }

    private void widen() {
        int[] wide = new int[more.length];
        for (int slot = 0; slot < wide.length; slot++) {
            wide[slot] = more[slot] & 0xff;
        }
        manyMore = wide;
        more = new byte[0];
    }

    long references(int slot) {
        if (!referenced.get(slot)) {
            return 0;
        }
        if (manyMore != null) {
            return 1L + (slot < manyMore.length ? manyMore[slot] : 0);
        }
        return 1L + (slot < more.length ? more[slot] & 0xff : 0);
    }

    /// Slots that may have more than one reference are below this.
    int sharedEnd() {
        return manyMore != null ? manyMore.length : more.length;
    }

    /// The counts tree has an item for the slot.
    void setCounted(int slot) {
        counted = set(counted, slot);
    }

    boolean isCounted(int slot) {
        return counted != null && counted.get(slot);
    }

    /// The slot's block cannot be read.
    void setDamaged(int slot) {
        damaged = set(damaged, slot);
    }

    boolean isDamaged(int slot) {
        return damaged != null && damaged.get(slot);
    }

    /// The slot's node is on the way to something lost.
    void setMarked(int slot) {
        marked = set(marked, slot);
    }

    boolean isMarked(int slot) {
        return marked != null && marked.get(slot);
    }

    /// The slot's node is on the way to a directory with a smaller number than its parent's.
    void setRising(int slot) {
        rising = set(rising, slot);
    }

    boolean isRising(int slot) {
        return rising != null && rising.get(slot);
    }

    private static BitSet set(@Nullable BitSet bits, int slot) {
        BitSet set = bits == null ? new BitSet() : bits;
        set.set(slot);
        return set;
    }

    /// A reference to a block that should have this length.
    void expectLength(int slot, int rawLength) {
        lengths += lengthMark(slot, rawLength);
    }

    long lengths() {
        return lengths;
    }

    /// Some reference expects another length than its block has.
    void setLengthsDiffer() {
        lengthsDiffer = true;
    }

    boolean lengthsDiffer() {
        return lengthsDiffer;
    }

    /// The contents tree has this id for the slot; false if it has another one too.
    boolean expectContent(int slot, ContentId id) {
        boolean isFirst = named == null || !named.get(slot);
        named = set(named, slot);
        contents += isFirst ? contentMark(slot, id) : 0;
        return isFirst;
    }

    /// Whether the ids that the contents tree has for the pack are those of its table.
    boolean hasContents(PackTable table) {
        long found = 0;
        BitSet slots = named == null ? NOTHING : named;
        for (int slot = slots.nextSetBit(0); slot >= 0; slot = slots.nextSetBit(slot + 1)) {
            found += slot < table.slots() ? contentMark(slot, table.slot(slot).content()) : 0;
        }
        return found == contents;
    }

    private static long contentMark(int slot, ContentId id) {
        return Mix.of(Mix.of(slot, id.high()), id.low());
    }

    /// A number that stands for a slot and a length; sums of them are equal only if what was summed
    /// is, but for an accident in 2^64.
    static long lengthMark(int slot, int rawLength) {
        return Mix.of(slot, rawLength);
    }
}
