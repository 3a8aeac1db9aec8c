package dev.varve.engine.pack;

import dev.varve.engine.format.BlockAddress;
import dev.varve.engine.format.PackFormat;
import dev.varve.engine.format.PackSlot;
import dev.varve.engine.format.PackTable;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.store.ByteRange;
import dev.varve.engine.store.ObjectPart;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds blocks that are in the store, keeping the tables of the packs used last. Thread-safe.
final class PackTables {
    /// A table and the object it was read from.
    private record Located(String objectName, PackTable table) {}

    /// What was read of a block.
    record Found(String where, PackTable table, PackSlot slot, byte[] stored) {}

    /// Read in one go at most; at least a block always fits.
    private static final int MAX_RUN_BYTES = 8 << 20;

    private final PackSource source;
    private final PackLocator locator;
    private final ByteCache<Located> tables;

    /// Ends of objects that answer for many packs, by the number that names the object.
    private final ByteCache<PackReader> readers;

    PackTables(PackSource source, PackLocator locator, long cacheBytes) {
        this.source = source;
        this.locator = locator;
        this.tables = new ByteCache<>(cacheBytes, located -> located.table().sizeBytes());
        this.readers = new ByteCache<>(cacheBytes / 4, PackReader::heapBytes);
    }

    /// The stored bytes of a block, not verified.
    Found read(long address) throws IOException {
        long packNumber = BlockAddress.packOf(address);
        String gone = null;
        while (true) {
            Located located = locate(packNumber, gone);
            PackSlot slot = slot(located, address);
            String where = where(located, address);
            try {
                byte[] stored =
                        read(located.objectName(), slot, slot.offset(), slot.storedLength());
                return new Found(where, located.table(), slot, stored);
            } catch (NoSuchFileException _) {
                // Reclaimed since its table was read: another object answers for it now.
                tables.remove(packNumber);
                readers.remove(PackFormat.packNumber(located.objectName()));
                gone = located.objectName();
            }
        }
    }

    /// The stored bytes of blocks that stand one behind the other in a pack, not verified: as many
    /// from the first on as do. Fewer than asked for is no error, the others are still to be read.
    List<Found> readRun(List<Long> addresses) throws IOException {
        long first = addresses.getFirst();
        Located located = locate(BlockAddress.packOf(first), null);
        List<PackSlot> run = new ArrayList<>();
        long firstOffset = slot(located, first).offset();
        long end = firstOffset;
        for (int i = 0; i < addresses.size(); i++) {
            long address = addresses.get(i);
            if (address != first + i
                    || BlockAddress.packOf(address) != BlockAddress.packOf(first)) {
                break;
            }
            PackSlot slot = slot(located, address);
            if (slot.offset() != end || slot.end() - firstOffset > MAX_RUN_BYTES) {
                break;
            }
            run.add(slot);
            end = slot.end();
        }
        long start = firstOffset;
        byte[] bytes;
        try {
            int length = Math.toIntExact(end - start);
            bytes = read(located.objectName(), run.getFirst(), start, length);
        } catch (NoSuchFileException _) {
            return List.of(read(first));
        }
        List<Found> found = new ArrayList<>();
        for (PackSlot slot : run) {
            int at = Math.toIntExact(Math.min(slot.offset() - start, bytes.length));
            int to = Math.min(at + slot.storedLength(), bytes.length);
            found.add(
                    new Found(
                            where(located, first + found.size()),
                            located.table(),
                            slot,
                            Arrays.copyOfRange(bytes, at, to)));
        }
        return found;
    }

    /// Nodes are read again and again, contents hardly.
    ///
    /// @param slot of the first block in the range
    private byte[] read(String objectName, PackSlot slot, long offset, int length)
            throws IOException {
        ByteRange.From range = new ByteRange.From(offset, length);
        ObjectPart part =
                slot.kind() == PackFormat.DATA
                        ? source.store().getOnce(objectName, range)
                        : source.store().get(objectName, range);
        return part.bytes();
    }

    /// The table's entry of a block that is there.
    PackSlot slot(long address) throws IOException {
        return slot(locate(BlockAddress.packOf(address), null), address);
    }

    void clear() {
        tables.clear();
        readers.clear();
    }

    /// @param gone an object that answered for the pack until a moment ago, or null
    private Located locate(long packNumber, @Nullable String gone) throws IOException {
        Located known = tables.get(packNumber);
        if (known != null) {
            return known;
        }
        String missing = gone;
        while (true) {
            String name =
                    missing == null
                            ? locator.objectOf(packNumber)
                            : locator.objectOf(packNumber, missing);
            if (name.equals(missing)) {
                throw CorruptionException.missing(
                        source.store().location(), name, "pack " + packNumber);
            }
            try {
                PackTable table = reader(name).table(packNumber);
                Located located = new Located(name, table);
                tables.put(packNumber, located);
                return located;
            } catch (NoSuchFileException _) {
                missing = name;
            }
        }
    }

    /// Many packs may be in one object: its end is read once for all of them.
    private PackReader reader(String name) throws IOException {
        long number = PackFormat.packNumber(name);
        PackReader known = readers.get(number);
        if (known == null) {
            known = PackReader.open(source, name);
            if (known.packNumbers().size() > 1) {
                readers.put(number, known);
            }
        }
        return known;
    }

    private static PackSlot slot(Located located, long address) throws CorruptionException {
        int number = BlockAddress.slotOf(address);
        PackTable table = located.table();
        if (number >= table.slots()) {
            throw new CorruptionException(
                    where(located, address), "a slot", table.slots() + " slots");
        }
        PackSlot slot = table.slot(number);
        if (!slot.isPresent()) {
            throw new CorruptionException(where(located, address), "a block", "a reclaimed one");
        }
        return slot;
    }

    private static String where(Located located, long address) {
        return located.objectName() + " slot " + BlockAddress.slotOf(address);
    }
}
