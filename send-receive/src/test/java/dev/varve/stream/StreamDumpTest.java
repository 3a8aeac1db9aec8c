package dev.varve.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.model.Timestamp;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class StreamDumpTest {
    private static final UUID ID = UUID.fromString("01020304-0506-0708-090a-0b0c0d0e0f10");

    private static String dump(byte[] stream, ZoneId zone) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new StreamDump(out, zone)
                .print(
                        new StreamReader(
                                new ByteArrayInputStream(stream),
                                StreamReader.Options.defaults().withStopAtEnd(true)));
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    /// The second line of a stream of SUBVOL `a b`, this command and END.
    private static String line(StreamCommand command, ZoneId zone) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        StreamWriter writer = new StreamWriter(bytes);
        writer.begin(2);
        writer.write(new StreamCommand.Subvolume(bytes("a b"), ID, -1));
        writer.write(command);
        writer.write(new StreamCommand.End());
        writer.flush();
        String text = dump(bytes.toByteArray(), zone);
        return text.substring(text.indexOf('\n') + 1);
    }

    private static String line(StreamCommand command) throws IOException {
        return line(command, ZoneOffset.UTC);
    }

    private static byte[] bytes(String latin1) {
        return latin1.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void dumpsEqualThoseOfBtrfsProgs() throws IOException {
        int compared = 0;
        for (Path expected : Corpus.files(".stream.dump")) {
            String name = expected.getFileName().toString();
            Path file = expected.resolveSibling(name.substring(0, name.lastIndexOf('.')));
            // Where a send failed, an empty file or none was left.
            if (Files.exists(file) && Files.size(file) > 0) {
                String text = Files.readString(expected, StandardCharsets.ISO_8859_1);
                String dump = dump(Files.readAllBytes(file), ZoneOffset.UTC);
                assertSameLines(file, (dump + "rc=0\n").lines().toList(), text.lines().toList());
                compared++;
            }
        }
        assertTrue(compared >= 20, compared + " dumps compared");
    }

    @Test
    void aDamagedStreamIsDumpedUpToTheDamage() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        StreamWriter writer = new StreamWriter(bytes);
        writer.begin(1);
        writer.write(new StreamCommand.Subvolume(bytes("s"), ID, 1));
        writer.write(new StreamCommand.MakeFile(bytes("f"), 257));
        writer.flush();
        int sound = bytes.size();
        writer.write(new StreamCommand.Unlink(bytes("f")));
        writer.write(new StreamCommand.End());
        writer.flush();
        byte[] stream = bytes.toByteArray();
        stream[sound + 12] ^= 1;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StreamReader reader =
                new StreamReader(new ByteArrayInputStream(stream), StreamReader.Options.defaults());
        MalformedStreamException refused =
                assertThrows(
                        MalformedStreamException.class,
                        () -> new StreamDump(out, ZoneOffset.UTC).print(reader));
        assertEquals(3, refused.position().command());
        assertEquals(sound, refused.position().offsetBytes());
        List<String> lines = out.toString(StandardCharsets.ISO_8859_1).lines().toList();
        assertEquals(2, lines.size());
        assertTrue(lines.getLast().startsWith("mkfile "), lines.toString());
    }

    private static void assertSameLines(Path file, List<String> actual, List<String> expected) {
        for (int i = 0; i < Math.min(actual.size(), expected.size()); i++) {
            assertEquals(expected.get(i), actual.get(i), file + " line " + (i + 1));
        }
        assertEquals(expected.size(), actual.size(), file + " lines");
    }

    @Test
    void pathsAreEscapedAndPadded() throws IOException {
        assertEquals(
                "mkfile          ./a\\ b/\\a\\b\\t\\n\\v\\f\\r\\e\\ \\\\\\001\\177\\200\\377~!\n",
                line(
                        new StreamCommand.MakeFile(
                                bytes("\u0007\b\t\n\u000b\f\r\u001b \\\u0001\u007f\u0080ÿ~!"), 1)));
        assertEquals(
                "truncate        ./a\\ b/s                        size=18446744073709551615\n",
                line(new StreamCommand.Truncate(bytes("s"), -1)));
        assertEquals(
                "mkdir           ./a\\ b/\n", line(new StreamCommand.MakeDirectory(bytes(""), 1)));
        assertEquals(
                "mkdir           ./a\\ b//x\n",
                line(new StreamCommand.MakeDirectory(bytes("/x/"), 1)));
    }

    @Test
    void attributesArePrintedRawUpToTheFirstNul() throws IOException {
        assertEquals(
                "set_xattr       ./a\\ b/s                        name=user.x\n\u00ff"
                        + " data=x len=3\n",
                line(
                        new StreamCommand.SetXattr(
                                bytes("s"), bytes("user.x\n\u00ff"), bytes("x\0y"))));
    }

    @Test
    void cloneSourcesAreNotEscaped() throws IOException {
        assertEquals(
                "clone           ./a\\ b/s                        offset=1 len=2 from=./a b/c d"
                        + " clone_offset=9223372036854775808\n",
                line(
                        new StreamCommand.Clone(
                                bytes("s"),
                                1,
                                2,
                                new StreamCommand.Source(ID, 3, bytes("c d"), Long.MIN_VALUE))));
    }

    @Test
    void timesAreOfTheZoneAndOfAnyYear() throws IOException {
        StreamCommand utimes =
                new StreamCommand.Utimes(
                        bytes("s"),
                        new Timestamp(1L << 40, 0),
                        new Timestamp(-62167219201L, 0),
                        new Timestamp(Long.MAX_VALUE, 0),
                        Optional.of(Timestamp.EPOCH));
        assertEquals(
                "utimes          ./a\\ b/s                        "
                        + "atime=36812-02-20T00:36:16+0000 mtime=-1-12-31T23:59:59+0000 "
                        + "ctime=@9223372036854775807\n",
                line(utimes));
        assertTrue(
                line(utimes, ZoneId.of("America/New_York"))
                        .contains("atime=36812-02-19T19:36:16-0500"));
    }

    @Test
    void versionTwoCommandsArePrinted() throws IOException {
        assertEquals(
                "fallocate       ./a\\ b/s                        mode=-1 offset=5 len=6\n",
                line(new StreamCommand.Fallocate(bytes("s"), -1, 5, 6)));
        assertEquals(
                "fileattr        ./a\\ b/s                        "
                        + "fileattr=0x18446744073709551615\n",
                line(new StreamCommand.FileAttributes(bytes("s"), -1)));
        assertEquals(
                "encoded_write   ./a\\ b/s                        offset=1 len=1,"
                        + " unencoded_file_len=2, unencoded_len=3, unencoded_offset=4,"
                        + " compression=4294967295, encryption=0\n",
                line(
                        new StreamCommand.EncodedWrite(
                                bytes("s"),
                                1,
                                new StreamCommand.Encoding(2, 3, 4, -1, Optional.empty()),
                                ByteBuffer.allocate(1))));
    }
}
