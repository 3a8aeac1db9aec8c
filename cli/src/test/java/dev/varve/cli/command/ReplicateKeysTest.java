package dev.varve.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.varve.cli.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `replicate` between pools with keys, with other keys, and with none. Each pool goes by its own:
/// a plain one is refused where a key was named for that very pool.
class ReplicateKeysTest {
    @TempDir Path directory;
    private Path red;
    private Path blue;

    @BeforeEach
    void makePools() throws IOException {
        red = Files.writeString(directory.resolve("red.phrase"), "red\n");
        blue = Files.writeString(directory.resolve("blue.phrase"), "blue\n");
        Shell.withoutPool().ok("init", pool("plain"));
        Shell.withoutPool().ok("init", pool("other"));
        sealed("red", red);
        sealed("blue", blue);
        Path source = Files.createDirectory(directory.resolve("source"));
        Files.writeString(source.resolve("file"), "content\n");
        for (String shown : new String[] {"plain", "red"}) {
            Map<String, String> key =
                    shown.equals("red") ? Map.of("VARVE_PASSPHRASE", "red") : Map.of();
            Shell here = Shell.in(key);
            here.ok("-P", pool(shown), "import", source.toString(), "/docs");
            here.ok("-P", pool(shown), "subvolume", "snapshot", "-r", "/docs", "/docs.1");
        }
    }

    private void sealed(String name, Path phrase) {
        Shell.withoutPool()
                .ok("init", "--sealed", "--passphrase-file", phrase.toString(), pool(name));
    }

    private String pool(String name) {
        return directory.resolve(name).toString();
    }

    private Shell.Result replicate(
            Map<String, String> keys, String from, String to, String... more) {
        String[] argv = new String[more.length + 6];
        System.arraycopy(
                new String[] {"-P", pool(from), "replicate", "/docs.1", "--to", pool(to)},
                0,
                argv,
                0,
                6);
        System.arraycopy(more, 0, argv, 6, more.length);
        return Shell.in(keys).run(argv);
    }

    private void arrived(Map<String, String> keys, String to, Shell.Result result) {
        assertEquals(ExitCode.OK, result.code(), result::err);
        Shell there = Shell.in(keys);
        assertEquals("content\n", there.ok("-P", pool(to), "cat", "/docs.1/file").out());
    }

    @Test
    void aPlainPoolIsCopiedIntoASealedOne() {
        Map<String, String> blueKey = Map.of("VARVE_PASSPHRASE", "blue");
        replicate(Map.of(), "plain", "blue")
                .failed(ExitCode.WRONG_KEY, pool("blue"), "--to-passphrase-file");
        arrived(
                blueKey,
                "blue",
                replicate(Map.of(), "plain", "blue", "--to-passphrase-file", blue.toString()));
        sealed("green", red);
        arrived(
                Map.of("VARVE_PASSPHRASE", "red"),
                "green",
                replicate(Map.of("VARVE_TO_PASSPHRASE", "red"), "plain", "green"));
    }

    @Test
    void aSealedPoolIsCopiedIntoAPlainOne() {
        arrived(Map.of(), "other", replicate(Map.of("VARVE_PASSPHRASE", "red"), "red", "other"));
    }

    @Test
    void ofTwoSealedPoolsEachHasItsOwnPassphrase() {
        Map<String, String> both = Map.of("VARVE_PASSPHRASE", "red", "VARVE_TO_PASSPHRASE", "blue");
        arrived(Map.of("VARVE_PASSPHRASE", "blue"), "blue", replicate(both, "red", "blue"));
    }

    @Test
    void theKeysOfTheFirstAreTriedOnTheSecond() {
        sealed("twin", red);
        Map<String, String> key = Map.of("VARVE_PASSPHRASE", "red");
        arrived(key, "twin", replicate(key, "red", "twin"));
    }

    @Test
    void aKeyThatDoesNotFitIsRefused() {
        Map<String, String> key = Map.of("VARVE_PASSPHRASE", "red");
        replicate(key, "red", "blue").failed(ExitCode.WRONG_KEY, pool("blue"));
        replicate(key, "red", "blue", "--to-passphrase-file", red.toString())
                .failed(ExitCode.WRONG_KEY, pool("blue"));
        replicate(Map.of("VARVE_TO_PASSPHRASE", "red"), "red", "red")
                .failed(ExitCode.USAGE, "the same pool");
        replicate(Map.of("VARVE_TO_PASSPHRASE", "blue"), "red", "blue")
                .failed(ExitCode.WRONG_KEY, pool("red"));
    }

    @Test
    void aPlainPoolIsRefusedWhereItsOwnKeyWasNamed() {
        replicate(Map.of("VARVE_TO_PASSPHRASE", "red"), "plain", "other")
                .failed(ExitCode.WRONG_KEY, pool("other"), "not sealed");
        replicate(Map.of("VARVE_PASSPHRASE", "red"), "plain", "red")
                .failed(ExitCode.WRONG_KEY, pool("plain"), "not sealed");
    }
}
