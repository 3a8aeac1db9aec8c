package dev.varve.send;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.varve.engine.FileTree;
import dev.varve.engine.ReadView;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.SubvolumeInfo;
import dev.varve.receive.ReceiveOptions;
import dev.varve.receive.Receiver;
import dev.varve.stream.StreamReader;
import dev.varve.stream.StreamWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each [Scenario], sent as full and as incremental streams of each form.
class ScenarioTest {
    /// Version 1 comes last: its copies have zeros for holes, and a stock receive takes the oldest
    /// copy of a parent that it finds.
    static final List<SendOptions> FORMS =
            List.of(
                    SendOptions.ofProtocol(2),
                    SendOptions.ofProtocol(2).withCompressedData(),
                    SendOptions.ofProtocol(1));

    private static final List<FileName> PLACE = List.of(FileName.of("in"));

    static List<Scenario> scenarios() throws IOException {
        return Scenario.all();
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void aStrictReaderPlaysIt(Scenario scenario) throws IOException {
        Scene scene = Scene.empty();
        List<TestTree> snapshots = new ArrayList<>();
        for (Scenario.Step step : scenario.steps()) {
            step.on(scene);
            snapshots.add(scene.snapshot("s" + snapshots.size()));
        }
        for (SendOptions form : FORMS) {
            TestTree nothing = snapshots.getFirst().emptyBeside();
            for (int i = 0; i < snapshots.size(); i++) {
                TestTree tree = snapshots.get(i);
                SenderModelTest.check(SendJob.full(tree), form, nothing.copy(), Map.of());
                for (TestTree other : snapshots.subList(0, i)) {
                    Map<UUID, FileTree> sources = Map.of(other.info().uuid(), other);
                    SendJob job = SendJob.incremental(other, tree);
                    SenderModelTest.check(job, form, other.copy(), sources);
                    SendJob full = SendJob.full(tree).withCloneSources(List.of(other));
                    SenderModelTest.check(full, form, nothing.copy(), sources);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void anotherPoolReceivesIt(Scenario scenario) throws IOException {
        try (TestPool pool = TestPool.create()) {
            List<SubvolumeId> snapshots = pool.play(scenario);
            for (SendOptions form : FORMS) {
                try (TestPool other = TestPool.create();
                        ReadView view = pool.read()) {
                    for (int i = 0; i < snapshots.size(); i++) {
                        FileTree tree = view.open(snapshots.get(i));
                        SendJob job =
                                i == 0
                                        ? SendJob.full(tree)
                                        : SendJob.incremental(
                                                view.open(snapshots.get(i - 1)), tree);
                        receive(other, send(job, form), tree);
                    }
                }
            }
        }
    }

    private static byte[] send(SendJob job, SendOptions form) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Sender sender = new Sender(new StreamWriter(bytes), form);
        sender.send(job);
        sender.finish();
        return bytes.toByteArray();
    }

    private static void receive(TestPool pool, byte[] stream, FileTree sent) throws IOException {
        StreamReader reader =
                new StreamReader(new ByteArrayInputStream(stream), StreamReader.Options.defaults());
        new Receiver(pool.pool(), ReceiveOptions.with(Clock.systemUTC()))
                .receive(reader, PLACE, _ -> {});
        try (ReadView view = pool.read()) {
            String expected = TreeText.of(sent);
            String actual = TreeText.of(view.open(copyOf(sent, view)));
            assertEquals(expected, actual, () -> TreeText.difference(expected, actual));
        }
    }

    private static SubvolumeId copyOf(FileTree sent, ReadView view) throws IOException {
        Optional<UUID> uuid = Optional.of(sent.info().uuid());
        for (Scan<SubvolumeInfo> all = view.subvolumes(); all.advance(); ) {
            if (all.current().receivedUuid().equals(uuid)) {
                return all.current().id();
            }
        }
        throw new AssertionError(sent.info().path() + " did not arrive");
    }
}
