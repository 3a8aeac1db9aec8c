package dev.varve.send;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.model.XattrName;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The classic traps of incremental send, most of them from the tests for the kernel's sender.
/// Inodes are numbered from 257 in the order of their creation.
class SenderNamesTest {
    private static final SendOptions V2 = SendOptions.ofProtocol(2);

    /// The naming commands from one state to the next, after checking that they lead there.
    private static List<String> names(TestTree before, TestTree after) throws IOException {
        SenderModelTest.check(
                SendJob.incremental(before, after),
                V2,
                before.copy(),
                Map.of(before.info().uuid(), before));
        return CommandText.names(SenderModelTest.send(SendJob.incremental(before, after), V2));
    }

    @Test
    void aRenamedFileIsRenamedOnce() throws IOException {
        Scene scene = Scene.empty().mkdir("d").touch("d/a");
        TestTree before = scene.snapshot("p");
        scene.mv("d/a", "b");
        assertEquals(List.of("rename d/a b"), names(before, scene.snapshot("s")));
    }

    @Test
    void aRenamedDirectoryIsRenamedOnce() throws IOException {
        Scene scene = Scene.empty().mkdir("d", "e", "d/x").touch("d/x/f");
        TestTree before = scene.snapshot("p");
        scene.mv("d/x", "e/y");
        assertEquals(List.of("rename d/x e/y"), names(before, scene.snapshot("s")));
    }

    @Test
    void twoDirectoriesThatSwapNamesAreParked() throws IOException {
        Scene scene = Scene.empty().mkdir("a", "b").touch("a/x", "b/y");
        TestTree before = scene.snapshot("p");
        scene.swap("a", "b");
        assertEquals(
                List.of(
                        "rename a o257-7-0",
                        "rename b o258-7-0",
                        "rename o257-7-0 b",
                        "rename o258-7-0 a"),
                names(before, scene.snapshot("s")));
    }

    @Test
    void twoFilesThatSwapNamesAreParked() throws IOException {
        Scene scene = Scene.empty().touch("a", "b");
        TestTree before = scene.snapshot("p");
        scene.swap("a", "b");
        assertEquals(
                List.of(
                        "rename a o257-7-0",
                        "rename b o258-7-0",
                        "rename o257-7-0 b",
                        "rename o258-7-0 a"),
                names(before, scene.snapshot("s")));
    }

    @Test
    void parentAndChildChangePlaces() throws IOException {
        Scene scene = Scene.empty().mkdir("a", "a/b", "a/b/c").touch("a/b/c/f");
        TestTree before = scene.snapshot("p");
        scene.mv("a/b", "t").mv("a", "t/a").mv("t", "b");
        assertEquals(
                List.of("rename a o257-7-0", "rename o257-7-0/b b", "rename o257-7-0 b/a"),
                names(before, scene.snapshot("s")));
    }

    @Test
    void aLongChainIsTurnedAround() throws IOException {
        Scene scene = Scene.empty().mkdir("a", "a/b", "a/b/c", "a/b/c/d");
        TestTree before = scene.snapshot("p");
        scene.mv("a/b/c/d", "d").mv("a/b/c", "d/c").mv("a/b", "d/c/b").mv("a", "d/c/b/a");
        assertEquals(
                List.of(
                        "rename a o257-7-0",
                        "rename o257-7-0/b o258-7-0",
                        "rename o258-7-0/c o259-7-0",
                        "rename o259-7-0/d d",
                        "rename o257-7-0 o258-7-0/a",
                        "rename o258-7-0 o259-7-0/b",
                        "rename o259-7-0 d/c"),
                names(before, scene.snapshot("s")));
    }

    @Test
    void aFileTakesTheNameOfAMovedDirectory() throws IOException {
        Scene scene = Scene.empty().mkdir("a", "a/b").touch("a/b/f");
        TestTree before = scene.snapshot("p");
        scene.mv("a/b", "b").mv("b/f", "a/b");
        assertEquals(
                List.of("rename a/b b", "rename b/f o259-7-0", "rename o259-7-0 a/b"),
                names(before, scene.snapshot("s")));
    }

