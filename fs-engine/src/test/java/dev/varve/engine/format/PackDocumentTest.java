package dev.varve.engine.format;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.model.ContentId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// `docs/format/pack.md` says what the code does. A change that fails here changes the format: it
/// needs a new version.
class PackDocumentTest {
    private static final Path DOCUMENT = Path.of("../docs/format/pack.md");
    private static final UUID POOL = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
    private static final Checksums CRC32C =
            (_, prefix, bytes, offset, length) ->
                    StandardChecksums.crc32c(prefix, bytes, offset, length);

    private List<String> lines = List.of();

    @BeforeEach
    void readDocument() throws IOException {
        lines = Files.readAllLines(DOCUMENT);
    }

    /// The cells of the table under a heading, without its first row.
    private List<List<String>> table(String heading) {
        int at = lines.indexOf(heading);
        assertTrue(at >= 0, heading);
        List<List<String>> rows = new ArrayList<>();
        for (String line : lines.subList(at + 4, lines.size())) {
            if (!line.startsWith("|")) {
                return rows;
            }
            rows.add(List.of(line.substring(2, line.length() - 2).split(" \\| ", -1)));
        }
        return rows;
    }

    /// Checks that each field starts where the one before ends.
    ///
    /// @return where the last ends
    private int lengthOf(String heading) {
        int end = 0;
        for (List<String> field : table(heading)) {
            assertEquals(end, Integer.parseInt(field.get(0)), heading + ": " + field);
            end += Integer.parseInt(field.get(1));
        }
        return end;
    }

    @Test
    void theTablesAddUpToTheSizesInTheCode() {
        assertEquals(PackFormat.HEADER_BYTES, lengthOf("### Header"));
        assertEquals(PackTable.HEADER_BYTES, lengthOf("### Table"));
        assertEquals(PackTable.ENTRY_BYTES, lengthOf("### Entry"));
        assertEquals(PackFormat.TRAILER_ENTRY_BYTES, lengthOf("### Trailer entry"));
        assertEquals(PackFormat.TAIL_BYTES, lengthOf("### Tail"));
    }

    @Test
    void theChecksumKindsAreTheCodes() {
        List<List<String>> expected = new ArrayList<>();
        for (ChecksumKind kind : ChecksumKind.values()) {
            expected.add(List.of("" + kind.id(), kind.name(), "" + kind.lengthBytes()));
        }
        assertEquals(expected, table("### Checksum kinds"));
    }

    @Test
    void theLimitsAreTheCodes() {
        List<Long> limits =
                table("### Limits").stream().map(row -> Long.parseLong(row.get(1))).toList();
        assertEquals(
                List.of(
                        (long) PackFormat.MAX_RAW_BYTES,
                        (long) PackFormat.MAX_STORED_BYTES,
                        (long) PackFormat.MAX_SLOTS,
                        (long) PackFormat.MAX_PACKS,
                        PackFormat.MAX_OBJECT_BYTES),
                limits);
    }

    @Test
    void theExampleIsWhatTheCodeWrites() {
        int start = lines.lastIndexOf("```");
        List<String> before = lines.subList(0, start);
        List<String> example = lines.subList(before.lastIndexOf("```") + 1, start);
        assertEquals(dump(example()), String.join("\n", example));
    }

    @Test
    void theExampleIsRead() throws IOException {
        byte[] object = example();
        assertEquals(1, PackFormat.readHeader("x", POOL, Arrays.copyOf(object, 40)));
        List<TableLocation> tables = PackFormat.readTrailer("x", POOL, object, object.length);
        long pack = BlockAddress.packNumber(1, 2);
        assertEquals(List.of(new TableLocation(pack, 45, 56)), tables);
        byte[] table = Arrays.copyOfRange(object, 45, 101);
        PackSlot slot = PackFormat.readTable("x", POOL, tables.getFirst(), table, CRC32C).slot(0);
        assertEquals(40, slot.offset());
        assertEquals(5, slot.storedLength());
        assertEquals("000102030405060708090a0b0c0d0e0f", slot.content().toString());
        assertEquals("packs/000001-000002", PackFormat.objectName(pack));
        assertEquals(pack, PackFormat.packNumber("packs/000001-000002"));
        assertEquals(0, PackFormat.packNumber("packs/000000-000002"));
        assertEquals(0, PackFormat.packNumber("heads/1"));
    }

    private static byte[] example() {
        byte[] block = "Varve".getBytes(US_ASCII);
        PackSlot slot =
                new PackSlot(
                        PackFormat.HEADER_BYTES,
                        block.length,
                        block.length,
                        PackFormat.DATA,
                        PackFormat.RAW,
                        false,
                        new ContentId(0x0001020304050607L, 0x08090a0b0c0d0e0fL),
                        StandardChecksums.crc32c(new byte[0], block, 0, block.length));
        PackTable table =
                PackTable.of(
                        POOL,
                        BlockAddress.packNumber(1, 2),
                        ChecksumKind.CRC32C,
                        List.of(slot),
                        CRC32C);
        int blocksEnd = PackFormat.HEADER_BYTES + block.length;
        return new FormatWriter()
                .bytes(PackFormat.header(POOL, 1))
                .bytes(block)
                .bytes(PackFormat.ending(POOL, List.of(table), blocksEnd))
                .toBytes();
    }

    private static String dump(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < bytes.length; at += 16) {
            int end = Math.min(bytes.length, at + 16);
            String hex = HexFormat.ofDelimiter(" ").formatHex(bytes, at, end);
            text.append(at == 0 ? "" : "\n").append("%04x  %s".formatted(at, hex));
        }
        return text.toString();
    }
}
