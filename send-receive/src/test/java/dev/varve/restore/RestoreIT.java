package dev.varve.restore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.FileTree;
import dev.varve.engine.ReadView;
import dev.varve.engine.WriteTransaction;
import dev.varve.engine.model.Attributes;
import dev.varve.engine.model.Extent;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.store.DirectoryStore;
import dev.varve.engine.testing.Require;
import dev.varve.local.PathFilter;
import dev.varve.local.Shell;
import dev.varve.local.TestPool;
import dev.varve.local.UnprivilegedRun;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the options of a restore do, and what it does to a destination that is not empty.
class RestoreIT {
    private static final String SMALL_TREE =
            """
            mkdir -p a/b c; echo one > a/one; echo two > a/b/two; echo three > c/three.txt
            ln a/one c/hard; ln -s one a/link
            """;

    @TempDir private Path temp;
    private Path source;
    private Path target;
    private TestPool pool;

    @BeforeEach
    void prepare() throws Exception {
        Require.root();
        Require.program("rsync");
        source = temp.resolve("source");
        target = temp.resolve("target");
        Shell.run(temp, "mkdir source target pool");
        pool = new TestPool(new DirectoryStore(temp.resolve("pool")));
    }

    @AfterEach
    void close() throws IOException {
        pool.close();
    }

    private void importSource(String script) throws Exception {
        Shell.run(source, script);
        assertEquals(List.of(), pool.importFrom(source).failures());
    }

    private static Options options() {
        return new Options(RestoreOptions.everything());
    }

    /// Changes one option at a time.
    private record Options(RestoreOptions all) {
        RestoreOptions include(String... patterns) {
            return with(PathFilter.of(List.of(patterns)), 2);
        }

        RestoreOptions threads(int threads) {
            return with(all.include(), threads);
        }

        private RestoreOptions with(PathFilter include, int threads) {
            return new RestoreOptions(
                    include,
                    all.exclude(),
                    all.overwrite(),
                    false,
                    false,
                    false,
                    false,
                    false,
                    threads);
        }

        RestoreOptions with(Overwrite overwrite, boolean delete, String... exclude) {
            return new RestoreOptions(
                    all.include(),
                    PathFilter.of(List.of(exclude)),
                    overwrite,
                    delete,
                    false,
                    false,
                    false,
                    false,
                    2);
        }

        RestoreOptions flags(boolean dryRun, boolean verify, boolean sparse, boolean noOwner) {
            return new RestoreOptions(
                    all.include(),
                    all.exclude(),
                    all.overwrite(),
                    false,
                    dryRun,
                    verify,
                    sparse,
                    noOwner,
                    2);
        }
    }

    private String targetFiles() throws Exception {
        return Shell.run(target, "find . -mindepth 1 | LC_ALL=C sort | xargs");
    }

    private String differences() throws Exception {
        return Shell.run(temp, "rsync -aHAXinc --numeric-ids --delete source/ target/");
    }

    @Test
    void onlyIncludedPathsAndTheirParentsAreMade() throws Exception {
        importSource(SMALL_TREE);
        pool.restoreTo(target, options().include("/a/b", "*.txt"));
        assertEquals("./a ./a/b ./a/b/two ./c ./c/three.txt", targetFiles());
    }

    @Test
    void excludedPathsAreLeftAloneEvenWhenDeleting() throws Exception {
        importSource(SMALL_TREE);
        Shell.run(target, "mkdir a; echo mine > a/one; echo mine > surplus; mkdir -p gone/deep");
        RestoreResult result =
                pool.restoreTo(target, options().with(Overwrite.ALWAYS, true, "/a/one"));
        assertEquals(3, result.deleted());
        assertEquals("mine", Shell.run(target, "cat a/one"));
        assertEquals(
                "./a ./a/b ./a/b/two ./a/link ./a/one ./c ./c/hard ./c/three.txt", targetFiles());
    }

