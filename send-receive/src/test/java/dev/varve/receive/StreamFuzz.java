package dev.varve.receive;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.varve.engine.Pool;
import dev.varve.engine.PoolOptions;
import dev.varve.engine.PoolSettings;
import dev.varve.engine.model.FileName;
import dev.varve.engine.store.MemoryStore;
import dev.varve.posix.Directory;
import dev.varve.stream.Corpus;
import dev.varve.stream.StreamDump;
import dev.varve.stream.StreamException;
import dev.varve.stream.StreamReader;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A program for tests: feeds damaged streams to the reader, the dump and a receiver, in a virtual
/// machine of its own with little memory, until its time is over. Whatever is no typed error ends
/// it.
final class StreamFuzz {
    private static final int MAX_STREAM_BYTES = 200_000;
    private static final int ROUNDS_PER_POOL = 100;
    private static final List<FileName> PLACE = List.of(FileName.of("in"));
    private static final ReceiveOptions LENIENT =
            ReceiveOptions.with(Clock.systemUTC()).withMaxErrors(0);
    private static final ReceiveOptions STRICT = ReceiveOptions.with(Clock.systemUTC());
    private static final long SECONDS = 10;
    private static final long SECONDS_REQUIRED = 60;

    /// Far more than a virtual machine needs to start and to end.
    private static final long SLACK_SECONDS = 300;

    private static final byte[] DESTINATION = "dest".getBytes(StandardCharsets.US_ASCII);

    /// How a run ended.
    ///
    /// @param rounds streams played
    /// @param received those of which something was received
    record Result(long rounds, long received) {}

    private final List<byte[]> streams = new ArrayList<>();
    private long received;

    private StreamFuzz() {}

    /// What takes a stream.
    private interface Target {
        List<ReceivedSubvolume> receive(StreamReader reader, ReceiveOptions options)
                throws IOException;
    }

    /// @param arguments seconds, seed, file for the result, and the directory to receive into, or
    ///   none for a pool
    public static void main(String[] arguments) throws IOException {
        long end = System.nanoTime() + Long.parseLong(arguments[0]) * 1_000_000_000L;
        long seed = Long.parseLong(arguments[1]);
        StreamFuzz fuzz = new StreamFuzz();
        fuzz.load();
        long rounds = 0;
        while (System.nanoTime() < end) {
            try {
                if (arguments.length > 3) {
                    fuzz.playIntoDirectory(new Random(seed + rounds), Path.of(arguments[3]));
                    rounds++;
                } else {
                    rounds += fuzz.playIntoPool(seed + rounds, end);
                }
            } catch (RuntimeException | IOException | AssertionError e) {
                throw new AssertionError("-Dseed=" + (seed + rounds), e);
            }
        }
        Files.writeString(Path.of(arguments[2]), rounds + " " + fuzz.received);
    }

    private void load() throws IOException {
        for (Path file : Corpus.files(".stream")) {
            if (Files.size(file) > 0 && Files.size(file) < MAX_STREAM_BYTES) {
                streams.add(Files.readAllBytes(file));
            }
        }
    }

    private byte[] damaged(Random random) {
        return new StreamMutator(random)
                .mutate(
                        streams.get(random.nextInt(streams.size())),
                        streams.get(random.nextInt(streams.size())));
    }

    /// A pool for some rounds that holds what undamaged streams carry, for increments to build on.
    private long playIntoPool(long seed, long end) throws IOException {
        MemoryStore store = new MemoryStore();
        Pool.create(store, PoolSettings.defaults(), PoolOptions.defaults());
        try (Pool pool = Pool.open(store, PoolOptions.defaults())) {
            Random random = new Random(seed);
            int round = 0;
            while (round < ROUNDS_PER_POOL && (round == 0 || System.nanoTime() < end)) {
                List<FileName> place =
                        random.nextInt(4) == 0 ? PLACE : List.of(FileName.of("in" + round));
                byte[] sane = streams.get(random.nextInt(streams.size()));
                Target target =
                        (reader, options) ->
                                new Receiver(pool, options).receive(reader, place, _ -> {});
                tryOut(sane, target, STRICT);
                tryOut(damaged(random), target, random.nextBoolean() ? STRICT : LENIENT);
                round++;
            }
            return round;
        }
    }

    private void playIntoDirectory(Random random, Path top) throws IOException {
        Path destination = top.resolve("dest");
        Target target =
                (reader, options) ->
                        new DirectoryReceiver(options).receive(reader, destination, _ -> {});
        byte[] sane = streams.get(random.nextInt(streams.size()));
        tryOut(sane, target, STRICT);
        tryOut(damaged(random), target, random.nextBoolean() ? STRICT : LENIENT);
        try (Stream<Path> entries = Files.list(top)) {
            Set<String> names =
                    new TreeSet<>(entries.map(path -> path.getFileName().toString()).toList());
            assertEquals(Set.of("canary", "dest"), names);
            assertEquals("canary-content", Files.readString(top.resolve("canary")));
        }
        try (Directory parent = Directory.open(top)) {
            DirectoryRemover.remove(parent, DESTINATION);
        }
    }

    private void tryOut(byte[] stream, Target target, ReceiveOptions options) throws IOException {
        try {
            new StreamDump(OutputStream.nullOutputStream(), ZoneOffset.UTC).print(reader(stream));
        } catch (StreamException _) {
            // As it should be.
        }
        try {
            received += target.receive(reader(stream), options).size();
        } catch (StreamException
                | MissingParentException
                | ReceiveFailedException
                | FileAlreadyExistsException _) {
            // As it should be.
        }
    }

    private static StreamReader reader(byte[] stream) {
        return new StreamReader(new ByteArrayInputStream(stream), StreamReader.Options.defaults());
    }

    /// Runs [#main] with 256 MiB of heap for `-Dvarve.fuzz.seconds` seconds; without, for a minute
    /// on the build server and for a moment elsewhere.
    static Result run(Path scratch, Path... directory) throws IOException {
        boolean isRequired = Boolean.getBoolean("varve.it.required");
        long seconds = Long.getLong("varve.fuzz.seconds", isRequired ? SECONDS_REQUIRED : SECONDS);
        Path result = scratch.resolve("result");
        Path log = scratch.resolve("log");
        String classPath =
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> command =
                new ArrayList<>(
                        List.of(
                                System.getProperty("java.home") + File.separator + "bin/java",
                                "-Xmx256m",
                                "-XX:+UseSerialGC",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                classPath,
                                StreamFuzz.class.getName(),
                                Long.toString(seconds),
                                Long.toString(Long.getLong("seed", System.nanoTime())),
                                result.toString()));
        for (Path path : directory) {
            command.add(path.toString());
        }
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        assertEquals(0, status(process, seconds + SLACK_SECONDS), () -> read(log));
        String[] counts = Files.readString(result).split(" ", -1);
        return new Result(Long.parseLong(counts[0]), Long.parseLong(counts[1]));
    }

    /// Waits so long and no longer: a receiver must not hang.
    private static int status(Process process, long seconds) {
        try {
            if (process.waitFor(seconds, TimeUnit.SECONDS)) {
                return process.exitValue();
            }
            throw new AssertionError("hangs after " + seconds + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
