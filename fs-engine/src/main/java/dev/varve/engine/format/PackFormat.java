package dev.varve.engine.format;

import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.UnsupportedFormatException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A pack object: blocks behind one header, and at the end the tables that find them. Written once,
/// read from its end. One object answers for one pack, or for many after a reclaim.
///
/// ```
/// | header 40 | blocks ... | table of each pack ... | trailer: packs × 16 | tail 24 |
///
/// header:  | magic "VARVPACK" | version u32 | packs u32 | pool id 16 | xxh3 of these u64 |
/// trailer: | pack number i64 | table offset u32 | table bytes u32 |, ascending by number
/// tail:    | packs u32 | version u32 | xxh3 u64 | magic "VARVTAIL" |
/// ```
///
/// The tail's checksum covers the pool's id, the trailer, and the tail before it. See
/// `docs/format/pack.md`; tables are [PackTable]s.
public final class PackFormat {
    public static final int OLDEST_VERSION = 1;
    public static final int CURRENT_VERSION = 1;

    /// Kinds of blocks.
    public static final int METADATA = 1;

    public static final int DATA = 2;

    /// Codecs of blocks.
    public static final int RAW = 0;

    public static final int ZSTD = 1;

    /// The largest block before compression.
    public static final int MAX_RAW_BYTES = 1 << 20;

    /// The largest block as stored: encryption may add to it.
    public static final int MAX_STORED_BYTES = MAX_RAW_BYTES + 256;

    /// The most slots in a pack.
    public static final int MAX_SLOTS = BlockAddress.MAX_SLOT + 1;

    /// A writer fills no pack beyond this: two bitmaps of its slots fit in an item of the packs
    /// tree.
    public static final int FULL_SLOTS = 1 << 14;

    /// The most packs in an object.
    public static final int MAX_PACKS = 1 << 16;

    /// Offsets are 32 bits.
    public static final long MAX_OBJECT_BYTES = (1L << 32) - 1;

    public static final int HEADER_BYTES = 40;
    public static final int TAIL_BYTES = 24;

    static final String MAGIC = "VARVPACK";
    static final String TAIL_MAGIC = "VARVTAIL";
    public static final int TRAILER_ENTRY_BYTES = 16;

    /// What the names of all objects of packs start with.
    public static final String PREFIX = "packs/";

    private static final Pattern NAME = Pattern.compile(PREFIX + "([0-9a-f]{6})-([0-9a-f]{6})");

    private PackFormat() {}

    /// The object that a pack is first written to: `packs/<writer>-<sequence>`, six hexadecimal
    /// digits each.
    public static String objectName(long packNumber) {
        return (PREFIX + "%06x-%06x")
                .formatted(BlockAddress.writer(packNumber), BlockAddress.sequence(packNumber));
    }

    /// The pack that an object of this name was made for, or 0 if it is no pack's name.
    public static long packNumber(String objectName) {
        Matcher name = NAME.matcher(objectName);
        if (!name.matches()) {
            return 0;
        }
        long number =
                Long.parseLong(name.group(1), 16) << BlockAddress.SEQUENCE_BITS
                        | Long.parseLong(name.group(2), 16);
        return BlockAddress.isPackNumber(number) ? number : 0;
    }

    /// The first bytes of an object.
    public static byte[] header(UUID poolId, int packs) {
        FormatWriter out = Envelope.begin(MAGIC, CURRENT_VERSION).u32(packs).uuid(poolId);
        return Envelope.end(out);
    }

    /// Checks the first [#HEADER_BYTES] of an object.
    ///
    /// @return how many packs it answers for
    public static int readHeader(String where, UUID poolId, byte[] bytes)
            throws CorruptionException, UnsupportedFormatException {
        FormatReader in =
                Envelope.open(where, bytes, MAGIC, OLDEST_VERSION, CURRENT_VERSION).body();
        int packs = in.u32("packs", 1, MAX_PACKS);
        UUID found = in.uuid();
        in.requireEnd();
        if (!found.equals(poolId)) {
            throw CorruptionException.foreign(where, poolId, found);
        }
        return packs;
    }

    /// The pool that an object's first [#HEADER_BYTES] tell.
    public static UUID poolId(String where, byte[] bytes)
            throws CorruptionException, UnsupportedFormatException {
        FormatReader in =
                Envelope.open(where, bytes, MAGIC, OLDEST_VERSION, CURRENT_VERSION).body();
        in.u32("packs", 1, MAX_PACKS);
        return in.uuid();
    }

