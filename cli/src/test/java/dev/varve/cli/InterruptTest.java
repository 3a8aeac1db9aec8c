package dev.varve.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.varve.cli.command.ExitCode;
import dev.varve.cli.output.Console;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InterruptTest {
    @TempDir Path directory;

    @Test
    void anInterruptedImportLeavesThePoolAndSaysSo() throws IOException {
        Path pool = directory.resolve("pool");
        Path source = Files.createDirectories(directory.resolve("source"));
        Files.writeString(source.resolve("file"), "content");
        Shell shell = Shell.onNewPool(pool);
        shell.ok("subvolume", "create", "/docs");

        Thread.currentThread().interrupt();
        Shell.Result result = shell.run("import", source.toString(), "/docs");

        assertFalse(Thread.interrupted());
        assertEquals(ExitCode.INTERRUPTED, result.code());
        assertEquals(
                "varve: interrupted; the pool is unchanged since generation 2\n", result.err());
        assertEquals("", shell.ok("ls", "/docs").out());
        shell.ok("import", source.toString(), "/docs");
    }

    @Test
    void anInterruptedReceiveLeavesNothingBehind() throws IOException {
        Path pool = directory.resolve("pool");
        Shell shell = Shell.onNewPool(pool);
        shell.ok("subvolume", "create", "/docs");
        shell.ok("subvolume", "snapshot", "-r", "/docs", "/snap");
        byte[] stream = shell.ok("send", "/snap").bytes();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console =
                new Console(
                        new InterruptedAfter(stream, stream.length / 2),
                        OutputStream.nullOutputStream(),
                        err,
                        Set.of(),
                        Map.of(),
                        Clock.systemUTC());

        ExitCode code = Main.run(List.of("-P", pool.toString(), "receive", "/in"), console);

        assertEquals(ExitCode.INTERRUPTED, code);
        assertEquals(
                "varve: interrupted; the pool is unchanged since generation 3\n",
                err.toString(StandardCharsets.UTF_8));
        assertEquals("docs\nsnap\n", shell.ok("ls").out());
    }

    /// Gives some bytes; then the user presses Ctrl-C.
    private static final class InterruptedAfter extends InputStream {
        private final byte[] bytes;
        private final int count;
        private int position;

        InterruptedAfter(byte[] bytes, int count) {
            this.bytes = bytes;
            this.count = count;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            int next = length == 0 ? -1 : read();
            if (next < 0) {
                return length == 0 ? 0 : -1;
            }
            target[offset] = (byte) next;
            return 1;
        }

        @Override
        public int read() {
            if (position == count) {
                Thread.currentThread().interrupt();
            }
            return position == bytes.length ? -1 : bytes[position++] & 0xff;
        }
    }
}
