package dev.varve.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.varve.engine.FileTree;
import dev.varve.engine.ReadView;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.receive.DirectoryReceiver;
import dev.varve.receive.KeptReceive;
import dev.varve.receive.ReceiveOptions;
import dev.varve.stream.MalformedStreamException;
import dev.varve.stream.ResumeToken;
import dev.varve.stream.StreamReader;
import dev.varve.stream.StreamWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// A receive into a directory of this machine that ends early, at any byte or with its process, is
/// kept and goes on later. On a btrfs, where the comparison can see everything.
class ResumedDirectoryIT {
    private static final ReceiveOptions OPTIONS =
            ReceiveOptions.with(Clock.systemUTC()).withKeepEveryBytes(100_000);

    @Test
    void aStreamThatIsCutAnywhereGoesOnWhereItEnded() throws IOException {
        cutAndResume(31, false);
    }

    @Test
    void aProcessThatIsKilledAnywhereGoesOnFromItsLastNote() throws IOException {
        cutAndResume(32, true);
    }

    private static void cutAndResume(long seed, boolean kill) throws IOException {
        BtrfsMount.require();
        Random random = new Random(seed);
        try (BtrfsMount mount = BtrfsMount.create();
                TestPool pool = TestPool.create()) {
            Optional<SubvolumeId> parent = Optional.empty();
            Path target = mount.directory().resolve("in");
            for (int number = 0; number < 3; number++) {
                SubvolumeId snapshot = pool.change(random, 80);
                try (ReadView view = pool.read()) {
                    FileTree tree = view.open(snapshot);
                    SendJob job =
                            parent.isEmpty()
                                    ? SendJob.full(tree)
                                    : SendJob.incremental(view.open(parent.get()), tree);
                    cutAndResume(job, target, random, kill);
                    String expected = TreeText.of(tree);
                    String actual = DirectoryText.of(target.resolve(job.name().toString()));
                    assertEquals(expected, actual, () -> TreeText.difference(expected, actual));
                }
                parent = Optional.of(snapshot);
            }
        }
    }

    private static void cutAndResume(SendJob job, Path target, Random random, boolean kill)
            throws IOException {
        Optional<ResumeToken> token = Optional.empty();
        for (int cuts = 0; cuts < 10; cuts++) {
            byte[] input = stream(job, token);
            byte[] part = Arrays.copyOf(input, random.nextInt(input.length));
            Optional<ResumeToken> from = token;
            if (kill) {
                InputStream killing = new Killing(new ByteArrayInputStream(part));
                assertThrows(UncheckedIOException.class, () -> receive(target, from, killing));
            } else {
                InputStream cut = new ByteArrayInputStream(part);
                assertThrows(MalformedStreamException.class, () -> receive(target, from, cut));
            }
            token = kept(target);
            assertFalse(Files.exists(target.resolve(job.name().toString())));
        }
        receive(target, token, new ByteArrayInputStream(stream(job, token)));
        assertEquals(Optional.empty(), kept(target));
    }

    private static byte[] stream(SendJob job, Optional<ResumeToken> behind) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        StreamWriter writer =
                behind.isPresent()
                        ? StreamWriter.resuming(bytes, behind.get())
                        : new StreamWriter(bytes);
        Sender sender = new Sender(writer, SendOptions.ofProtocol(2));
        sender.send(job);
        sender.finish();
        return bytes.toByteArray();
    }

    private static void receive(Path target, Optional<ResumeToken> token, InputStream input)
            throws IOException {
        DirectoryReceiver receiver = new DirectoryReceiver(OPTIONS);
        StreamReader.Options options = StreamReader.Options.defaults();
        if (token.isEmpty()) {
            receiver.receive(new StreamReader(input, options), target, _ -> {});
        } else {
            StreamReader rest = StreamReader.resuming(input, options, token.get());
            receiver.resume(rest, token.get(), target, _ -> {});
        }
    }

    private static Optional<ResumeToken> kept(Path target) throws IOException {
        List<KeptReceive> all = DirectoryReceiver.unfinished(target);
        return all.stream().map(KeptReceive::token).findFirst();
    }

    /// Ends the program that reads it at its end, as far as a test can.
    private static final class Killing extends InputStream {
        private final InputStream input;

        Killing(InputStream input) {
            this.input = input;
        }

        @Override
        public int read() throws IOException {
            throw new AssertionError();
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = input.read(target, offset, length);
            if (count < 0) {
                throw new UncheckedIOException(new IOException("killed"));
            }
            return count;
        }
    }
}
