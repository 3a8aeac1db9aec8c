package dev.varve.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Runs the tools that tests compare with.
public final class Shell {
    private Shell() {}

    /// The output of a shell script run in `directory`, without the last line end.
    ///
    /// @throws IOException with the output, if the script fails
    public static String run(Path directory, String script)
            throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder("bash", "-euc", script)
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
