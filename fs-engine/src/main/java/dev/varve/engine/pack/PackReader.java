package dev.varve.engine.pack;

import dev.varve.engine.format.BlockAddress;
import dev.varve.engine.format.PackFormat;
import dev.varve.engine.format.PackSlot;
import dev.varve.engine.format.PackTable;
import dev.varve.engine.format.TableLocation;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.UnsupportedFormatException;
import dev.varve.engine.store.ByteRange;
import dev.varve.engine.store.ObjectPart;
import dev.varve.engine.store.ObjectStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/// Reads one pack object: which packs it answers for, their tables, and whether every byte is what
/// was written. Holds the object's tables one at a time and a few megabytes of blocks. Blocks are
/// read by one thread at a time.
public final class PackReader {
    /// Fetched at first: trailer and table of most packs fit.
    private static final int ENDING_BYTES = 64 << 10;

    /// Blocks fetched at once when verifying.
    private static final int WINDOW_BYTES = 4 << 20;

    /// What nobody wants is read along up to this, rather than asking twice.
    private static final int GAP_BYTES = 128 << 10;

    /// Live blocks fetched at once for copying.
    private static final int RUN_BYTES = 8 << 20;

    private final ObjectStore store;
    private final UUID poolId;
    private final String objectName;
    private final BlockCodec codec;
    private final List<TableLocation> locations;
    private final long sizeBytes;

    /// The object's last bytes.
    private final byte[] ending;

    /// Holds neighbouring blocks while they are looked at, one run after the other.
    private byte[] window = {};

    private PackReader(
            PackSource source,
            String objectName,
            List<TableLocation> locations,
            long sizeBytes,
            byte[] ending) {
        this.store = source.store();
        this.poolId = source.poolId();
        this.codec = source.codec();
        this.objectName = objectName;
        this.locations = locations;
        this.sizeBytes = sizeBytes;
        this.ending = ending;
    }

    /// Reads an object's end.
    ///
    /// @throws java.nio.file.NoSuchFileException if there is no such object
    static PackReader open(PackSource source, String objectName) throws IOException {
        ObjectPart part = source.store().get(objectName, new ByteRange.Last(ENDING_BYTES));
        int needed = PackFormat.trailerAndTailBytes(objectName, part.bytes());
        if (needed > part.bytes().length) {
            part = source.store().get(objectName, new ByteRange.Last(needed));
        }
        byte[] ending = part.bytes();
        if (needed > ending.length || part.objectSizeBytes() > PackFormat.MAX_OBJECT_BYTES) {
            throw new CorruptionException(
                    objectName, "a trailer of " + needed + " bytes", ending.length + " bytes");
        }
        return new PackReader(
                source,
                objectName,
                locations(source, objectName, part, ending),
                part.objectSizeBytes(),
                ending);
    }

    /// A trailer's checksum is over the pool's id too: what looks damaged may be another pool's,
    /// which the header tells.
    private static List<TableLocation> locations(
            PackSource source, String objectName, ObjectPart part, byte[] ending)
            throws IOException {
        try {
            return PackFormat.readTrailer(
                    objectName, source.poolId(), ending, part.objectSizeBytes());
        } catch (CorruptionException damage) {
            byte[] header =
                    source.store()
                            .get(objectName, new ByteRange.From(0, PackFormat.HEADER_BYTES))
                            .bytes();
            try {
                PackFormat.readHeader(objectName, source.poolId(), header);
            } catch (CorruptionException e) {
                if (e.kind() == CorruptionException.Kind.FOREIGN) {
                    throw e.in(source.store().location());
                }
            } catch (UnsupportedFormatException _) {
                // The header is damaged as well: the trailer's damage tells enough.
            }
            throw damage;
        }
    }

    public String objectName() {
        return objectName;
    }

    public long sizeBytes() {
        return sizeBytes;
    }

    /// About what this holds.
    long heapBytes() {
        return ending.length + 40L * locations.size();
    }

    /// The packs that this object answers for, ascending.
    public List<Long> packNumbers() {
        return locations.stream().map(TableLocation::packNumber).toList();
    }

    /// The table of a pack.
    ///
    /// @throws CorruptionException if it is damaged, or is not in this object
    public PackTable table(long packNumber) throws IOException {
        for (TableLocation location : locations) {
            if (location.packNumber() == packNumber) {
                byte[] bytes = tableBytes(location);
                return PackFormat.readTable(objectName, poolId, location, bytes, codec.checksums());
            }
        }
        throw new CorruptionException(
                objectName, "the table of pack " + packNumber, "packs " + packNumbers());
    }

    /// Reads the stored bytes of a block.
    byte[] stored(int slotNumber, PackSlot slot) throws IOException {
        if (!slot.isPresent()) {
            throw new CorruptionException(where(slotNumber), "a block", "a reclaimed one");
        }
        return get(slot.offset(), slot.storedLength());
    }

    /// Reads live blocks of a pack as they are stored, each compared with its checksum. Neighbours
    /// come in one request.
    ///
    /// @param wanted slots that are present
    void stored(PackTable table, BitSet wanted, StoredVisitor visitor) throws IOException {
        storedAround(
                table,
                wanted,
                (number, slot, stored) -> {
                    verify(table, number, stored);
                    visitor.block(number, slot, stored);
                });
    }