    @Test
    void linksInTheDestinationAreReplacedNotFollowed() throws Exception {
        importSource(SMALL_TREE);
        Shell.run(
                temp,
                """
                mkdir outside; echo precious > outside/one; mkdir outside/b
                ln -s ../outside target/a; mkdir target/c
                ln -s ../../outside/one target/c/three.txt
                """);
        RestoreResult result = pool.restoreTo(target, options().with(Overwrite.ALWAYS, false));
        assertEquals(List.of(), result.failures());
        assertEquals("precious", Shell.run(temp, "cat outside/one; ls outside/b"));
        assertEquals("", differences());
    }

    @Test
    void eachOverwriteModeKeepsWhatItShould() throws Exception {
        importSource("for f in same older newer; do echo pool > $f; done; touch -d @1000000 *");
        String prepare =
                """
                rm -f *; echo disk > older; touch -d @1 older; echo disk2 > newer
                touch -d @2000000 newer; echo disk > same; touch -d @1000000 same; chmod 600 same
                """;
        String show = "cat same older newer | xargs; stat -c %a same";
        Shell.run(target, prepare);
        RestoreResult never = pool.restoreTo(target, options().with(Overwrite.NEVER, false));
        assertEquals(3, never.skipped());
        assertEquals("disk disk disk2\n600", Shell.run(target, show));
        pool.restoreTo(target, options().with(Overwrite.IF_NEWER, false));
        assertEquals("disk pool disk2\n600", Shell.run(target, show));
        Shell.run(target, prepare);
        pool.restoreTo(target, options().with(Overwrite.IF_CHANGED, false));
        assertEquals("disk pool pool\n644", Shell.run(target, show));
        pool.restoreTo(target, options().with(Overwrite.ALWAYS, false));
        assertEquals("", differences());
    }

    @Test
    void aFileWithLinksElsewhereIsReplacedNotOverwritten() throws Exception {
        importSource(SMALL_TREE);
        Shell.run(temp, "echo other > other; mkdir target/c; ln other target/c/three.txt");
        pool.restoreTo(target, RestoreOptions.everything());
        assertEquals("other", Shell.run(temp, "cat other"));
        assertEquals("", differences());
    }

    @Test
    void aDirectoryInAFilesPlaceGoesOnlyWhenDeleting() throws Exception {
        importSource(SMALL_TREE);
        Shell.run(target, "mkdir -p a/one/deep");
        RestoreResult kept = pool.restoreTo(target, RestoreOptions.everything());
        assertTrue(kept.isPartial());
        pool.restoreTo(target, options().with(Overwrite.ALWAYS, true));
        assertEquals("", differences());
    }

    @Test
    void aDryRunTouchesNothing() throws Exception {
        importSource(SMALL_TREE);
        RestoreResult dry = pool.restoreTo(target, options().flags(true, false, false, false));
        assertEquals("", targetFiles());
        RestoreResult missing =
                pool.restoreTo(temp.resolve("missing"), options().flags(true, false, false, false));
        assertTrue(Files.notExists(temp.resolve("missing")));
        RestoreResult real = pool.restoreTo(target, RestoreOptions.everything());
        assertEquals(real.restored(), dry.restored());
        assertEquals(real.restored(), missing.restored());
    }

    @Test
    void aLargeFileIsWrittenInRangesAndVerified() throws Exception {
        importSource(
                """
                head -c 50000000 /dev/urandom > big; cat big big big > bigger; rm big
                truncate -s 400M bigger; printf end >> bigger; ln bigger twin
                """);
        RestoreResult result = pool.restoreTo(target, options().flags(false, true, false, false));
        assertEquals(List.of(), result.failures());
        assertEquals(400L * (1 << 20) + 3, result.bytesVerified());
        Shell.run(temp, "cmp source/bigger target/bigger; [ target/bigger -ef target/twin ]");
        int blocks = Integer.parseInt(Shell.run(target, "stat -c %b bigger"));
        assertTrue(blocks < 320_000, "the hole takes " + blocks + " blocks");
    }

