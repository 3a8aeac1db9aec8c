package dev.varve.cli.pool;

import dev.varve.engine.model.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// Reads secrets from files and from programs.
final class SecretFiles {
    private static final int MAX_PASSPHRASE_BYTES = 64 << 10;
    private static final int MAX_KEY_FILE_BYTES = 8 << 20;

    private SecretFiles() {}

    /// The first line.
    static Secret passphrase(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return passphrase(file.toString(), in.readNBytes(MAX_PASSPHRASE_BYTES));
        }
    }

    static Secret passphrase(String source, byte[] content) throws IOException {
        int end = 0;
        while (end < content.length && content[end] != '\n') {
            end++;
        }
        byte[] line = Arrays.copyOf(content, end > 0 && content[end - 1] == '\r' ? end - 1 : end);
        Arrays.fill(content, (byte) 0);
        if (line.length == 0) {
            throw new FileSystemException(source, null, "the passphrase is empty");
        }
        return new Secret.Passphrase(line);
    }

    /// What a command prints.
    static Secret passphraseOf(String command) throws IOException {
        Process process =
                new ProcessBuilder("/bin/sh", "-c", command)
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        byte[] printed = process.getInputStream().readNBytes(MAX_PASSPHRASE_BYTES);
        int status;
        try {
            status = process.waitFor();
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new FileSystemException(command, null, "interrupted");
        }
        if (status != 0) {
            throw new FileSystemException(command, null, "ended with status " + status);
        }
        return passphrase(command, printed);
    }

    static Secret keyFile(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(MAX_KEY_FILE_BYTES + 1);
            if (content.length < Secret.KeyFile.MIN_BYTES || content.length > MAX_KEY_FILE_BYTES) {
                throw new FileSystemException(
                        file.toString(), null, "a key file has 32 bytes to 8 MiB");
            }
            return new Secret.KeyFile(content);
        }
    }

    /// The first line that is no remark.
    static Secret.Identity identity(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            String text =
                    new String(in.readNBytes(MAX_PASSPHRASE_BYTES), StandardCharsets.ISO_8859_1);
            for (String line : text.lines().toList()) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    return new Secret.Identity(KeyText.readIdentity(line.strip()));
                }
            }
            throw new FileSystemException(file.toString(), null, "there is no identity in it");
        }
    }
}
