package dev.varve.cli.output;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// The one line that a failed command leaves on standard error.
public final class ErrorReport {
    private ErrorReport() {}

    /// @param word the exit code as a word of the JSON schema
    public static void print(
            Console console, String message, int exitCode, String word, boolean asJson) {
        Output.writeError(
                console,
                asJson
                        ? json(message, exitCode, word)
                        : "varve: " + RawText.printable(message) + "\n");
    }

    private static String json(String message, int exitCode, String word) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonWriter json = JsonWriter.error(bytes)) {
            json.field("message", message)
                    .field("kind", word)
                    .field("exit_code", exitCode)
                    .endObject()
                    .end();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