    /// Compares a block's stored bytes with its checksum.
    void verify(PackTable table, int number, byte[] stored) throws CorruptionException {
        codec.verify(where(number), table.checksum(), table.slot(number), stored, 0, stored.length);
    }

    /// The same, not compared with anything.
    void storedAround(PackTable table, BitSet wanted, StoredVisitor visitor) throws IOException {
        List<Integer> slots = new ArrayList<>(wanted.stream().boxed().toList());
        slots.sort(Comparator.comparingLong(slot -> table.slot(slot).offset()));
        int from = 0;
        while (from < slots.size()) {
            int to = runEnd(table, slots, from);
            long start = table.slot(slots.get(from)).offset();
            int read = fillWindow(start, (int) (table.slot(slots.get(to - 1)).end() - start));
            for (int number : slots.subList(from, to)) {
                PackSlot slot = table.slot(number);
                int offset = (int) Math.min(slot.offset() - start, read);
                int length = Math.min(slot.storedLength(), read - offset);
                visitor.block(number, slot, Arrays.copyOfRange(window, offset, offset + length));
            }
            from = to;
        }
    }

    private static int runEnd(PackTable table, List<Integer> slots, int from) {
        long start = table.slot(slots.get(from)).offset();
        long end = table.slot(slots.get(from)).end();
        int to = from + 1;
        for (; to < slots.size(); to++) {
            PackSlot next = table.slot(slots.get(to));
            if (next.offset() - end > GAP_BYTES || next.end() - start > RUN_BYTES) {
                break;
            }
            end = Math.max(end, next.end());
        }
        return to;
    }

    /// Told of each block that was asked for.
    interface StoredVisitor {
        void block(int slotNumber, PackSlot slot, byte[] stored) throws IOException;
    }

    /// Checks the object's header.
    public void verifyHeader() throws IOException {
        int packs = PackFormat.readHeader(objectName, poolId, get(0, PackFormat.HEADER_BYTES));
        if (packs != locations.size()) {
            throw new CorruptionException(
                    objectName, packs + " packs as in the header", locations.size() + " tables");
        }
    }

    /// Checks header, tables and every block against their checksums.
    ///
    /// @param damage told of each damaged block; may throw to stop
    public void verify(DamageListener damage) throws IOException {
        verifyHeader();
        for (TableLocation location : locations) {
            verify(table(location.packNumber()), damage);
        }
    }

    /// Checks every block of a pack against its checksum.
    ///
    /// @param damage told of each damaged block; may throw to stop
    public void verify(PackTable table, DamageListener damage) throws IOException {
        int slot = 0;
        while (slot < table.slots()) {
            int end = windowEnd(table, slot);
            PackSlot first = table.slot(slot);
            if (first.isPresent()) {
                int length = (int) (table.slot(end - 1).end() - first.offset());
                int read = fillWindow(first.offset(), length);
                verifyWindow(table, new Filled(slot, end, read), damage);
            }
            slot = end;
        }
    }

    /// Told of damage, while the rest is still being checked.
    @FunctionalInterface
    public interface DamageListener {
        void damaged(long address, CorruptionException damage) throws IOException;
    }

    /// The slots from `first` that stand one behind the other and fit in a window.
    private static int windowEnd(PackTable table, int first) {
        PackSlot start = table.slot(first);
        int slot = first + 1;
        for (long end = start.end(); start.isPresent() && slot < table.slots(); slot++) {
            PackSlot next = table.slot(slot);
            if (!next.isPresent()
                    || next.offset() != end
                    || next.end() - start.offset() > WINDOW_BYTES) {
                break;
            }
            end = next.end();
        }
        return slot;
    }

    /// The slots whose bytes are in the window, and how many bytes.
    private record Filled(int from, int to, int length) {}

    private void verifyWindow(PackTable table, Filled filled, DamageListener damage)
            throws IOException {
        long start = table.slot(filled.from()).offset();
        for (int number = filled.from(); number < filled.to(); number++) {
            PackSlot slot = table.slot(number);
            int offset = (int) Math.min(slot.offset() - start, filled.length());
            int length = Math.min(slot.storedLength(), filled.length() - offset);
            try {
                codec.verify(where(number), table.checksum(), slot, window, offset, length);
            } catch (CorruptionException e) {
                damage.damaged(BlockAddress.of(table.packNumber(), number), e);
            }
        }
    }

    /// Reads into the window; returns how many bytes there were.
    private int fillWindow(long offset, int length) throws IOException {
        if (window.length < length) {
            window = new byte[length];
        }
        ByteRange range = new ByteRange.From(offset, length);
        return range.length(store.read(objectName, range, List.of(ByteBuffer.wrap(window))));
    }

    private byte[] tableBytes(TableLocation location) throws IOException {
        long inEnding = location.offset() - (sizeBytes - ending.length);
        return inEnding >= 0
                ? Arrays.copyOfRange(
                        ending, (int) inEnding, (int) inEnding + location.lengthBytes())
                : get(location.offset(), location.lengthBytes());
    }

    private byte[] get(long offset, int length) throws IOException {
        return store.get(objectName, new ByteRange.From(offset, length)).bytes();
    }

    private String where(int slot) {
        return objectName + " slot " + slot;
    }
}
