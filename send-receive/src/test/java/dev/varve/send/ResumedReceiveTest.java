package dev.varve.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.FileTree;
import dev.varve.engine.ReadView;
import dev.varve.engine.WriteTransaction;
import dev.varve.engine.model.Attributes;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.SubvolumeInfo;
import dev.varve.engine.model.Timestamp;
import dev.varve.receive.ReceiveOptions;
import dev.varve.receive.ReceivedSubvolume;
import dev.varve.receive.Receiver;
import dev.varve.stream.MalformedStreamException;
import dev.varve.stream.ResumeMismatchException;
import dev.varve.stream.ResumeToken;
import dev.varve.stream.StreamReader;
import dev.varve.stream.StreamWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// A receive into a pool that ends early is kept, hidden, and goes on later.
class ResumedReceiveTest {
    private static final int KEEP_EVERY_BYTES = 20_000;
    private static final List<FileName> PLACE = List.of(FileName.of("in"), FileName.of("deep"));
    private static final ReceiveOptions OPTIONS =
            ReceiveOptions.with(Clock.systemUTC()).withKeepEveryBytes(KEEP_EVERY_BYTES);

    /// Snapshots of one pool and the streams that carry them: all of the first, then what changed.
    private record Sent(TestPool pool, List<SubvolumeId> snapshots) {
        static Sent make(Random random) throws IOException {
            TestPool pool = TestPool.create();
            return new Sent(pool, List.of(pool.change(random, 80), pool.change(random, 60)));
        }

