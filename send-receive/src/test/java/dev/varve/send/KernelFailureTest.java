package dev.varve.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.ReadView;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.SubvolumeInfo;
import dev.varve.receive.ReceiveOptions;
import dev.varve.receive.Receiver;
import dev.varve.stream.MalformedStreamException;
import dev.varve.stream.StreamCommand;
import dev.varve.stream.StreamReader;
import dev.varve.stream.StreamWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Streams that a real kernel made wrong, received where their parent is: they fail with their
/// place, and nothing but the parent is there afterwards.
class KernelFailureTest {
    private static final List<FileName> PLACE = List.of(FileName.of("in"));

    static List<KernelFailure> failures() throws IOException {
        return KernelFailure.all();
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("failures")
    void theStreamFailsWithCommandOffsetAndPathAndLeavesNothing(KernelFailure failure)
            throws IOException {
        byte[] stream = Files.readAllBytes(failure.stream());
        try (TestPool source = TestPool.create();
                TestPool pool = TestPool.create()) {
            SubvolumeId parent = source.play(failure.scenario()).getFirst();
            receive(pool, full(source, parent, parentOf(stream)));
            List<String> before = content(pool);
            MalformedStreamException refused =
                    assertThrows(MalformedStreamException.class, () -> receive(pool, stream));
            assertTrue(refused.position().command() > 2, refused::toString);
            assertTrue(refused.position().offsetBytes() > 100, refused::toString);
            List<String> renamed =
                    List.of(failure.error().replaceAll(".*rename | failed.*\\s", "").split(" -> "));
            assertTrue(renamed.contains(refused.path()), () -> renamed + " " + refused);
            assertEquals(before, content(pool));
        }
    }

    private static StreamReader reader(byte[] stream) {
        return new StreamReader(new ByteArrayInputStream(stream), StreamReader.Options.defaults());
    }

    private static UUID parentOf(byte[] stream) throws IOException {
        StreamReader reader = reader(stream);
        assertTrue(reader.advance());
        return ((StreamCommand.Snapshot) reader.current()).cloneUuid();
    }

    /// A full stream of a snapshot under another UUID.
    private static byte[] full(TestPool pool, SubvolumeId snapshot, UUID uuid) throws IOException {
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        try (ReadView view = pool.read()) {
            Sender sender = new Sender(new StreamWriter(sent), SendOptions.ofProtocol(1));
            sender.send(SendJob.full(view.open(snapshot)));
            sender.finish();
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        StreamWriter renamed = new StreamWriter(bytes);
        renamed.begin(1);
        StreamReader reader = reader(sent.toByteArray());
        while (reader.advance()) {
            renamed.write(
                    reader.current() instanceof StreamCommand.Subvolume
                            ? new StreamCommand.Subvolume(
                                    "parent".getBytes(StandardCharsets.US_ASCII), uuid, 7)
                            : reader.current());
        }
        renamed.flush();
        return bytes.toByteArray();
    }

    private static void receive(TestPool pool, byte[] stream) throws IOException {
        new Receiver(pool.pool(), ReceiveOptions.with(Clock.systemUTC()))
                .receive(reader(stream), PLACE, _ -> {});
    }

    private static List<String> content(TestPool pool) throws IOException {
        List<String> lines = new ArrayList<>();
        try (ReadView view = pool.read()) {
            for (Scan<SubvolumeInfo> all = view.subvolumes(); all.advance(); ) {
                SubvolumeInfo info = all.current();
                lines.add(info.path() + " " + info.uuid());
                if (!info.id().equals(SubvolumeId.TOP_LEVEL)) {
                    lines.add(TreeText.of(view.open(info.id())));
                }
            }
        }
        return lines;
    }
}
