package dev.varve.stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class StreamWriterTest {
    private static void copy(byte[] stream, StreamWriter writer) throws IOException {
        StreamReader reader =
                new StreamReader(new ByteArrayInputStream(stream), StreamReader.Options.defaults());
        while (reader.advance()) {
            if (reader.startsStream()) {
                writer.begin(reader.version());
            }
            writer.write(reader.current());
        }
        writer.flush();
    }

    @Test
    void everyKernelStreamIsWrittenAgainByteForByte() throws IOException {
        for (Path file : Corpus.kernelStreams()) {
            byte[] original = Files.readAllBytes(file);
            ByteArrayOutputStream heap = new ByteArrayOutputStream();
            StreamWriter writer = new StreamWriter(heap);
            copy(original, writer);
            assertArrayEquals(original, heap.toByteArray(), file.toString());
            assertEquals(original.length, writer.position());

            ByteArrayOutputStream direct = new ByteArrayOutputStream();
            copy(original, new StreamWriter(Channels.newChannel(direct)));
            assertArrayEquals(original, direct.toByteArray(), file.toString());
        }
    }

    @Test
    void verityIsWrittenAgainByteForByte() throws IOException {
        int streams = 0;
        for (Path file : Corpus.files("v15_v3_verity.stream")) {
            byte[] original = Files.readAllBytes(file);
            ByteArrayOutputStream copy = new ByteArrayOutputStream();
            copy(original, new StreamWriter(copy));
            assertArrayEquals(original, copy.toByteArray());
            streams++;
        }
        assertTrue(streams > 0);
    }

    @Test
    void whatTheFormatCannotSayIsRefusedAndLeavesNoTrace() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StreamWriter writer = new StreamWriter(out);
        writer.begin(1);
        ByteBuffer tooMuch = ByteBuffer.allocate(65_536);
        assertThrows(
                IllegalArgumentException.class,
                () -> writer.write(new StreamCommand.Write(new byte[] {'f'}, 0, tooMuch)));
        writer.flush();
        assertEquals(StreamFormat.STREAM_HEADER_BYTES, out.size());
    }

    @Test
    void theChecksumIsTheOneOfTheFormat() {
        ByteBuffer command = ByteBuffer.allocate(StreamFormat.COMMAND_HEADER_BYTES);
        assertEquals(0, StreamFormat.commandCrc(command, new CRC32C()));
        ByteBuffer end = ByteBuffer.wrap(new byte[] {0, 0, 0, 0, 21, 0, 9, 9, 9, 9});
        assertEquals(0x9dc96c50, StreamFormat.commandCrc(end, new CRC32C()));
    }
}
