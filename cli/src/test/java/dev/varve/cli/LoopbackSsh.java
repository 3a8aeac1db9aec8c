package dev.varve.cli;

import dev.varve.engine.testing.Require;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Another machine: this one, behind an sshd of its own on a loopback port, with keys made for the
/// occasion and a program `varve` that runs these classes.
final class LoopbackSsh implements Closeable {
    private static final long PATIENCE_SECONDS = 60;

    private final Path directory;
    private final int port;
    private final Process sshd;

    LoopbackSsh(Path directory) throws Exception {
        Require.that(
                Files.isExecutable(Path.of("/usr/sbin/sshd"))
                        && Files.isExecutable(Path.of("/usr/bin/ssh")),
                "needs openssh's server and client");
        this.directory = Files.createDirectories(directory);
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file("host"));
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file("user"));
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        write(
                "sshd_config",
                """
                ListenAddress 127.0.0.1
                Port %d
                HostKey %s
                AuthorizedKeysFile %s
                PasswordAuthentication no
                KbdInteractiveAuthentication no
                UsePAM no
                StrictModes no
                PidFile none
                """
                        .formatted(port, file("host"), file("user.pub")));
        String key = Files.readString(directory.resolve("host.pub"));
        write("known_hosts", "[127.0.0.1]:%d %s".formatted(port, key));
        script(
                "varve",
                "LC_ALL=C.UTF-8 exec '%s' -Xmx256m -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED -cp '%s'"
                                .formatted(
                                        Path.of(System.getProperty("java.home"), "bin", "java"),
                                        System.getProperty("java.class.path"))
                        + " dev.varve.cli.Main \"$@\"\n");
        // sshd leaves its rights behind in an empty directory that only root may write.
        if (Files.isWritable(Path.of("/run"))) {
            Files.createDirectories(Path.of("/run/sshd"));
        }
        sshd =
                new ProcessBuilder("/usr/sbin/sshd", "-D", "-e", "-f", file("sshd_config"))
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("sshd.log").toFile())
                        .start();
        awaitPort();
    }

    private void awaitPort() throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (IOException e) {
                if (!sshd.isAlive() || System.nanoTime() > end) {
                    throw new IOException(Files.readString(directory.resolve("sshd.log")), e);
                }
                Thread.sleep(20);
            }
        }
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).inheritIO().start();
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": status " + process.exitValue());
        }
    }

    private String file(String name) {
        return directory.resolve(name).toString();
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text);
    }

    /// Makes a program beside the others.
    String script(String name, String text) throws IOException {
        write(name, "#!/bin/sh\n" + text);
        Files.setPosixFilePermissions(
                directory.resolve(name), PosixFilePermissions.fromString("rwxr-xr-x"));
        return file(name);
    }

    /// The client's command line.
    String client() {
        return String.join(
                " ",
                List.of(
                        "ssh",
                        "-F none",
                        "-i " + file("user"),
                        "-o IdentitiesOnly=yes",
                        "-o BatchMode=yes",
                        "-o StrictHostKeyChecking=yes",
                        "-o UserKnownHostsFile=" + file("known_hosts")));
    }

    /// What varve is called there.
    String varve() {
        return file("varve");
    }

    String place(Path path) {
        return "ssh://127.0.0.1:" + port + path;
    }

    @Override
    public void close() throws IOException {
        sshd.destroy();
        try {
            sshd.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
