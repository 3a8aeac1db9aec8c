package dev.varve.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.cli.Shell;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubvolumeCommandsTest {
    @TempDir Path directory;
    private Shell shell;

    @BeforeEach
    void makePool() {
        shell = Shell.onNewPool(directory.resolve("pool"));
    }

    @Test
    void aNewPoolIsEmptyAndReadableAtOnce() {
        assertEquals(List.of(), shell.ok("subvolume", "list").lines());
        assertEquals(List.of(), shell.ok("ls").lines());
        assertEquals("ID 5 (FS_TREE)\n", shell.ok("subvolume", "get-default").out());
    }

    @Test
    void listPrintsWhatBtrfsProgsPrints() {
        shell.ok("subvolume", "create", "/a", "/a/b");
        shell.ok("subvolume", "snapshot", "-r", "/a", "/d/s1");
        String uuid = field(shell.ok("subvolume", "show", "/a").out(), "UUID");

        assertEquals(
                List.of(
                        "ID 256 gen 2 top level 5 path a",
                        "ID 257 gen 2 top level 256 path a/b",
                        "ID 258 gen 3 top level 5 path d/s1"),
                shell.ok("subvolume", "list", "/").lines());
        assertEquals(
                List.of(
                        "ID\tgen\tcgen\ttop level\totime\tparent_uuid\tpath\t",
                        "--\t---\t----\t---------\t-----\t-----------\t----\t",
                        "258\t3\t3\t5\t\t2026-11-23 15:08:17\t" + uuid + "\td/s1"),
                shell.ok("subvolume", "list", "-tsq", "/").lines());
        assertEquals(
                List.of("ID 257 gen 2 parent 256 top level 256 path a/b"),
                shell.ok("subvolume", "list", "-o", "-p", "/a").lines());
        assertEquals(
                List.of("258", "257", "256"),
                shell.ok("subvolume", "list", "--sort=-rootid").lines().stream()
                        .map(line -> line.split(" ")[1])
                        .toList());
        assertEquals(
                List.of("ID 258 gen 3 top level 5 path d/s1"),
                shell.ok("subvolume", "list", "-G", "+3").lines());
    }

    @Test
    void listAsJsonHasOneObjectPerSubvolume() {
        shell.ok("subvolume", "create", "/a");

        String json = shell.ok("subvolume", "list", "--json").out();

        assertTrue(
                json.startsWith("{\"schema\":1,\"command\":\"subvolume list\",\"generation\":2,"));
        assertTrue(
                json.contains("\"subvolumes\":[{\"id\":256,\"path\":\"/a\",\"parent_id\":5,"),
                json);
        assertTrue(json.endsWith("]}\n"), json);
    }

    @Test
    void showHasTheFieldsOfBtrfsProgs() {
        shell.ok("subvolume", "create", "/docs");
        shell.ok("subvolume", "snapshot", "-r", "/docs", "/snaps/docs.1");

        List<String> lines = shell.ok("subvolume", "show", "/docs").lines();

        assertEquals("docs", lines.getFirst());
        assertEquals("\tName: \t\t\tdocs", lines.get(1));
        assertEquals("\tCreation time: \t\t2026-11-23 15:08:17 +0000", lines.get(5));
        assertEquals("\tGen at creation: \t2", lines.get(8));
        assertEquals("\tFlags: \t\t\t-", lines.get(11));
        assertEquals("\tSnapshot(s):", lines.get(16));
        assertEquals("\t\t\t\tsnaps/docs.1", lines.get(17));
        String uuid = field(String.join("\n", lines), "UUID");
        assertEquals(lines, shell.ok("subvolume", "show", "-u", uuid).lines());
        assertEquals(lines, shell.ok("subvolume", "show", "-r", "256").lines());
    }

    @Test
    void aSnapshotToADirectoryGoesIntoItUnderTheSourcesName() {
        shell.ok("subvolume", "create", "/docs", "/snaps/first");

        Shell.Result result = shell.ok("subvolume", "snapshot", "/docs", "/snaps");

        assertEquals("Create a snapshot of '/docs' in '/snaps/docs'\n", result.out());
        assertEquals("docs\nfirst\n", shell.ok("ls", "/snaps").out());
    }

    @Test
    void aRecursiveSnapshotTakesNestedSubvolumesAlongInOneCommit() {
        shell.ok("subvolume", "create", "/a", "/a/b", "/a/b/c");

        shell.ok("subvolume", "snapshot", "-r", "-R", "/a", "/all");
        shell.ok("subvolume", "snapshot", "-r", "/a", "/alone");

        assertEquals("/all/b\n/all/b/c\n", shell.ok("ls", "-R", "/all").out());
        assertEquals("/alone/b\n", shell.ok("ls", "-R", "/alone").out());
        assertEquals(3, shell.ok("subvolume", "list", "-G", "3").lines().size());
        assertEquals(3, shell.ok("subvolume", "list", "-r", "-G", "3").lines().size());
        assertEquals(1, shell.ok("subvolume", "list", "-r", "-G", "4").lines().size());
    }

    @Test
    void aDirectoryCanBecomeASnapshotToo() {
        shell.ok("subvolume", "create", "/dir/sub");

        shell.ok("subvolume", "snapshot", "/dir", "/copy");

        assertTrue(shell.ok("subvolume", "list").out().contains("path copy\n"));
    }

    @Test
    void deleteTakesAllOrNone() {
        shell.ok("subvolume", "create", "/a", "/a/b", "/c");

        shell.run("subvolume", "delete", "/c", "/nowhere").failed(ExitCode.ERROR, "/nowhere");
        shell.run("subvolume", "delete", "/c", "/a").failed(ExitCode.ERROR, "/a");
        assertEquals(3, shell.ok("subvolume", "list").lines().size());

        shell.ok("subvolume", "delete", "-R", "/a");
        shell.ok("subvolume", "delete", "-i", "258");
        assertEquals(List.of(), shell.ok("subvolume", "list").lines());
        shell.ok("subvolume", "sync", "/");
        shell.run("subvolume", "delete", "/").failed(ExitCode.ERROR, "top level");
    }

    @Test
    void theDefaultSubvolumeIsRemembered() {
        shell.ok("subvolume", "create", "/a");

        shell.ok("subvolume", "set-default", "/a");
        assertEquals("ID 256 gen 2 top level 5 path a\n", shell.ok("su", "get-d", "/").out());
        shell.ok("subvolume", "set-default", "5", "/");
        assertEquals("ID 5 (FS_TREE)\n", shell.ok("subvolume", "get-default").out());
        shell.run("subvolume", "set-default", "77").failed(ExitCode.ERROR, "77");
    }

    @Test
    void readOnlyIsAProperty() {
        shell.ok("subvolume", "create", "/a");
        shell.ok("property", "set", "/a", "ro", "true");

        assertEquals("ro=true\n", shell.ok("property", "get", "/a", "ro").out());
        shell.run("subvolume", "create", "/a/b").failed(ExitCode.ERROR, "/a", "read-only");
        shell.ok("property", "set", "-t", "subvol", "/a", "ro", "false");
        shell.ok("subvolume", "create", "/a/b");
        shell.run("property", "set", "/a", "ro", "maybe").failed(ExitCode.USAGE, "maybe");
        shell.run("property", "get", "/a", "color").failed(ExitCode.USAGE, "color");
    }

    @Test
    void propertiesAreInheritedUntilOneHasItsOwn() {
        shell.ok("subvolume", "create", "/a");
        shell.ok("subvolume", "create", "/a/b");
        shell.ok("property", "set", "/a", "compression", "zstd:9");
        String name = "compression";
        assertEquals("compression=zstd:9\n", shell.ok("property", "get", "/a/b", name).out());
        assertEquals(
                "compression=zstd:9  (from /a)\n",
                shell.ok("-v", "property", "get", "/a/b", name).out());
        shell.ok("property", "set", "/a/b", name, "none");
        assertEquals("compression=none\n", shell.ok("property", "get", "/a/b", name).out());
        shell.ok("property", "set", "/a/b", name, "");
        assertEquals("compression=zstd:9\n", shell.ok("property", "get", "/a/b", name).out());
        shell.run("property", "set", "/a", name, "lzma").failed(ExitCode.USAGE, "zstd:19");
        String json = shell.ok("--json", "property", "get", "/a/b").out();
        assertTrue(json.contains("\"compression\":\"zstd:9\""), json);
        assertTrue(json.contains("\"set_on\":{\"compression\":\"/a\"}"), json);
        assertTrue(json.contains("\"nosuid\":false"), json);
    }

    @Test
    void aSnapshotIsNotTrustedUnlessToldSo() {
        shell.ok("subvolume", "create", "/a");
        shell.ok("subvolume", "snapshot", "-r", "/a", "/s");
        shell.ok("subvolume", "snapshot", "--trusted", "/a", "/t");
        assertEquals("nosuid=true\n", shell.ok("property", "get", "/s", "nosuid").out());
        assertEquals("nosuid=false\n", shell.ok("property", "get", "/t", "nosuid").out());
    }

    @Test
    void snapshotsAreListedByTime() {
        shell.ok("subvolume", "create", "/docs");
        shell.ok("subvolume", "snapshot", "-r", "/docs", "/snaps/docs.1");
        shell.ok("subvolume", "snapshot", "/docs", "/writable");

        assertEquals(
                List.of(
                        " ID  Time                 Source  Path",
                        "257  2026-11-23 15:08:17  /docs   /snaps/docs.1",
                        "1 snapshot"),
                shell.ok("snapshots").lines());
        assertEquals("0 snapshots", shell.ok("snapshots", "/docs").lines().getLast());
    }

    private static String field(String shown, String name) {
        return shown.lines()
                .filter(line -> line.startsWith("\t" + name + ": "))
                .map(line -> line.substring(line.lastIndexOf('\t') + 1))
                .findFirst()
                .orElseThrow();
    }
}
