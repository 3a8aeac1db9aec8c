package dev.varve.engine.pack;

import dev.varve.engine.format.BlockAddress;
import dev.varve.engine.format.PackFormat;
import dev.varve.engine.format.PackSlot;
import dev.varve.engine.format.PackTable;
import dev.varve.engine.model.CorruptionException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Copies the live blocks of packs, as they are stored, into one new object that answers for these
/// packs: their numbers and slots stay, so no address changes. Neither decompresses nor decrypts.
/// Holds the new object on the heap until it is written. Used by one thread.
public final class PackCopier {
    private final PackSource source;
    private final PackNumbers numbers;
    private final List<ByteBuffer> blocks = new ArrayList<>();
    private final List<PackTable> tables = new ArrayList<>();

    /// Blocks taken as they are, though that is not what was once written.
    private final Set<Long> stillDamaged = new HashSet<>();

    private long offset = PackFormat.HEADER_BYTES;
    private long tableBytes;

    PackCopier(PackSource source, PackNumbers numbers) {
        this.source = source;
        this.numbers = numbers;
    }

    /// A pack's part of the new object, not yet added.
    ///
    /// @param slots with offsets in the part
    /// @param storedBytes of the blocks in it
    /// @param rawBytes the same before compression
    public record Part(
            PackTable table,
            List<PackSlot> slots,
            List<byte[]> stored,
            long storedBytes,
            long rawBytes) {}

    /// Reads what is live in a pack.
    ///
    /// @param live slots to copy
    /// @throws CorruptionException if one of them is missing or damaged
    public Part read(PackReader reader, long packNumber, BitSet live) throws IOException {
        PackTable table = reader.table(packNumber);
        requirePresent(reader, table, live);
        List<PackSlot> slots = new ArrayList<>(table.slots());
        for (int number = 0; number < table.slots(); number++) {
            slots.add(PackSlot.dropped(table.checksum().lengthBytes()));
        }
        List<byte[]> stored = new ArrayList<>();
        long[] sums = new long[2];
        reader.stored(
                table,
                live,
                (number, slot, bytes) -> {
                    slots.set(number, slot.at(sums[0]));
                    stored.add(bytes);
                    sums[0] += bytes.length;
                    sums[1] += slot.rawLength();
                });
        return new Part(table, slots, stored, sums[0], sums[1]);
    }

    /// What a damaged block should hold.
    ///
    /// @param domain whose key seals it
    public record Content(byte[] raw, int domain) {}

    /// Knows what damaged blocks should hold.
    public interface Mending {
        /// Null if nobody knows.
        @Nullable Content of(long address) throws IOException;

        /// Whether a block may be left out.
        boolean isUnneeded(long address);
    }

    /// Reads a pack of which some blocks are damaged: each is made again if its content is known,
    /// left out if nobody needs it, and else taken as it is, to be found damaged again.
    ///
    /// @param level of zstd for what is made again
    public Part mend(PackReader reader, long packNumber, int level, Mending mending)
            throws IOException {
        PackTable table = reader.table(packNumber);
        List<PackSlot> slots = new ArrayList<>(table.slots());
        BitSet present = new BitSet();
        for (int number = 0; number < table.slots(); number++) {
            slots.add(PackSlot.dropped(table.checksum().lengthBytes()));
            present.set(number, table.slot(number).isPresent());
        }
        List<byte[]> stored = new ArrayList<>();
        long[] sums = new long[2];
        reader.storedAround(
                table,
                present,
                (number, slot, bytes) -> {
                    long address = BlockAddress.of(packNumber, number);
                    PackSlot placed = slot;
                    byte[] content = Arrays.copyOf(bytes, slot.storedLength());
                    if (isDamaged(reader, table, number, bytes)) {
                        Content known = mending.of(address);
                        if (known == null && mending.isUnneeded(address)) {
                            return;
                        }
                        if (known != null) {
                            BlockTraits traits =
                                    new BlockTraits(
                                            known.domain(),
                                            slot.content(),
                                            level,
                                            table.checksum());
                            StoredBlock made =
                                    source.codec()
                                            .store(address, BlockKind.DATA, known.raw(), traits);
                            placed = slot(slot, made);
                            content = made.bytes();
                        } else {
                            stillDamaged.add(address);
                        }
                    }
                    slots.set(number, placed.at(sums[0]));
                    stored.add(content);
                    sums[0] += content.length;
                    sums[1] += placed.rawLength();
                });
        return new Part(table, slots, stored, sums[0], sums[1]);
    }

    private static PackSlot slot(PackSlot old, StoredBlock made) {
        return new PackSlot(
                0,
                made.bytes().length,
                made.rawLength(),
                old.kind(),
                made.codec(),
                made.sealed(),
                old.content(),
                made.checksum());
    }

    private static boolean isDamaged(PackReader reader, PackTable table, int number, byte[] bytes) {
        try {
            reader.verify(table, number, bytes);
            return false;
        } catch (CorruptionException _) {
            return true;
        }
    }

    private static void requirePresent(PackReader reader, PackTable table, BitSet live)
            throws CorruptionException {
        for (int slot = live.nextSetBit(0); slot >= 0; slot = live.nextSetBit(slot + 1)) {
            if (slot >= table.slots() || !table.slot(slot).isPresent()) {
                throw new CorruptionException(
                        reader.objectName() + " slot " + slot, "a block", "none");
            }
        }
    }

    /// Takes a part into the new object.
    public void add(Part part) {
        List<PackSlot> placed = new ArrayList<>(part.slots().size());
        for (PackSlot slot : part.slots()) {
            placed.add(slot.isPresent() ? slot.at(slot.offset() + offset) : slot);
        }
        for (byte[] stored : part.stored()) {
            blocks.add(ByteBuffer.wrap(stored));
            offset += stored.length;
        }
        PackTable table =
                PackTable.of(
                        source.poolId(),
                        part.table().packNumber(),
                        part.table().checksum(),
                        placed,
                        source.codec().checksums());
        tables.add(table);
        tableBytes += table.sizeBytes();
    }

    /// The bytes gathered so far, tables too.
    public long bytes() {
        return offset + tableBytes;
    }

    public boolean isEmpty() {
        return tables.isEmpty();
    }

    /// Creates the object, durable and read back; the next one may be gathered afterwards.
    ///
    /// @return the number that names it
    public long write() throws IOException {
        long number = numbers.next();
        String name = PackFormat.objectName(number);
        tables.sort(Comparator.comparingLong(PackTable::packNumber));
        List<ByteBuffer> content = new ArrayList<>(blocks.size() + 2);
        content.add(ByteBuffer.wrap(PackFormat.header(source.poolId(), tables.size())));
        content.addAll(blocks);
        content.add(ByteBuffer.wrap(PackFormat.ending(source.poolId(), tables, offset)));
        source.store().create(name, content);
        readBack(name);
        blocks.clear();
        tables.clear();
        stillDamaged.clear();
        offset = PackFormat.HEADER_BYTES;
        tableBytes = 0;
        return number;
    }

    private void readBack(String name) throws IOException {
        PackReader reader = PackReader.open(source, name);
        for (PackTable table : tables) {
            if (!reader.table(table.packNumber()).sameAs(table)) {
                throw new CorruptionException(name, "the table just written", "another");
            }
        }
        reader.verify((address, damage) -> {
            if (!stillDamaged.contains(address)) {
                throw damage;
            }
        });
    }
}
