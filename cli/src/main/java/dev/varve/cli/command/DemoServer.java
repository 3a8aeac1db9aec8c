package dev.varve.cli.command;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The S3 server that an installation brings for trials, as a process of its own. It ends with this
/// process, whatever happens to it.
public final class DemoServer implements Closeable {
    public static final String BUCKET = "demo";
    private static final String ACCESS_KEY = "demo-access";
    private static final String SECRET_KEY = "demo-secret";
    private static final String MAIN = "dev.varve.demo.LocalS3Server";
    private static final int STOP_SECONDS = 10;

    private final Process process;
    private final String endpoint;

    private DemoServer(Process process, String endpoint) {
        this.process = process;
        this.endpoint = endpoint;
    }

    /// Serves a directory; the bucket [#BUCKET] is there.
    public static DemoServer start(Path directory) throws IOException {
        Files.createDirectories(directory.resolve(BUCKET));
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process =
                new ProcessBuilder(
                                List.of(
                                        java,
                                        "-Xmx256m",
                                        "-XX:+UseSerialGC",
                                        "-XX:TieredStopAtLevel=1",
                                        "-cp",
                                        classPath(),
                                        MAIN,
                                        directory.toString(),
                                        ACCESS_KEY,
                                        SECRET_KEY))
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        BufferedReader out = process.inputReader(StandardCharsets.US_ASCII);
        String endpoint = out.readLine();
        if (endpoint == null) {
            process.destroy();
            throw new IOException("the demo's S3 server did not start");
        }
        return new DemoServer(process, endpoint);
    }

    /// The server's jars stand beside ours in a directory that no other command looks into.
    private static String classPath() {
        String own = System.getProperty("java.class.path");
        Path first = Path.of(own.split(File.pathSeparator)[0]).toAbsolutePath();
        Path parent = first.getParent();
        Path demo = (parent == null ? first : parent).resolve("demo");
        return Files.isDirectory(demo) ? own + File.pathSeparator + demo.resolve("*") : own;
    }

    /// What a user would set to reach it.
    public Map<String, String> environment() {
        return Map.of(
                "VARVE_S3_ENDPOINT",
                endpoint,
                "AWS_ACCESS_KEY_ID",
                ACCESS_KEY,
                "AWS_SECRET_ACCESS_KEY",
                SECRET_KEY);
    }

    @Override
    public void close() throws IOException {
        // The end of its input is its sign to stop.
        process.outputWriter(StandardCharsets.US_ASCII).close();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
