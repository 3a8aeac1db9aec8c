package dev.varve.send;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// A list of numbers that goes to a temporary file when it grows beyond 1 MiB.
final class LongSpool implements Closeable {
    private static final int BUFFER_BYTES = 1 << 20;

    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    private @Nullable FileChannel file;

    /// What [#forEach] does with a number.
    interface Action {
        void accept(long value) throws IOException;
    }

    void add(long value) throws IOException {
        if (!buffer.hasRemaining()) {
            spill();
        }
        buffer.putLong(value);
    }

    private void spill() throws IOException {
        if (file == null) {
            Path path = Files.createTempFile("varve-send-", ".spool");
            file =
                    FileChannel.open(
                            path,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.DELETE_ON_CLOSE);
        }
        buffer.flip();
        while (buffer.hasRemaining()) {
            file.write(buffer);
        }
        buffer.clear();
    }

    /// Visits all numbers in the order in which they were added; ends the adding.
    void forEach(Action action) throws IOException {
        if (file != null) {
            spill();
            file.position(0);
        }
        do {
            if (file != null) {
                buffer.clear();
                while (buffer.hasRemaining() && file.read(buffer) >= 0) {
                    // Fill the buffer.
                }
            }
            buffer.flip();
            if (!buffer.hasRemaining()) {
                return;
            }
            while (buffer.hasRemaining()) {
                action.accept(buffer.getLong());
            }
        } while (file != null);
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
