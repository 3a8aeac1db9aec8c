package dev.varve.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.model.Change;
import dev.varve.engine.model.FileName;
import dev.varve.stream.StreamCommand;
import dev.varve.stream.StreamReader;
import dev.varve.stream.StreamWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What is sent of the bytes of files. The test tree's blocks are 64 KiB.
class SenderContentsTest {
    private static final SendOptions V1 = SendOptions.ofProtocol(1);
    private static final SendOptions V2 = SendOptions.ofProtocol(2);

    /// Least significant half of the UUIDs of the first two snapshots.
    private static final int FIRST = 8;

    private static List<String> full(Scene scene, SendOptions options) throws IOException {
        TestTree snapshot = scene.snapshot("s");
        SenderModelTest.check(SendJob.full(snapshot), options, snapshot.emptyBeside(), Map.of());
        return CommandText.contents(SenderModelTest.send(SendJob.full(snapshot), options));
    }

    private static List<String> incremental(TestTree before, Scene scene, SendOptions options)
            throws IOException {
        SendJob job = SendJob.incremental(before, scene.snapshot("s"));
        SenderModelTest.check(job, options, before.copy(), Map.of(before.info().uuid(), before));
        return CommandText.contents(SenderModelTest.send(job, options));
    }

    @Test
    void writesAreAsLongAsTheVersionAllows() throws IOException {
        Scene scene = Scene.empty().touch("f").write("f", 0, 100_000);
        assertEquals(
                List.of("write f 0+49152", "write f 49152+49152", "write f 98304+1696"),
                full(scene, V1));
        assertEquals(List.of("write f 0+100000"), full(scene, V2));
    }

    @Test
    void holesOfANewFileAreNotWritten() throws IOException {
        Scene scene = Scene.empty().touch("f").write("f", 8192, 100);
        scene.tree().truncate(scene.find("f"), 1L << 40);
        assertEquals(
                List.of("write f 8192+100", "truncate f 1099511627776"),
                CommandText.contents(SenderModelTest.send(SendJob.full(scene.snapshot("s")), V2)));
    }

    @Test
    void aNewHoleIsPunchedOrWrittenWhereTheParentHasData() throws IOException {
        Scene scene = Scene.empty().touch("f").write("f", 0, 4096).write("f", 20_000, 4096);
        TestTree before = scene.snapshot("p");
        scene.tree().punchHole(scene.find("f"), 0, 24_096);
        assertEquals(
                List.of("punch f 0+4096", "punch f 20000+4576"), incremental(before, scene, V2));
        assertEquals(
                List.of("write f 0+4096", "write f 20000+4096"), incremental(before, scene, V1));
    }

    @Test
    void aHoleIsWidenedToSectorsButNotIntoData() throws IOException {
        Scene scene = Scene.empty().touch("f").write("f", 0, 50_000);
        TestTree before = scene.snapshot("p");
        scene.tree().punchHole(scene.find("f"), 5000, 10_000);
        assertEquals(List.of("punch f 5000+10000"), incremental(before, scene, V2));
        scene.tree().punchHole(scene.find("f"), 0, 50_000);
        assertEquals(List.of("punch f 0+53248"), incremental(before, scene, V2));
    }

    @Test
    void onlyChangedRangesAreSent() throws IOException {
        Scene scene = Scene.empty().touch("f").write("f", 0, 300_000);
        TestTree before = scene.snapshot("p");
        scene.write("f", 100_000, 10);
        assertEquals(List.of("write f 100000+10"), incremental(before, scene, V2));
    }

    @Test
    void aShorterFileIsCutBeforeAndALongerOneGrownAfter() throws IOException {
        Scene scene = Scene.empty().touch("f", "g").write("f", 0, 9000).write("g", 0, 9000);
        TestTree before = scene.snapshot("p");
        scene.tree().truncate(scene.find("f"), 5000);
        scene.write("f", 0, 10);
        scene.tree().truncate(scene.find("g"), 20_000);
        scene.write("g", 0, 10);
        assertEquals(
                List.of("truncate f 5000", "write f 0+10", "write g 0+10", "truncate g 20000"),
                incremental(before, scene, V2));
    }

    @Test
    void aCopyOfANewFileIsClonedToItsEnd() throws IOException {
        Scene scene = Scene.empty().touch("a").write("a", 0, 100_001).touch("b");
        scene.reflink("a", 0, 100_001, "b", 0);
        assertEquals(
                List.of("write a 0+100001", "clone b 0+100001 " + FIRST + " a 0"), full(scene, V2));
    }

