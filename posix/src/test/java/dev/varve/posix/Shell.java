package dev.varve.posix;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Runs the tools that tests compare with.
final class Shell {
    private Shell() {}

    /// The standard output of a shell script run in `directory`, without the last line end.
    static String run(Path directory, String script) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder("sh", "-ec", script)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        if (code != 0) {
            throw new IOException("exit " + code + " of " + script + ": " + output);
        }
        return output.stripTrailing();
    }
}