    @Test
    void aNewDirectoryTakesMovedOnesIn() throws IOException {
        Scene scene = Scene.empty().mkdir("a", "b").touch("a/f");
        TestTree before = scene.snapshot("p");
        scene.mkdir("n", "n/m").mv("a", "n/m/a").mv("b", "n/b");
        assertEquals(
                List.of(
                        "rename a o257-7-0",
                        "rename b o258-7-0",
                        "mkdir n",
                        "mkdir n/m",
                        "rename o257-7-0 n/m/a",
                        "rename o258-7-0 n/b"),
                names(before, scene.snapshot("s")));
    }

    @Test
    void aNewDirectoryInsideAParkedOneIsMadeThere() throws IOException {
        Scene scene = Scene.empty().mkdir("a", "b");
        TestTree before = scene.snapshot("p");
        scene.swap("a", "b").mkdir("a/n");
        assertEquals(
                List.of(
                        "rename a o257-7-0",
                        "rename b o258-7-0",
                        "mkdir o258-7-0/n",
                        "rename o257-7-0 b",
                        "rename o258-7-0 a"),
                names(before, scene.snapshot("s")));
    }

    @Test
    void deletedDirectoriesGoFromTheBottomAfterWhatLeftThem() throws IOException {
        Scene scene = Scene.empty().mkdir("a", "a/b", "a/b/c", "a/k").touch("a/b/f", "a/g");
        TestTree before = scene.snapshot("p");
        scene.mv("a/k", "k").mv("a/b/f", "k/f").rm("a/g").rmdir("a/b/c", "a/b", "a");
        assertEquals(
                List.of(
                        "rename a/k k",
                        "rename a/b/f o261-7-0",
                        "unlink a/g",
                        "rmdir a/b/c",
                        "rmdir a/b",
                        "rmdir a",
                        "rename o261-7-0 k/f"),
                names(before, scene.snapshot("s")));
    }

    @Test
    void aDirectoryIsReplacedByAFileOfTheSameName() throws IOException {
        Scene scene = Scene.empty().mkdir("a").touch("a/f");
        TestTree before = scene.snapshot("p");
        scene.rm("a/f").rmdir("a").touch("a");
        assertEquals(
                List.of("unlink a/f", "rmdir a", "mkfile a"), names(before, scene.snapshot("s")));
    }

    @Test
    void hardLinksMoveByLinkAndUnlink() throws IOException {
        Scene scene = Scene.empty().mkdir("d").touch("a").link("a", "b").link("a", "d/c");
        TestTree before = scene.snapshot("p");
        scene.rm("a").mv("d/c", "d/e").link("b", "x");
        assertEquals(
                List.of("unlink a", "unlink d/c", "link x b", "link d/e b"),
                names(before, scene.snapshot("s")));
    }

    @Test
    void whenAllHardLinksMoveOneNameIsKeptAside() throws IOException {
        Scene scene = Scene.empty().touch("a").link("a", "b");
        TestTree before = scene.snapshot("p");
        scene.mv("a", "c").mv("b", "d");
        assertEquals(
                List.of("unlink a", "rename b c", "link d c"), names(before, scene.snapshot("s")));
    }

    @Test
    void theKernelsOwnUnreceivableCaseIsReceivable() throws IOException {
        Scene scene = Scene.empty().touch("f").mkdir("d2", "d1").mv("d2", "d1/d2");
        scene.mkdir("d1/d2/d3");
        TestTree before = scene.snapshot("p");
        scene.mv("d1/d2/d3", "y").mv("d1/d2", "x").link("f", "d1/d2").link("f", "x/d3");
        assertEquals(
                List.of("rename d1/d2 x", "rename x/d3 y", "link x/d3 f", "link d1/d2 f"),
                names(before, scene.snapshot("s")));
    }

    @Test
    void temporaryNamesAvoidNamesOfEitherRoot() throws IOException {
        Scene scene = Scene.empty().touch("a", "b", "o257-7-0");
        TestTree before = scene.snapshot("p");
        scene.swap("a", "b").touch("o257-7-1");
        assertEquals(
                List.of(
                        "rename a o257-7-2",
                        "rename b o258-7-0",
                        "rename o257-7-2 b",
                        "rename o258-7-0 a",
                        "mkfile o257-7-1"),
                names(before, scene.snapshot("s")));
    }