    @Test
    void anUnalignedEndInTheMiddleOfAFileIsWritten() throws IOException {
        Scene scene = Scene.empty().touch("a").write("a", 0, 100_001).touch("b");
        scene.reflink("a", 0, 100_001, "b", 0).write("b", 100_001, 50);
        assertEquals(
                List.of(
                        "write a 0+100001",
                        "clone b 0+98304 " + FIRST + " a 0",
                        "write b 98304+1747"),
                full(scene, V2));
    }

    @Test
    void whatMightBeInlineIsNeverCloned() throws IOException {
        Scene scene = Scene.empty().touch("a").write("a", 0, 4096).touch("b", "c");
        scene.reflink("a", 0, 4096, "b", 0).reflink("a", 0, 4096, "c", 8192);
        assertEquals(
                List.of("write a 0+4096", "write b 0+4096", "write c 8192+4096"), full(scene, V2));
    }

    @Test
    void dataOfADeletedFileIsClonedFromTheParent() throws IOException {
        Scene scene = Scene.empty().mkdir("d").touch("d/a").write("d/a", 0, 200_000);
        TestTree before = scene.snapshot("p");
        scene.touch("new").reflink("d/a", 0, 200_000, "new", 0).write("new", 65_536, 4096);
        scene.rm("d/a");
        assertEquals(
                List.of(
                        "clone new 0+65536 " + FIRST + " d/a 0",
                        "write new 65536+4096",
                        "clone new 69632+130368 " + FIRST + " d/a 69632"),
                incremental(before, scene, V2));
    }

    @Test
    void dataThatMovedInsideAFileIsClonedFromTheParent() throws IOException {
        Scene scene = Scene.empty().touch("a").write("a", 0, 65_536).write("a", 65_536, 65_536);
        TestTree before = scene.snapshot("p");
        scene.touch("t").reflink("a", 0, 131_072, "t", 0);
        scene.reflink("t", 65_536, 65_536, "a", 0).reflink("t", 0, 65_536, "a", 65_536).rm("t");
        assertEquals(
                List.of(
                        "clone a 0+65536 " + FIRST + " a 65536",
                        "clone a 65536+65536 " + FIRST + " a 0"),
                incremental(before, scene, V2));
    }

    @Test
    void aCopyOfAnUnchangedFileIsClonedFromTheParent() throws IOException {
        Scene scene = Scene.empty().mkdir("d", "d/in").touch("d/a", "d/in/b");
        scene.write("d/a", 0, 100_000).write("d/in/b", 0, 300_000);
        TestTree before = scene.snapshot("p");
        scene.touch("d/copy").reflink("d/a", 0, 100_000, "d/copy", 0);
        scene.mkdir("e", "e/in").touch("e/in/b").reflink("d/in/b", 0, 300_000, "e/in/b", 0);
        assertEquals(
                List.of(
                        "clone d/copy 0+100000 " + FIRST + " d/a 0",
                        "clone e/in/b 0+300000 " + FIRST + " d/in/b 0"),
                incremental(before, scene, V2));
    }

    @Test
    void aCopyOfAnUnchangedFileFarAwayIsClonedFromTheParent() throws IOException {
        Scene scene = Scene.empty().mkdir("far", "far/in", "here").touch("far/in/a");
        scene.write("far/in/a", 0, 300_000);
        for (int i = 0; i < 200; i++) {
            scene.touch("here/f" + i).write("here/f" + i, 0, 5000);
        }
        TestTree before = scene.snapshot("p");
        scene.touch("here/copy").reflink("far/in/a", 0, 300_000, "here/copy", 0);
        assertEquals(
                List.of("clone here/copy 0+300000 " + FIRST + " far/in/a 0"),
                incremental(before, scene, V2));
    }

    @Test
    void aCloneSourceSavesDataThatIsElsewhereInIt() throws IOException {
        Scene scene = Scene.empty().touch("old").write("old", 0, 65_536);
        TestTree source = scene.snapshot("p");
        scene.touch("f").reflink("old", 0, 65_536, "f", 0).rm("old");
        TestTree snapshot = scene.snapshot("s");
        SendJob job = SendJob.full(snapshot).withCloneSources(List.of(source));
        assertEquals(
                List.of("clone f 0+65536 " + FIRST + " old 0"),
                CommandText.contents(SenderModelTest.send(job, V2)));
    }

    @Test
    void aCloneSourceSavesTheDataOfTheSameFile() throws IOException {
        Scene scene = Scene.empty().touch("old").write("old", 0, 65_536);
        TestTree source = scene.snapshot("p");
        scene.mv("old", "f").write("f", 65_536, 100);
        TestTree snapshot = scene.snapshot("s");
        SendJob job = SendJob.full(snapshot).withCloneSources(List.of(source));
        SenderModelTest.check(
                job, V2, snapshot.emptyBeside(), Map.of(source.info().uuid(), source));
        assertEquals(
                List.of("clone f 0+65536 " + FIRST + " old 0", "write f 65536+100"),
                CommandText.contents(SenderModelTest.send(job, V2)));
    }