        byte[] stream(int number, Optional<ResumeToken> behind) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (ReadView view = pool.read()) {
                FileTree tree = view.open(snapshots.get(number));
                SendJob job =
                        number == 0
                                ? SendJob.full(tree)
                                : SendJob.incremental(view.open(snapshots.get(number - 1)), tree);
                Sender sender =
                        new Sender(
                                behind.isPresent()
                                        ? StreamWriter.resuming(bytes, behind.get())
                                        : new StreamWriter(bytes),
                                SendOptions.ofProtocol(2));
                sender.send(job);
                sender.finish();
            }
            return bytes.toByteArray();
        }
    }

    @Test
    void aStreamThatIsCutAnywhereGoesOnWhereItEnded() throws IOException {
        cutAndResume(false);
    }

    @Test
    void aProcessThatIsKilledAnywhereLosesNoMoreThanSinceItsLastCheckpoint() throws IOException {
        cutAndResume(true);
    }

    private static void cutAndResume(boolean kill) throws IOException {
        Random random = new Random(21);
        Sent sent = Sent.make(random);
        try (TestPool _ = sent.pool();
                TestPool target = TestPool.create()) {
            for (int number = 0; number < 2; number++) {
                byte[] whole = sent.stream(number, Optional.empty());
                int cuts = 0;
                byte[] input = whole;
                Optional<ResumeToken> token = Optional.empty();
                while (cuts < 12) {
                    int cut = random.nextInt(input.length);
                    int start = whole.length - input.length;
                    interrupt(target, token, Arrays.copyOf(input, cut), kill);
                    Optional<ResumeToken> next = kept(target);
                    assertFinished(target, sent, number, false);
                    if (next.isPresent()) {
                        long lost = start + cut - next.get().offsetBytes();
                        assertTrue(lost < (kill ? KEEP_EVERY_BYTES + 150_000 : 150_000));
                    }
                    token = next;
                    input = sent.stream(number, token);
                    cuts++;
                }
                receive(target, token, new ByteArrayInputStream(input));
                assertEquals(Optional.empty(), kept(target));
                assertFinished(target, sent, number, true);
            }
        }
    }

    @Test
    void whatAPoolStoredCountsWhereTheInputDoesNot() throws IOException {
        byte[] content = new byte[4 << 20];
        new Random(22).nextBytes(content);
        try (TestPool pool = TestPool.create()) {
            SubvolumeId snapshot =
                    pool.change(tree -> {
                        Attributes attributes = Attributes.of(0644, Timestamp.EPOCH);
                        long file = tree.createFile(Inode.ROOT, FileName.of("f"), attributes);
                        tree.write(file, 0, ByteBuffer.wrap(content));
                    });
            byte[] whole = new Sent(pool, List.of(snapshot)).stream(0, Optional.empty());
            ReceiveOptions rarely = OPTIONS.withKeepEveryBytes(1L << 40);
            assertEquals(Optional.empty(), killedAtTheEnd(rarely, whole));
            ResumeToken token =
                    killedAtTheEnd(rarely.withKeepEveryStoredBytes(1 << 20), whole).orElseThrow();
            long lost = whole.length - token.offsetBytes();
            assertTrue(lost < whole.length / 2, lost + " of " + whole.length);
        }
    }

    private static Optional<ResumeToken> killedAtTheEnd(ReceiveOptions options, byte[] stream)
            throws IOException {
        byte[] part = Arrays.copyOf(stream, stream.length - 1);
        try (TestPool target = TestPool.create()) {
            Receiver receiver = new Receiver(target.pool(), options);
            InputStream input = new Killing(new ByteArrayInputStream(part));
            StreamReader reader = new StreamReader(input, StreamReader.Options.defaults());
            assertThrows(
                    UncheckedIOException.class, () -> receiver.receive(reader, PLACE, _ -> {}));
            return kept(target);
        }
    }

    private static void interrupt(
            TestPool target, Optional<ResumeToken> token, byte[] part, boolean kill) {
        InputStream input = new ByteArrayInputStream(part);
        if (kill) {
            assertThrows(
                    UncheckedIOException.class, () -> receive(target, token, new Killing(input)));
        } else {
            MalformedStreamException cut =
                    assertThrows(
                            MalformedStreamException.class, () -> receive(target, token, input));
            assertEquals(0, cut.getSuppressed().length);
        }
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

    private static List<ReceivedSubvolume> receive(
            TestPool target, Optional<ResumeToken> token, InputStream input) throws IOException {
        Receiver receiver = new Receiver(target.pool(), OPTIONS);
        StreamReader.Options options = StreamReader.Options.defaults();
        if (token.isEmpty()) {
            return receiver.receive(new StreamReader(input, options), PLACE, _ -> {});
        }
        StreamReader rest = StreamReader.resuming(input, options, token.get());
        return receiver.resume(rest, token.get(), PLACE, _ -> {});
    }

    private static Optional<ResumeToken> kept(TestPool target) throws IOException {
        try (ReadView view = target.read()) {
            List<Receiver.Unfinished> all = Receiver.unfinished(view);
            assertTrue(all.size() < 2);
            for (Receiver.Unfinished one : all) {
                assertFalse(one.subvolume().readOnly());
                assertTrue(one.subvolume().receivedUuid().isEmpty());
            }
            return all.stream().map(one -> one.kept().token()).findFirst();
        }
    }

    private static void assertFinished(TestPool target, Sent sent, int number, boolean isThere)
            throws IOException {
        try (ReadView here = sent.pool().read();
                ReadView there = target.read()) {
            FileTree tree = here.open(sent.snapshots().get(number));
            Scan<SubvolumeInfo> found = there.findByReceivedUuid(tree.info().uuid());
            assertEquals(isThere, found.advance());
            if (isThere) {
                assertTrue(found.current().path().startsWith("/in/deep/s"));
                String expected = TreeText.of(tree);
                String actual = TreeText.of(there.open(found.current().id()));
                assertEquals(expected, actual, () -> TreeText.difference(expected, actual));
            }
        }
    }

    @Test
    void aCheckpointBehindEveryCommandChangesNothing() throws IOException {
        Sent sent = Sent.make(new Random(26));
        try (TestPool _ = sent.pool();
                TestPool target = TestPool.create()) {
            Receiver receiver = new Receiver(target.pool(), OPTIONS.withKeepEveryBytes(1));
            for (int number = 0; number < 2; number++) {
                InputStream input = new ByteArrayInputStream(sent.stream(number, Optional.empty()));
                receiver.receive(
                        new StreamReader(input, StreamReader.Options.defaults()),
                        PLACE,
                        at -> assertTrue(at.kept().isPresent()));
                assertFinished(target, sent, number, true);
            }
        }
    }

    @Test
    void theWholeStreamAgainGoesOnToo() throws IOException {
        Sent sent = Sent.make(new Random(22));
        try (TestPool _ = sent.pool();
                TestPool target = TestPool.create()) {
            byte[] whole = sent.stream(0, Optional.empty());
            interrupt(target, Optional.empty(), Arrays.copyOf(whole, whole.length / 2), false);
            receive(target, kept(target), new ByteArrayInputStream(whole));
            assertFinished(target, sent, 0, true);
        }
    }

    @Test
    void theStreamFromItsStartReplacesWhatIsKept() throws IOException {
        Sent sent = Sent.make(new Random(23));
        try (TestPool _ = sent.pool();
                TestPool target = TestPool.create()) {
            byte[] whole = sent.stream(0, Optional.empty());
            interrupt(target, Optional.empty(), Arrays.copyOf(whole, whole.length / 2), false);
            receive(target, Optional.empty(), new ByteArrayInputStream(whole));
            assertEquals(Optional.empty(), kept(target));
            assertFinished(target, sent, 0, true);
        }
    }

    @Test
    void aStreamThatCanNeverBeAppliedLeavesNothing() throws IOException {
        Sent sent = Sent.make(new Random(24));
        try (TestPool _ = sent.pool();
                TestPool target = TestPool.create()) {
            byte[] whole = sent.stream(0, Optional.empty());
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            StreamReader reader =
                    new StreamReader(
                            new ByteArrayInputStream(whole), StreamReader.Options.defaults());
            StreamWriter writer = new StreamWriter(bytes);
            writer.begin(2);
            while (reader.advance() && writer.position() < whole.length / 2) {
                writer.write(reader.current());
            }
            byte[] missing = {'m', 'i', 's', 's', 'i', 'n', 'g'};
            writer.write(new dev.varve.stream.StreamCommand.Unlink(missing));
            writer.flush();
            assertThrows(
                    MalformedStreamException.class,
                    () ->
                            receive(
                                    target,
                                    Optional.empty(),
                                    new ByteArrayInputStream(bytes.toByteArray())));
            assertEquals(Optional.empty(), kept(target));
            try (ReadView view = target.read()) {
                Scan<SubvolumeInfo> all = view.subvolumes();
                while (all.advance()) {
                    assertFalse(all.current().path().contains("partial"));
                }
            }
        }
    }

    @Test
    void whatWasChangedOrIsAtAnotherPlaceIsNotGoneOnWith() throws IOException {
        Sent sent = Sent.make(new Random(25));
        try (TestPool _ = sent.pool();
                TestPool target = TestPool.create()) {
            byte[] whole = sent.stream(0, Optional.empty());
            interrupt(target, Optional.empty(), Arrays.copyOf(whole, whole.length / 3), false);
            ResumeToken first = kept(target).orElseThrow();
            byte[] rest = sent.stream(0, Optional.of(first));
            interrupt(target, Optional.of(first), Arrays.copyOf(rest, rest.length / 2), false);
            assertRefused(target, first, rest);
            ResumeToken second = kept(target).orElseThrow();
            try (WriteTransaction transaction = target.pool().begin()) {
                SubvolumeId id = Receiver.unfinished(transaction).getFirst().subvolume().id();
                Timestamp now = new Timestamp(1, 2);
                transaction.edit(id).setTimes(Inode.ROOT, now, now, now);
                transaction.commit();
            }
            assertRefused(target, second, sent.stream(0, Optional.of(second)));
        }
    }

    private static void assertRefused(TestPool target, ResumeToken token, byte[] rest) {
        assertThrows(
                ResumeMismatchException.class,
                () -> receive(target, Optional.of(token), new ByteArrayInputStream(rest)));
    }
}
