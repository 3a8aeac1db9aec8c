package dev.varve.cli.remote;

import dev.varve.cli.output.JsonRows;
import dev.varve.cli.output.RawText;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A running ssh and what runs behind it. The last it says on standard error is kept for the error
/// message. Closing it ends ssh if it still runs; what is behind it finds its input at its end.
final class RemoteProcess implements Closeable {
    private static final int MAX_LINES = 100;
    private static final int MAX_LINE_BYTES = 4 << 10;
    private static final long PATIENCE_SECONDS = 10;

    private final String place;
    private final Process process;
    private final Thread listener;
    // Written by the listener only; read after it has ended.
    private final List<String> said = new ArrayList<>();

    private RemoteProcess(String place, Process process) {
        this.place = place;
        this.process = process;
        this.listener = Thread.ofVirtual().start(this::listen);
    }

    static RemoteProcess start(String place, List<String> command) throws IOException {
        try {
            return new RemoteProcess(place, new ProcessBuilder(command).start());
        } catch (IOException e) {
            FileSystemException failure =
                    new FileSystemException(
                            command.getFirst(), null, "cannot be started; is ssh installed?");
            failure.initCause(e);
            throw failure;
        }
    }

    OutputStream in() {
        return process.getOutputStream();
    }

    InputStream out() {
        return process.getInputStream();
    }

    private void listen() {
        try (InputStream errors = process.getErrorStream()) {
            byte[] line = new byte[MAX_LINE_BYTES];
            int length = 0;
            for (int b = errors.read(); b >= 0; b = errors.read()) {
                if (b == '\n') {
                    keep(line, length);
                    length = 0;
                } else if (length < line.length) {
                    line[length++] = (byte) b;
                }
            }
            keep(line, length);
        } catch (IOException _) {
            // ssh is gone, and what was said so far has to do.
        }
    }

    private void keep(byte[] line, int length) {
        String text = new String(line, 0, length, StandardCharsets.UTF_8).strip();
        if (!text.isEmpty()) {
            if (said.size() == MAX_LINES) {
                said.removeFirst();
            }
            said.add(RawText.printable(text));
        }
    }

    /// Waits for the end.
    ///
    /// @return what a command that succeeded, but left something out, said of it
    /// @throws RemoteFailedException if it failed
    List<String> finish() throws IOException {
        try {
            int status = process.waitFor();
            listener.join();
            if (status == 0) {
                return List.of();
            }
            if (status == RemoteReplica.PARTIAL) {
                return said.stream().map(RemoteProcess::words).toList();
            }
            throw failure(status);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for " + place);
        }
    }

    /// What to throw after this error in the conversation: why ssh or the command behind it failed,
    /// if it did, which is then the reason.
    IOException explain(IOException error) {
        try {
            // Who got no answer may still be waiting for more.
            process.getOutputStream().close();
        } catch (IOException _) {
            // Broken already: that is what is to be explained.
        }
        try {
            boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (ended && process.exitValue() != 0) {
                listener.join();
                RemoteFailedException failure = failure(process.exitValue());
                failure.initCause(error);
                return failure;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return error;
    }

    private RemoteFailedException failure(int status) {
        String reason = said.isEmpty() ? "ended with status " + status : words(said.getLast());
        RemoteFailedException failure = new RemoteFailedException(place + ": " + reason, status);
        return failure.isReached() || status == RemoteFailedException.SSH_FAILED
                ? failure
                : new RemoteFailedException(failure.getMessage() + "; see --remote-varve", status);
    }

    /// An error line of varve without its beginning, or what its JSON says.
    private static String words(String line) {
        String text = line.startsWith("{") ? JsonRows.message(line).orElse(line) : line;
        return text.startsWith("varve: ") ? text.substring("varve: ".length()) : text;
    }

    @Override
    public void close() {
        process.destroy();
    }
}
