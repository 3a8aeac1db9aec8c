package dev.varve.engine.format;

import dev.varve.engine.model.CorruptionException;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The table of one pack: where each slot's block stands in the object and how it was stored.
///
/// ```
/// | pack number i64 | slots u32 | checksum kind u8 | zero 3 | slots × entry | checksum n |
///
/// entry: | offset u32 | stored u32 | raw u32 | kind u8 | codec u8 | flags u16 | content id 16
///        | checksum n |
/// ```
///
/// `n` follows from the checksum kind. The last checksum covers the pool's id and the table before
/// it, so a table of another pool or of another pack is never taken for this one. Immutable.
public final class PackTable {
    public static final int HEADER_BYTES = 16;
    static final int ENTRY_BYTES = 32;

    private static final int CONTENT_ID = 16;

    /// The flag of an encrypted block; the others must be zero.
    static final int FLAG_SEALED = 1;

    private final byte[] bytes;
    private final ChecksumKind checksum;

    private PackTable(byte[] bytes, ChecksumKind checksum) {
        this.bytes = bytes;
        this.checksum = checksum;
    }

    /// Makes the table of a new pack.
    ///
    /// @param slots all with checksums of this kind
    public static PackTable of(
            UUID poolId,
            long packNumber,
            ChecksumKind checksum,
            List<PackSlot> slots,
            Checksums checksums) {
        FormatWriter out =
                new FormatWriter(sizeBytes(slots.size(), checksum))
                        .i64(packNumber)
                        .u32(slots.size())
                        .u8(checksum.id())
                        .zeros(3);
        for (PackSlot slot : slots) {
            out.u32(slot.offset()).u32(slot.storedLength()).u32(slot.rawLength());
            out.u8(slot.kind()).u8(slot.codec()).u16(slot.sealed() ? FLAG_SEALED : 0);
            out.i64(Long.reverseBytes(slot.content().high()));
            out.i64(Long.reverseBytes(slot.content().low()));
            out.bytes(slot.checksum(), 0, checksum.lengthBytes());
        }
        byte[] pool = PackFormat.idBytes(poolId);
        out.bytes(checksums.of(checksum, pool, out.buffer(), 0, out.size()));
        return new PackTable(out.toBytes(), checksum);
    }

    /// Checks a table read from an object: every number in it may be used without further checks.
    ///
    /// @param where the object's name, for messages
    /// @param bytes all of the table; not copied
    /// @param tableOffset where it stands; blocks stand before it
    static PackTable read(
            String where, UUID poolId, TableLocation location, byte[] bytes, Checksums checksums)
            throws CorruptionException {
        FormatReader in = new FormatReader(where + " table", bytes);
        long packNumber = in.i64();
        if (packNumber != location.packNumber()) {
            throw in.corrupt(0, "pack " + location.packNumber(), Long.toString(packNumber));
        }
        int slots = in.u32("slots", 1, PackFormat.MAX_SLOTS);
        ChecksumKind checksum = ChecksumKind.of(where, in.u8());
        in.zeros(3);
        if (bytes.length != sizeBytes(slots, checksum)) {
            throw in.corrupt(
                    8, sizeBytes(slots, checksum) + " bytes", Integer.toString(bytes.length));
        }
        int covered = bytes.length - checksum.lengthBytes();
        byte[] computed = checksums.of(checksum, PackFormat.idBytes(poolId), bytes, 0, covered);
        if (!Arrays.equals(computed, 0, computed.length, bytes, covered, bytes.length)) {
            throw in.corrupt(covered, "the table's checksum", "another");
        }
        PackTable table = new PackTable(bytes, checksum);
        for (int slot = 0; slot < slots; slot++) {
            table.check(in, slot, location.offset());
        }
        return table;
    }

    /// What a table starts with.
    public record Header(long packNumber, int slots, ChecksumKind checksum) {}

    /// The header at a place where one may stand; null if none does. Its checksum is not looked at.
    public static @Nullable Header header(byte[] bytes, int at) {
        boolean hasZeros = bytes[at + 13] == 0 && bytes[at + 14] == 0 && bytes[at + 15] == 0;
        int slots = hasZeros ? LittleEndian.i32(bytes, at + 8) : 0;
        if (slots < 1 || slots > PackFormat.MAX_SLOTS) {
            return null;
        }
        for (ChecksumKind kind : ChecksumKind.values()) {
            if (kind.id() == bytes[at + 12]) {
                return new Header(LittleEndian.i64(bytes, at), slots, kind);
            }
        }
        return null;
    }

