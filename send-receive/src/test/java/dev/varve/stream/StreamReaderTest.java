package dev.varve.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class StreamReaderTest {
    private static final UUID ID = UUID.fromString("01020304-0506-0708-090a-0b0c0d0e0f10");

    private static byte[] path(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    private static byte[] stream(int version, StreamCommand... commands) throws IOException {
        var bytes = new java.io.ByteArrayOutputStream();
        StreamWriter writer = new StreamWriter(bytes);
        writer.begin(version);
        for (StreamCommand command : commands) {
            writer.write(command);
        }
        writer.flush();
        return bytes.toByteArray();
    }

    private static StreamReader reader(byte[] bytes) {
        return new StreamReader(new ByteArrayInputStream(bytes), StreamReader.Options.defaults());
    }

    private static StreamCommand.Subvolume subvolume() {
        return new StreamCommand.Subvolume(path("sv"), ID, 7);
    }

    private static long readAll(StreamReader reader) throws IOException {
        long count = 0;
        while (reader.advance()) {
            count++;
        }
        return count;
    }

    @Test
    void everyKernelStreamIsReadToItsEnd() throws IOException {
        for (Path file : Corpus.kernelStreams()) {
            try (FileChannel channel = FileChannel.open(file)) {
                StreamReader reader = new StreamReader(channel, StreamReader.Options.defaults());
                assertTrue(readAll(reader) > 1, file.toString());
            }
        }
    }

    @Test
    void aSourceThatGivesOneByteAtATimeIsReadAlike() throws IOException {
        byte[] bytes =
                stream(
                        2,
                        subvolume(),
                        new StreamCommand.Write(path("f"), 1, ByteBuffer.allocate(70_000)),
                        new StreamCommand.End());
        var slow =
                new ByteArrayInputStream(bytes) {
                    @Override
                    public int read(byte[] target, int offset, int length) {
                        return super.read(target, offset, Math.min(1, length));
                    }
                };
        assertEquals(3, readAll(new StreamReader(slow, StreamReader.Options.defaults())));
        var channel = Channels.newChannel(new ByteArrayInputStream(bytes));
        assertEquals(3, readAll(new StreamReader(channel, StreamReader.Options.defaults())));
    }

    @Test
    void aCommandLargerThanTheWindowIsRead() throws IOException {
        ByteBuffer data = ByteBuffer.allocate(3 << 20);
        new Random(1).nextBytes(data.array());
        StreamReader reader =
                reader(
                        stream(
                                2,
                                subvolume(),
                                new StreamCommand.Write(path("f"), 0, data),
                                new StreamCommand.End()));
        reader.advance();
        reader.advance();
        var write = assertInstanceOf(StreamCommand.Write.class, reader.current());
        assertEquals(data, write.data());
        assertTrue(reader.advance());
        assertFalse(reader.advance());
    }

    @Test
    void aCutStreamIsRefusedWhereverItIsCut() throws IOException {
        byte[] whole =
                stream(
                        1,
                        subvolume(),
                        new StreamCommand.MakeFile(path("f"), 257),
                        new StreamCommand.End());
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThrows(
                    MalformedStreamException.class, () -> readAll(reader(cut)), "cut at " + length);
        }
        assertEquals(3, readAll(reader(whole)));
    }

    @Test
    void everyFlippedBitOfACommandIsSeen() throws IOException {
        byte[] whole =
                stream(
                        1,
                        subvolume(),
                        new StreamCommand.Chown(path("some/file"), 1000, 1001),
                        new StreamCommand.End());
        for (int bit = 0; bit < whole.length * 8; bit++) {
            boolean inVersion = bit / 8 >= 13 && bit / 8 < 17;
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            if (!inVersion) {
                assertThrows(
                        MalformedStreamException.class,
                        () -> readAll(reader(flipped)),
                        "bit " + bit);
            }
        }
    }

    @Test
    void aNewerVersionIsToldFromDamage() throws IOException {
        byte[] bytes = stream(1, subvolume(), new StreamCommand.End());
        bytes[StreamFormat.VERSION_OFFSET] = 4;
        var refused = assertThrows(UnsupportedStreamException.class, () -> readAll(reader(bytes)));
        assertTrue(String.valueOf(refused.getMessage()).contains("version 4"));
    }

    @Test
    void aLengthBeyondTheLimitIsRefusedBeforeItsBytesAreAskedFor() throws IOException {
        byte[] bytes = stream(1, subvolume());
        Arrays.fill(bytes, 17, 21, (byte) 0xff);
        var refused = assertThrows(MalformedStreamException.class, () -> readAll(reader(bytes)));
        assertTrue(String.valueOf(refused.getMessage()).contains("4294967295"));
        assertEquals(new StreamPosition(1, 17), refused.position());
    }

    @Test
    void theOptionToStopAtEndLeavesLaterStreamsAlone() throws IOException {
        byte[] one = stream(1, subvolume(), new StreamCommand.End());
        byte[] two = Arrays.copyOf(one, one.length + 3);
        assertThrows(MalformedStreamException.class, () -> readAll(reader(two)));
        StreamReader reader =
                new StreamReader(
                        new ByteArrayInputStream(two),
                        StreamReader.Options.defaults().withStopAtEnd(true));
        assertEquals(2, readAll(reader));
    }

    @Test
    void errorsNameCommandOffsetAndPath() throws IOException {
        byte[] bytes = stream(1, subvolume(), new StreamCommand.Rename(path("old"), path("new")));
        int command = 17 + 10 + 38;
        ByteBuffer broken =
                ByteBuffer.wrap(bytes, command, bytes.length - command)
                        .slice()
                        .order(java.nio.ByteOrder.LITTLE_ENDIAN);
        broken.putShort(StreamFormat.COMMAND_NUMBER_OFFSET, (short) CommandType.LINK.number());
        broken.putInt(StreamFormat.COMMAND_CRC_OFFSET, 0);
        broken.putInt(
                StreamFormat.COMMAND_CRC_OFFSET,
                StreamFormat.commandCrc(broken, new java.util.zip.CRC32C()));
        var refused = assertThrows(MalformedStreamException.class, () -> readAll(reader(bytes)));
        assertEquals(
                "command 2 at byte 65, path 'old': attribute PATH_LINK is missing",
                refused.getMessage());
    }

    @Test
    void handMadeStreamsAreReadOrRefusedAsDocumented() throws IOException {
        List<String> refused = new ArrayList<>();
        for (Path file : Corpus.files(".stream")) {
            if (file.toString().contains("90_hostile") && !isReadable(file)) {
                refused.add(file.getFileName().toString().substring(0, 3));
            }
        }
        List<String> expected =
                List.of(
                        "m01", "m02", "m03", "m04", "m05", "m06", "m07", "m08", "m09", "m10", "m11",
                        "m12", "m13", "m14", "m15", "m17", "m18", "m19", "m20", "m22", "v06", "v07",
                        "v09");
        assertEquals(expected, refused.stream().distinct().sorted().toList());
    }

    private static boolean isReadable(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            readAll(new StreamReader(channel, StreamReader.Options.defaults()));
            return true;
        } catch (StreamException _) {
            return false;
        }
    }
}