    @Test
    void filesAreReadInTheOrderInWhichTheyAreStored() throws Exception {
        String each =
                "for i in $(seq 40); do mkdir -p $i; head -c 40000 /dev/urandom > $i/%s; done";
        importSource(each.formatted("second"));
        importSource(each.formatted("first") + "; ln 3/first 1/a.link");
        List<Long> blocks = new ArrayList<>();
        try (ReadView view = pool.pool().read()) {
            FileTree tree = recordingBlocks(view.open(pool.subvolume()), blocks);
            RestoreOptions oneThread = options().threads(1);
            new Restore(oneThread, _ -> {}).run(view, tree, Inode.ROOT, target);
        }
        assertEquals(80, blocks.size());
        assertEquals(blocks.stream().sorted().toList(), blocks);
        assertEquals("", differences());
    }

    /// A tree that notes the first block of each file when its content is read.
    private static FileTree recordingBlocks(FileTree tree, List<Long> blocks) {
        InvocationHandler handler =
                (_, method, arguments) -> {
                    if (method.getName().equals("read")) {
                        Scan<Extent> extents = tree.extents((long) arguments[0], 0);
                        assertTrue(extents.advance());
                        blocks.add(((Extent.Data) extents.current()).block());
                    }
                    return method.invoke(tree, arguments);
                };
        Class<?>[] faces = {FileTree.class};
        return (FileTree) Proxy.newProxyInstance(FileTree.class.getClassLoader(), faces, handler);
    }

    @Test
    void zerosBecomeHolesOnRequest() throws Exception {
        importSource("head -c 4000000 /dev/zero > zeros; printf x >> zeros");
        pool.restoreTo(target, options().flags(false, false, true, false));
        assertEquals("8", Shell.run(target, "stat -c %b zeros"));
        assertEquals("", differences());
    }

    @Test
    void ownersAreLeftToTheSystemOnRequest() throws Exception {
        importSource("echo x > f; chown 1234:1234 f");
        RestoreResult result = pool.restoreTo(target, options().flags(false, false, false, true));
        assertEquals(0, result.failureCount());
        assertEquals("0", Shell.run(target, "stat -c %u f"));
    }

    @Test
    void aUserWithoutPrivilegesGetsWhatIsAllowedAndIsToldTheRestOnce() throws Exception {
        importSource(
                SMALL_TREE
                        + "chown -R 1234:1234 a; mknod dev c 1 3; chmod 500 a/b; chmod 750 c\n"
                        + "setfattr -n user.x -v y a/one\n");
        Shell.run(temp, "chown 65534:65534 target; chmod -R go+rX pool; chmod 777 pool pool/*");
        String failures =
                UnprivilegedRun.run(
                        temp,
                        temp.resolve("pool").toString(),
                        pool.subvolume().toString(),
                        "restore",
                        target.toString());
        List<String> lines = failures.lines().toList();
        assertEquals(2, lines.size(), failures);
        assertTrue(failures.contains("owner not restored"), failures);
        assertTrue(failures.contains("dev: mknod: operation not permitted"), failures);
        assertEquals(
                "", Shell.run(temp, "rsync -rlptHXinc --delete --exclude=/dev source/ target/"));
    }

    @Test
    void nestedSubvolumesBecomeDirectories() throws Exception {
        importSource(SMALL_TREE);
        try (WriteTransaction transaction = pool.pool().begin()) {
            var place =
                    new WriteTransaction.Place(pool.subvolume(), Inode.ROOT, FileName.of("nested"));
            var nested = transaction.edit(transaction.createSubvolume(place).id());
            var attributes = Attributes.of(0640, new Timestamp(7, 8));
            nested.createFile(Inode.ROOT, FileName.of("inside"), attributes);
            transaction.commit();
        }
        RestoreResult result = pool.restoreTo(target, RestoreOptions.everything());
        assertEquals(List.of(), result.failures());
        assertEquals("7.000000008", Shell.run(target, "stat -c %.9Y nested/inside"));
    }
}
