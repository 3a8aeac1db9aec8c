package dev.varve.send;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.ReadView;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.stream.ResumeMismatchException;
import dev.varve.stream.ResumeToken;
import dev.varve.stream.StreamReader;
import dev.varve.stream.StreamWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A stream can be taken up again at any command, by what its receiver has read.
class SenderResumeTest {
    private static final SendOptions V1 = SendOptions.ofProtocol(1);
    private static final SendOptions V2 = SendOptions.ofProtocol(2);

    static List<SendOptions> options() {
        return List.of(V1, V2, V2.withCompressedData(), V2.withOneStream(), V1.withNoData());
    }

    @ParameterizedTest
    @MethodSource("options")
    void theRestBehindEachTokenIsTheRestOfTheStream(SendOptions options) throws IOException {
        Random random = new Random(11);
        try (TestPool pool = TestPool.create()) {
            SubvolumeId first = pool.change(random, 80);
            SubvolumeId second = pool.change(random, 40);
            try (ReadView view = pool.read()) {
                List<SendJob> jobs =
                        List.of(
                                SendJob.full(view.open(first)),
                                SendJob.incremental(view.open(first), view.open(second)));
                byte[] whole = send(jobs, options, Optional.empty());
                List<ResumeToken> tokens = tokens(whole);
                assertTrue(tokens.size() > 100);
                for (int i = 0; i < 40; i++) {
                    ResumeToken token = tokens.get(random.nextInt(tokens.size()));
                    byte[] rest = send(jobs, options, Optional.of(reread(token)));
                    int from = (int) token.offsetBytes();
                    assertArrayEquals(
                            Arrays.copyOfRange(whole, from, whole.length), rest, token::toString);
                }
            }
        }
    }

    @Test
    void whatTheWriterSaysOfItselfIsWhatTheReaderSays() throws IOException {
        try (TestPool pool = TestPool.create()) {
            SubvolumeId snapshot = pool.change(new Random(5), 60);
            try (ReadView view = pool.read()) {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                StreamWriter writer = new StreamWriter(bytes);
                Sender sender = new Sender(writer, V2);
                sender.send(SendJob.full(view.open(snapshot)));
                sender.finish();
                assertEquals(tokens(bytes.toByteArray()).getLast(), writer.flushed().orElseThrow());
            }
        }
    }

    @Test
    void aTokenOfAnotherPairVersionOrOptionIsRefusedBeforeAnythingIsWritten() throws IOException {
        Random random = new Random(12);
        try (TestPool pool = TestPool.create()) {
            SubvolumeId first = pool.change(random, 60);
            SubvolumeId second = pool.change(random, 60);
            try (ReadView view = pool.read()) {
                SendJob full = SendJob.full(view.open(second));
                SendJob increment = SendJob.incremental(view.open(first), view.open(second));
                List<ResumeToken> tokens = tokens(send(List.of(full), V2, Optional.empty()));
                ResumeToken token = tokens.get(tokens.size() / 2);
                refuse(List.of(increment), V2, token);
                refuse(List.of(full), V1, token);
                refuse(List.of(full), V2.withNoData(), token);
                refuse(List.of(SendJob.full(view.open(first))), V2, token);
                refuse(List.of(full), V2, moved(token, 1));
                refuse(List.of(full), V2, moved(token, 1 << 30));
            }
        }
    }

    private static ResumeToken moved(ResumeToken token, long bytes) {
        return new ResumeToken(
                token.uuid(),
                token.version(),
                token.commands(),
                token.offsetBytes() + bytes,
                token.outline());
    }

    private static void refuse(List<SendJob> jobs, SendOptions options, ResumeToken token) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        assertThrows(
                ResumeMismatchException.class,
                () -> send(jobs, options, StreamWriter.resuming(bytes, token)));
        assertEquals(0, bytes.size());
    }

    @Test
    void whatIsNoTokenIsToldFromOne() {
        ResumeToken token = new ResumeToken(new java.util.UUID(1, 2), 2, 3, 4, -5);
        assertEquals(Optional.of(token), ResumeToken.parse(token.toString()));
        for (String text : List.of("", "x", token + "0", token.toString().replace(":2:", ":4:"))) {
            assertEquals(Optional.empty(), ResumeToken.parse(text));
        }
    }

    private static ResumeToken reread(ResumeToken token) {
        return ResumeToken.parse(token.toString()).orElseThrow();
    }

    private static byte[] send(
            List<SendJob> jobs, SendOptions options, Optional<ResumeToken> behind)
            throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        send(
                jobs,
                options,
                behind.isPresent()
                        ? StreamWriter.resuming(bytes, behind.get())
                        : new StreamWriter(bytes));
        return bytes.toByteArray();
    }

    private static void send(List<SendJob> jobs, SendOptions options, StreamWriter writer)
            throws IOException {
        Sender sender = new Sender(writer, options);
        for (SendJob job : jobs) {
            sender.send(job);
        }
        sender.finish();
    }

    private static List<ResumeToken> tokens(byte[] stream) throws IOException {
        StreamReader reader =
                new StreamReader(new ByteArrayInputStream(stream), StreamReader.Options.defaults());
        List<ResumeToken> tokens = new ArrayList<>();
        while (reader.advance()) {
            tokens.add(reader.behind());
        }
        return tokens;
    }
}