    @Test
    void compressedDataIsSentInFramesThatTheKernelTakes() throws IOException {
        Scene scene = Scene.empty().touch("f").write("f", 0, 200_000).write("f", 200_000, 100);
        assertEquals(
                List.of("encoded f 0+131072 of 131072", "encoded f 131072+69028 of 69632"),
                full(scene, V2.withCompressedData()));
    }

    @Test
    void aStreamWithoutDataNamesTheChangedRanges() throws IOException {
        Scene scene = Scene.empty().touch("f").write("f", 0, 300_000);
        TestTree before = scene.snapshot("p");
        scene.write("f", 100_000, 10).tree().truncate(scene.find("f"), 400_000);
        SendJob job = SendJob.incremental(before, scene.snapshot("s"));
        assertEquals(
                List.of("update_extent f 100000+10", "truncate f 400000"),
                CommandText.contents(SenderModelTest.send(job, V1.withNoData())));
    }

    @Test
    void anIncrementCostsWhatChangedAndNotWhatExists() throws IOException {
        Scene scene = Scene.empty();
        for (int i = 0; i < 100; i++) {
            scene.mkdir("d" + i);
            for (int j = 0; j < 100; j++) {
                scene.touch("d" + i + "/f" + j);
            }
        }
        TestTree before = scene.snapshot("p");
        scene.write("d5/f7", 0, 100).touch("d9/new").mv("d50", "d51/moved").rm("d9/f8");
        TestTree after = scene.snapshot("s");
        List<Change> changes = TestChanges.between(before, after);
        long start = before.lookups() + after.lookups();
        Sender sender =
                new Sender(
                        new StreamWriter(new ByteArrayOutputStream()),
                        V2,
                        (_, _) -> TestTree.scan(changes));
        sender.send(SendJob.incremental(before, after));
        long cost = before.lookups() + after.lookups() - start;
        assertTrue(cost < 300, "looked up " + cost);
    }

    @Test
    void severalSubvolumesAreSeveralStreamsOrOne() throws IOException {
        Scene scene = Scene.empty().touch("f");
        TestTree first = scene.snapshot("p");
        TestTree second = scene.touch("g").snapshot("s");
        assertEquals(List.of("p", "end", "s", "end"), frame(V2, first, second));
        assertEquals(List.of("p", "s", "end"), frame(V2.withOneStream(), first, second));
    }

    private static List<String> frame(SendOptions options, TestTree... trees) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Sender sender = new Sender(new StreamWriter(bytes), options);
        for (TestTree tree : trees) {
            sender.send(SendJob.full(tree));
        }
        sender.finish();
        StreamReader reader =
                new StreamReader(
                        new ByteArrayInputStream(bytes.toByteArray()),
                        StreamReader.Options.defaults());
        List<String> frame = new ArrayList<>();
        while (reader.advance()) {
            if (reader.current() instanceof StreamCommand.Subvolume subvolume) {
                frame.add(FileName.of(subvolume.path()).toString());
            } else if (reader.current() instanceof StreamCommand.End) {
                frame.add("end");
            }
        }
        return frame;
    }

    @Test
    void theMeasuredLengthIsTheLength() throws IOException {
        Scene scene = Scene.empty().mkdir("d").touch("d/f").write("d/f", 0, 1_000_000);
        scene.touch("g").reflink("d/f", 0, 1_000_000, "g", 0);
        SendJob job = SendJob.full(scene.snapshot("s"));
        for (SendOptions options : List.of(V1, V2, V1.withNoData(), V2.withCompressedData())) {
            assertEquals(
                    SenderModelTest.send(job, options).length,
                    Sender.measure(List.of(job), options));
        }
    }

    @Test
    void aTreeThatCanStillChangeIsRefused() throws IOException {
        TestTree live = TestTree.empty();
        FileSystemException refused =
                assertThrows(
                        FileSystemException.class,
                        () -> SenderModelTest.send(SendJob.full(live), V2));
        assertEquals("/live: is not read-only, so it cannot be sent", refused.getMessage());
    }

    @Test
    void aParentOfAnotherOriginIsRefused() throws IOException {
        Scene one = Scene.empty().touch("f");
        TestTree parent = one.snapshot("p");
        Scene other = Scene.empty().mkdir("f").touch("g");
        SendJob job = SendJob.incremental(parent, other.snapshot("s"));
        FileSystemException refused =
                assertThrows(FileSystemException.class, () -> SenderModelTest.send(job, V2));
        assertEquals(
                "/s -> /p: cannot be a parent: inode 257 is another file there",
                refused.getMessage());
    }
}
