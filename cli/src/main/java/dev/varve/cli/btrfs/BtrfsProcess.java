package dev.varve.cli.btrfs;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A running `btrfs` program. What it says on standard error is kept for the error message. Closing
/// it ends the program if it still runs.
public final class BtrfsProcess implements Closeable {
    private static final int MAX_MESSAGE_BYTES = 16 << 10;
    private static final long PATIENCE_SECONDS = 5;

    private final String what;
    private final Process process;
    private final Thread listener;
    // Written by the listener only; read after it has ended.
    private byte[] message = {};

    private BtrfsProcess(String what, Process process) {
        this.what = what;
        this.process = process;
        this.listener = Thread.ofVirtual().start(this::listen);
    }

    /// Starts `btrfs send` of a read-only snapshot.
    ///
    /// @param parent what to send the changes since
    /// @param protocol version of the stream
    public static BtrfsProcess send(Path snapshot, Optional<Path> parent, int protocol)
            throws IOException {
        List<String> command = new ArrayList<>(List.of("send", "-q"));
        if (protocol > 1) {
            command.addAll(List.of("--proto", Integer.toString(protocol)));
        }
        parent.ifPresent(path -> command.addAll(List.of("-p", path.toString())));
        command.add(snapshot.toString());
        return start(command);
    }

    /// Starts `btrfs receive` into a directory of a btrfs.
    public static BtrfsProcess receive(Path directory) throws IOException {
        return start(List.of("receive", directory.toString()));
    }

    /// Deletes a subvolume: what a receive that ended early left behind.
    public static void deleteSubvolume(Path subvolume) throws IOException {
        run("subvolume", "delete", subvolume.toString());
    }

    /// Runs the program to its end and returns what it printed.
    static String run(String... arguments) throws IOException {
        try (BtrfsProcess program = start(List.of(arguments))) {
            program.process.getOutputStream().close();
            byte[] output = program.out().readAllBytes();
            program.finish();
            return new String(output, StandardCharsets.UTF_8);
        }
    }

    private static BtrfsProcess start(List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("btrfs"));
        command.addAll(arguments);
        String what = "btrfs " + arguments.getFirst() + " " + arguments.getLast();
        try {
            return new BtrfsProcess(what, new ProcessBuilder(command).start());
        } catch (IOException e) {
            FileSystemException failure =
                    new FileSystemException(
                            "btrfs", null, "cannot be started; is btrfs-progs installed?");
            failure.initCause(e);
            throw failure;
        }
    }

    /// The stream that `btrfs send` writes.
    public InputStream out() {
        return process.getInputStream();
    }

    /// Where `btrfs receive` reads the stream; to be closed before [#finish].
    public OutputStream in() {
        return process.getOutputStream();
    }

    private void listen() {
        try (InputStream errors = process.getErrorStream()) {
            message = errors.readNBytes(MAX_MESSAGE_BYTES);
            errors.transferTo(OutputStream.nullOutputStream());
        } catch (IOException _) {
            // The program is gone, and what it said so far has to do.
        }
    }

    /// Waits for the end.
    ///
    /// @throws FileSystemException with what the program said, if it failed
    public void finish() throws IOException {
        try {
            int status = process.waitFor();
            listener.join();
            if (status != 0) {
                throw failure(status);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for " + what);
        }
    }

    /// What to throw after this error in the conversation: the program's own failure if it failed,
    /// which is then the reason.
    public IOException explain(IOException error) {
        try {
            boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (ended && process.exitValue() != 0) {
                listener.join();
                FileSystemException failure = failure(process.exitValue());
                failure.initCause(error);
                return failure;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return error;
    }

    private FileSystemException failure(int status) {
        String said = new String(message, StandardCharsets.UTF_8);
        String reason =
                said.lines()
                        .filter(line -> line.startsWith("ERROR: "))
                        .map(line -> line.substring("ERROR: ".length()))
                        .findFirst()
                        .orElse("exit code " + status);
        return new FileSystemException(what, null, reason);
    }

    @Override
    public void close() {
        process.destroy();
    }
}