    /// The entry of a slot in a table whose checksum is wrong: any number in it may be.
    ///
    /// @param at where the table begins; it is there as a whole
    public static PackSlot entry(byte[] bytes, int at, int slot, ChecksumKind checksum) {
        return slot(bytes, at + HEADER_BYTES + slot * entryBytes(checksum), checksum);
    }

    /// The size of a table.
    public static int sizeBytes(int slots, ChecksumKind checksum) {
        return HEADER_BYTES + slots * entryBytes(checksum) + checksum.lengthBytes();
    }

    public long packNumber() {
        return LittleEndian.i64(bytes, 0);
    }

    public int slots() {
        return LittleEndian.i32(bytes, 8);
    }

    public ChecksumKind checksum() {
        return checksum;
    }

    /// The size of this table, on disk and in memory.
    public int sizeBytes() {
        return bytes.length;
    }

    /// The entry of a slot.
    ///
    /// @throws IndexOutOfBoundsException unless in `0..slots-1`
    public PackSlot slot(int slot) {
        return slot(bytes, entry(slot), checksum);
    }

    private static PackSlot slot(byte[] bytes, int at, ChecksumKind checksum) {
        int checksumAt = at + ENTRY_BYTES;
        return new PackSlot(
                LittleEndian.u32(bytes, at),
                LittleEndian.i32(bytes, at + 4),
                LittleEndian.i32(bytes, at + 8),
                LittleEndian.u8(bytes, at + 12),
                LittleEndian.u8(bytes, at + 13),
                (LittleEndian.u16(bytes, at + 14) & FLAG_SEALED) != 0,
                ContentItem.idAt(bytes, at + CONTENT_ID),
                Arrays.copyOfRange(bytes, checksumAt, checksumAt + checksum.lengthBytes()));
    }

    /// Whether the other table is the same, byte for byte.
    public boolean sameAs(PackTable other) {
        return Arrays.equals(bytes, other.bytes);
    }

    /// The table as it is stored; not to be modified.
    byte[] bytes() {
        return bytes;
    }

    private int entry(int slot) {
        if (slot < 0 || slot >= slots()) {
            throw new IndexOutOfBoundsException("slot " + slot + " of " + slots());
        }
        return HEADER_BYTES + slot * entryBytes(checksum);
    }

    private static int entryBytes(ChecksumKind checksum) {
        return ENTRY_BYTES + checksum.lengthBytes();
    }

    private void check(FormatReader in, int number, long blocksEnd) throws CorruptionException {
        PackSlot slot = slot(number);
        int flags = LittleEndian.u16(bytes, entry(number) + 14);
        boolean valid =
                slot.isPresent()
                        ? flags <= FLAG_SEALED && isValid(slot, blocksEnd)
                        : isZero(slot) && flags == 0;
        if (!valid) {
            throw in.corrupt(entry(number), "a valid entry for slot " + number, slot.toString());
        }
    }

    private static boolean isValid(PackSlot slot, long blocksEnd) {
        boolean knownKind = slot.kind() == PackFormat.METADATA || slot.kind() == PackFormat.DATA;
        boolean fits =
                slot.storedLength() > 0
                        && slot.storedLength() <= PackFormat.MAX_STORED_BYTES
                        && slot.rawLength() > 0
                        && slot.rawLength() <= PackFormat.MAX_RAW_BYTES
                        && slot.offset() >= PackFormat.HEADER_BYTES
                        && slot.end() <= blocksEnd;
        boolean knownCodec =
                slot.codec() == PackFormat.ZSTD
                        || (slot.codec() == PackFormat.RAW
                                && (slot.sealed() || slot.storedLength() == slot.rawLength()));
        return knownKind && fits && knownCodec;
    }

    private static boolean isZero(PackSlot slot) {
        return slot.offset() == 0
                && slot.rawLength() == 0
                && slot.kind() == 0
                && slot.codec() == 0
                && slot.content().isNone();
    }
}