    @Test
    void whatIsMadeInADirectoryWithADefaultAclDoesNotInheritIt() throws IOException {
        Scene scene = Scene.empty().mkdir("d").xattr("d", "system.posix_acl_default");
        scene.xattr("", "btrfs.compression");
        TestTree before = scene.snapshot("p");
        scene.touch("d/f", "g").mkdir("d/e");
        assertEquals(
                List.of(
                        "mkdir o260-8-0",
                        "rename o260-8-0 d/e",
                        "mkfile o258-8-0",
                        "rename o258-8-0 d/f",
                        "mkfile g"),
                names(before, scene.snapshot("s")));
    }

    @Test
    void theTimesOfADirectoryWhoseNamesChangedAreSent() throws IOException {
        Scene scene = Scene.empty().mkdir("d", "e").touch("d/f");
        TestTree before = scene.snapshot("p");
        scene.mv("d/f", "e/f");
        byte[] stream = SenderModelTest.send(SendJob.incremental(before, scene.snapshot("s")), V2);
        assertEquals(
                List.of(
                        "rename d/f e/f",
                        "utimes d 1000",
                        "utimes e 1000",
                        "utimes e/f 1000",
                        "utimes . 1700000000"),
                CommandText.of(stream));
    }

    @Test
    void nothingChangedIsOnlyTheTimesOfTheRoot() throws IOException {
        Scene scene = Scene.empty().mkdir("d").touch("d/f");
        TestTree before = scene.snapshot("p");
        byte[] stream = SenderModelTest.send(SendJob.incremental(before, scene.snapshot("s")), V2);
        assertEquals(List.of("utimes . 1700000000"), CommandText.of(stream));
    }

    @Test
    void attributesComeInTheOrderThatKeepsThem() throws IOException {
        Scene scene = Scene.empty().touch("f").write("f", 0, 10);
        scene.xattr("f", "user.old").xattr("f", "security.capability");
        TestTree before = scene.snapshot("p");
        long file = scene.find("f");
        scene.write("f", 10, 10).xattr("f", "user.new");
        scene.tree().removeXattr(file, XattrName.of("user.old"));
        scene.tree().setOwner(file, 7, 8);
        scene.tree().setPermissions(file, 04755);
        scene.tree().setFlags(file, 0x40);
        Timestamp time = new Timestamp(2_000, 0);
        scene.tree().setTimes(Inode.ROOT, time, time, time);
        byte[] stream = SenderModelTest.send(SendJob.incremental(before, scene.snapshot("s")), V2);
        assertEquals(
                List.of(
                        "set_xattr f user.new",
                        "remove_xattr f user.old",
                        "write f 10+10",
                        "chown f 7:8",
                        "chmod f 4755",
                        "fileattr f 64",
                        "set_xattr f security.capability",
                        "utimes f 1000",
                        "utimes . 2000"),
                CommandText.of(stream));
    }

    @Test
    void aCapabilityIsRemovedBeforeTheWriteThatWouldTakeItAway() throws IOException {
        Scene scene = Scene.empty().touch("f").write("f", 0, 10).xattr("f", "security.capability");
        TestTree before = scene.snapshot("p");
        scene.tree().truncate(scene.find("f"), 5);
        scene.tree().removeXattr(scene.find("f"), XattrName.of("security.capability"));
        byte[] stream = SenderModelTest.send(SendJob.incremental(before, scene.snapshot("s")), V2);
        assertEquals(
                List.of(
                        "remove_xattr f security.capability",
                        "truncate f 5",
                        "utimes f 1000",
                        "utimes . 1700000000"),
                CommandText.of(stream));
    }

    @Test
    void aFullStreamGoesFromTheTopAndLinksLast() throws IOException {
        Scene scene = Scene.empty().mkdir("z", "b").touch("z/f").link("z/f", "b/g");
        byte[] stream = SenderModelTest.send(SendJob.full(scene.snapshot("s")), V2);
        assertEquals(
                List.of(
                        "mkdir b",
                        "chown b 0:0",
                        "chmod b 644",
                        "utimes b 1000",
                        "mkdir z",
                        "mkfile z/f",
                        "chown z/f 0:0",
                        "chmod z/f 644",
                        "utimes z/f 1000",
                        "chown z 0:0",
                        "chmod z 644",
                        "utimes z 1000",
                        "link b/g z/f",
                        "utimes b 1000",
                        "chown . 0:0",
                        "chmod . 755",
                        "utimes . 1700000000"),
                CommandText.of(stream));
    }
}