    /// The last bytes of an object: tables, trailer and tail.
    ///
    /// @param tables ascending by pack number
    /// @param offset where the first table will stand: behind the last block
    public static byte[] ending(UUID poolId, List<PackTable> tables, long offset) {
        int tableBytes = tables.stream().mapToInt(PackTable::sizeBytes).sum();
        int trailerBytes = tables.size() * TRAILER_ENTRY_BYTES;
        FormatWriter out = new FormatWriter(tableBytes + trailerBytes + TAIL_BYTES);
        tables.forEach(table -> out.bytes(table.bytes()));
        long tableOffset = offset;
        for (PackTable table : tables) {
            out.i64(table.packNumber()).u32(tableOffset).u32(table.sizeBytes());
            tableOffset += table.sizeBytes();
        }
        out.u32(tables.size()).u32(CURRENT_VERSION);
        int covered = out.size() - tableBytes;
        out.i64(
                StandardChecksums.xxh3Long(
                        idBytes(poolId), out.buffer(), out.size() - covered, covered));
        return out.bytes(Envelope.ascii(TAIL_MAGIC)).toBytes();
    }

    /// How many bytes trailer and tail have together, from an object's last bytes. Nothing but the
    /// range is checked.
    ///
    /// @param last at least [#TAIL_BYTES]
    public static int trailerAndTailBytes(String where, byte[] last)
            throws CorruptionException, UnsupportedFormatException {
        int tail = last.length - TAIL_BYTES;
        if (tail < 0) {
            throw new CorruptionException(
                    where, "a pack", "an object of " + last.length + " bytes");
        }
        FormatReader in = new FormatReader(where + " tail", last, tail, TAIL_BYTES);
        int packs = in.u32("packs", 1, MAX_PACKS);
        long version = in.u32();
        in.i64();
        String magic = new String(in.bytes(8), StandardCharsets.ISO_8859_1);
        if (!magic.equals(TAIL_MAGIC)) {
            throw in.corrupt(16, "magic " + TAIL_MAGIC, "another");
        }
        if (version < OLDEST_VERSION || version > CURRENT_VERSION) {
            throw new UnsupportedFormatException(where, version, OLDEST_VERSION, CURRENT_VERSION);
        }
        return packs * TRAILER_ENTRY_BYTES + TAIL_BYTES;
    }

    /// Checks trailer and tail.
    ///
    /// @param last the object's last bytes, at least [#trailerAndTailBytes]
    /// @param objectSizeBytes of the whole object
    /// @return where the tables stand, ascending by pack number
    public static List<TableLocation> readTrailer(
            String where, UUID poolId, byte[] last, long objectSizeBytes)
            throws CorruptionException, UnsupportedFormatException {
        int lengthBytes = trailerAndTailBytes(where, last);
        int start = last.length - lengthBytes;
        int checksumAt = last.length - 16;
        long stored = LittleEndian.i64(last, checksumAt);
        if (stored
                != StandardChecksums.xxh3Long(idBytes(poolId), last, start, checksumAt - start)) {
            throw new CorruptionException(where + " tail", "the trailer's checksum", "another");
        }
        FormatReader in = new FormatReader(where + " trailer", last, start, lengthBytes);
        long tablesEnd = objectSizeBytes - lengthBytes;
        List<TableLocation> tables = new ArrayList<>();
        long previous = 0;
        while (in.remaining() > TAIL_BYTES) {
            int at = in.position();
            TableLocation table = new TableLocation(in.i64(), in.u32(), tableBytes(in));
            if (table.packNumber() <= previous
                    || !BlockAddress.isPackNumber(table.packNumber())
                    || table.offset() < HEADER_BYTES
                    || table.offset() + table.lengthBytes() > tablesEnd) {
                throw in.corrupt(at, "a valid entry", table.toString());
            }
            previous = table.packNumber();
            tables.add(table);
        }
        return tables;
    }

    /// Checks a table.
    ///
    /// @param bytes from the place that `location` tells; not copied
    public static PackTable readTable(
            String where, UUID poolId, TableLocation location, byte[] bytes, Checksums checksums)
            throws CorruptionException {
        return PackTable.read(where, poolId, location, bytes, checksums);
    }

    private static int tableBytes(FormatReader in) throws CorruptionException {
        return in.u32("table bytes", 1, PackTable.sizeBytes(MAX_SLOTS, ChecksumKind.SHA256));
    }

    static byte[] idBytes(UUID id) {
        return new FormatWriter(16).uuid(id).toBytes();
    }
}
