package dev.varve.tar;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.varve.engine.model.FileType;
import dev.varve.engine.model.Timestamp;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;

class TarReaderTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void put(TarArchiveOutputStream archive, byte type, String name, byte[] content)
            throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, type);
        entry.setSize(content.length);
        archive.putArchiveEntry(entry);
        archive.write(content);
        archive.closeArchiveEntry();
    }

    private static byte[] archive(PaxRecords pax, String content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream archive = new TarArchiveOutputStream(bytes, 512)) {
            put(archive, TarConstants.LF_PAX_EXTENDED_HEADER_LC, "pax", pax.write());
            put(archive, TarConstants.LF_NORMAL, "file", bytes(content));
        }
        return bytes.toByteArray();
    }

    private static void readAll(byte[] archive) throws IOException {
        TarReader reader = new TarReader(new ByteArrayInputStream(archive));
        while (true) {
            var entry = reader.next();
            if (entry.isEmpty()) {
                return;
            }
            reader.readContent(entry.get(), (_, _) -> {});
        }
    }

    @Test
    void recordsSayWhatTheHeaderCannot() throws Exception {
        PaxRecords pax = new PaxRecords();
        pax.put("path", bytes("some/other/name"));
        pax.put("uid", 4_000_000_000L);
        pax.put("mtime", new Timestamp(-5, 7));
        pax.putXattr(bytes("user.a=b%"), new byte[] {0, '\n', (byte) 0xff});
        TarReader reader = new TarReader(new ByteArrayInputStream(archive(pax, "hello")));
        TarEntry entry = reader.next().orElseThrow();
        assertArrayEquals(bytes("some/other/name"), entry.path());
        assertEquals(4_000_000_000L, entry.uid());
        assertEquals(new Timestamp(-5, 7), entry.modifyTime());
        assertEquals(FileType.REGULAR, entry.type().orElseThrow());
        assertEquals("user.a=b%", entry.xattrs().firstKey().toString());
        assertArrayEquals(
                new byte[] {0, '\n', (byte) 0xff}, entry.xattrs().firstEntry().getValue());
        assertEquals(5, entry.sizeBytes());
    }

    @Test
    void aRecordCountsItsOwnLength() {
        for (int length = 0; length < 1200; length++) {
            PaxRecords pax = new PaxRecords();
            pax.put("k", new byte[length]);
            byte[] written = pax.write();
            String text = new String(written, StandardCharsets.ISO_8859_1);
            assertEquals(written.length, Integer.parseInt(text.substring(0, text.indexOf(' '))));
        }
    }

    @Test
    void damageIsReportedAsSuch() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        PaxRecords pax = new PaxRecords();
        pax.put("GNU.sparse.map", bytes("0,3,100,2"));
        pax.put("GNU.sparse.size", 200);
        pax.put("mtime", new Timestamp(1, 2));
        byte[] sound = archive(pax, "hello");
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = sound.clone();
            for (int j = 0; j <= i % 4; j++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            if (i % 3 == 0) {
                damaged = Arrays.copyOf(damaged, random.nextInt(damaged.length));
            }
            try {
                readAll(damaged);
            } catch (MalformedTarException _) {
                continue; // as it should
            } catch (IOException | RuntimeException e) {
                throw new AssertionError("-Dseed=" + seed + " round " + i, e);
            }
        }
    }

    @Test
    void numbersOfAnySizeAreBounded() throws Exception {
        for (String[] record :
                new String[][] {
                    {"size", "-1"},
                    {"size", "99999999999999999999"},
                    {"mtime", "1e999999999"},
                    {"GNU.sparse.map", "5,9223372036854775807"},
                    {"GNU.sparse.map", "100,1,50,1"},
                }) {
            PaxRecords pax = new PaxRecords();
            pax.put(record[0], bytes(record[1]));
            byte[] archive = archive(pax, "hello");
            assertThrows(
                    MalformedTarException.class, () -> readAll(archive), Arrays.toString(record));
        }
    }
}
