package dev.varve.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.cli.Shell;
import dev.varve.engine.testing.Require;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An archive is restored by the programs that `docs/archive.md` names, and in its words.
class ArchiveWithoutVarveIT {
    @TempDir Path directory;
    private Path source;
    private Shell here;

    @BeforeEach
    void makeSnapshotsAndMount() throws IOException {
        Require.program("btrfs");
        Require.program("mkfs.btrfs");
        Require.program("zstd");
        Require.program("gpg");
        Require.loopDevices();
        sh(
                """
                truncate -s 256M image && mkfs.btrfs -q image && mkdir mnt gnupg && chmod 700 gnupg
                mount -o loop image mnt
                """);
        source = Files.createDirectories(directory.resolve("source/dir")).getParent();
        here = Shell.onNewPool(directory.resolve("here"));
        for (int number = 1; number <= 2; number++) {
            Files.writeString(source.resolve("dir/file"), "state " + number + "\n");
            byte[] random = new byte[200_000];
            new Random(number).nextBytes(random);
            Files.write(source.resolve("big." + number), random);
            here.ok("import", source.toString(), "/docs");
            here.ok("subvolume", "snapshot", "-r", "/docs", "/snaps/docs." + number);
        }
    }

    @AfterEach
    void unmount() throws IOException {
        sh("if mountpoint -q mnt; then umount mnt; fi");
    }

    @Test
    void plain() throws IOException {
        create();
        restore("cat streams/UUID.*/stream.zst.* | zstd -d | btrfs receive /mnt");
    }

    @Test
    void toAPassphrase() throws IOException {
        Files.writeString(directory.resolve("pass"), "correct horse\n");
        create("--archive-passphrase-file", directory.resolve("pass").toString());
        restore(
                "cat streams/UUID.*/stream.zst.gpg.* | gpg -d --batch --pinentry-mode loopback"
                        + " --passphrase-file pass | zstd -d | btrfs receive /mnt");
    }

    @Test
    void toTheOwnerOfAKey() throws IOException {
        sh(
                """
                gpg --batch --passphrase '' --quick-gen-key me@example.org default default never
                gpg --armor --export me@example.org > me.asc
                gpg --armor --export-secret-keys me@example.org > secret.asc
                """);
        create("--recipient", directory.resolve("me.asc").toString());
        restore("cat streams/UUID.*/stream.zst.gpg.* | gpg -d | zstd -d | btrfs receive /mnt");

        Shell there = Shell.onNewPool(directory.resolve("there"));
        there.ok(
                "archive",
                "restore",
                "--from",
                directory.resolve("archive").toString(),
                "--secret-key",
                directory.resolve("secret.asc").toString());
        assertEquals("state 2\n", there.ok("cat", "/snaps/docs.2/dir/file").out());
    }

    /// By Varve, that is: what is damaged midway leaves no half subvolume.
    @Test
    void intoABtrfsByOneCommand() throws IOException {
        create();
        String[] restore = {
            "archive",
            "restore",
            "--from",
            directory.resolve("archive").toString(),
            "--to-btrfs",
            directory.resolve("mnt").toString()
        };
        Shell nowhere = Shell.withoutPool();
        nowhere.ok(restore);
        sh("diff -r source mnt/docs.2");
        assertEquals("", nowhere.ok(restore).out());

        sh(
                """
                btrfs subvolume delete mnt/docs.1 mnt/docs.2
                id=$(basename "$(grep -l '"/snaps/docs.2"' archive/manifests/*)" .json)
                part=$(ls archive/streams/$id/* | tail -1)
                printf x | dd of="$part" bs=1 seek=100 conv=notrunc status=none
                """);
        nowhere.run(restore).failed(ExitCode.CORRUPT, "streams/", "SHA-256");
        assertEquals("docs.1\n", sh("ls mnt"));
    }

    private void create(String... keys) {
        List<String> argv =
                new ArrayList<>(
                        List.of(
                                "archive",
                                "create",
                                "--to",
                                directory.resolve("archive").toString(),
                                "--part-bytes",
                                "65536"));
        argv.addAll(List.of(keys));
        argv.addAll(List.of("/snaps/docs.1", "/snaps/docs.2"));
        here.ok(argv.toArray(String[]::new));
    }

    /// Restores both snapshots by a command line of the documentation.
    private void restore(String line) throws IOException {
        String doc = Files.readString(Path.of("../docs/archive.md"));
        assertTrue(doc.contains(line), () -> "in docs/archive.md: " + line);
        for (int number = 1; number <= 2; number++) {
            String path = "/snaps/docs." + number;
            String uuid =
                    sh("grep -l '\"" + path + "\"' archive/manifests/*")
                            .strip()
                            .replaceFirst(".*/(.{36})\\.[0-9]+\\.json", "$1");
            String literal =
                    line.replace("UUID", uuid)
                            .replace("/mnt", directory.resolve("mnt").toString())
                            .replace("pass |", directory.resolve("pass") + " |");
            sh("cd archive\n" + literal);
        }
        sh("diff -r source mnt/docs.2");
        assertEquals("state 1\n", Files.readString(directory.resolve("mnt/docs.1/dir/file")));
    }

    private String sh(String script) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder("bash", "-euo", "pipefail", "-c", script)
                        .directory(directory.toFile())
                        .redirectErrorStream(true);
        builder.environment().put("GNUPGHOME", directory.resolve("gnupg").toString());
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            assertEquals(0, process.waitFor(), () -> script + ": " + output);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        return output;
    }
}
