package dev.varve.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.varve.engine.testing.Require;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What `btrfs receive --dump` of this machine prints of every stream that a kernel made; of
/// several streams in one file that is the first.
class StreamDumpIT {
    @Test
    void dumpsEqualThoseOfBtrfsHere() throws IOException {
        Require.program("btrfs");
        for (Path file : Corpus.kernelStreams()) {
            ByteArrayOutputStream ours = new ByteArrayOutputStream();
            try (FileChannel channel = FileChannel.open(file)) {
                new StreamDump(ours, ZoneOffset.UTC)
                        .print(
                                new StreamReader(
                                        channel,
                                        StreamReader.Options.defaults().withStopAtEnd(true)));
            }
            assertEquals(
                    stock(file),
                    ours.toString(StandardCharsets.ISO_8859_1).lines().toList(),
                    file.toString());
        }
    }

    private static List<String> stock(Path file) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder("btrfs", "receive", "--dump", "-f", file.toString())
                        .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("TZ", "UTC");
        Process process = builder.start();
        String text =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        assertEquals(0, process.onExit().join().exitValue(), file.toString());
        return text.lines().toList();
    }
}
