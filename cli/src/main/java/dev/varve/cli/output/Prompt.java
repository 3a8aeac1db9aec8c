package dev.varve.cli.output;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Asks a person at the controlling terminal, whatever standard output is.
public final class Prompt {
    private static final Path TERMINAL = Path.of("/dev/tty");

    private Prompt() {}

    /// Reads a line without showing it.
    public static byte[] secret(String question) throws IOException {
        String settings = stty("-g").strip();
        Thread restoring = new Thread(() -> restore(settings));
        Runtime.getRuntime().addShutdownHook(restoring);
        try (OutputStream out = Files.newOutputStream(TERMINAL);
                InputStream in = Files.newInputStream(TERMINAL)) {
            stty("-echo");
            out.write(question.getBytes(StandardCharsets.UTF_8));
            byte[] line = line(in);
            out.write('\n');
            return line;
        } finally {
            restore(settings);
            Runtime.getRuntime().removeShutdownHook(restoring);
        }
    }

    private static byte[] line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            line.write(next);
        }
        return line.toByteArray();
    }

    private static void restore(String settings) {
        try {
            stty(settings);
        } catch (IOException _) {
            // The terminal is gone.
        }
    }

    private static String stty(String argument) throws IOException {
        File terminal = TERMINAL.toFile();
        Process process =
                new ProcessBuilder("stty", argument)
                        .redirectInput(Redirect.from(terminal))
                        .redirectError(Redirect.DISCARD)
                        .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }
}
