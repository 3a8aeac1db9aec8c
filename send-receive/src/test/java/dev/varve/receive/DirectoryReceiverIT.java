package dev.varve.receive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.varve.posix.Directory;
import dev.varve.posix.Kernel;
import dev.varve.receive.VerifiedCase.Step;
import dev.varve.stream.Corpus;
import dev.varve.stream.StreamCommand;
import dev.varve.stream.StreamException;
import dev.varve.stream.StreamReader;
import dev.varve.stream.StreamWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Receives into a directory of the host, as root, for owners and devices.
class DirectoryReceiverIT {
    private static final String ROOT_NEEDED = "receiving owners and devices needs root on Linux";

    private static final long LAST_EXT4_SECOND = 15_032_385_535L;

    private Path top = Path.of("");

    @BeforeEach
    void makeDirectory() throws IOException {
        boolean possible = Kernel.isSupported() && Kernel.effectiveUserId() == 0;
        if (!possible && Boolean.getBoolean("varve.it.required")) {
            fail(ROOT_NEEDED);
        }
        assumeTrue(possible, ROOT_NEEDED);
        top = Files.createTempDirectory("varve-receive-");
    }

    @AfterEach
    void removeDirectory() throws IOException {
        if (!top.toString().isEmpty()) {
            try (Directory parent = Directory.open(Objects.requireNonNull(top.getParent()))) {
                DirectoryRemover.remove(parent, bytes(top.getFileName().toString()));
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private List<ReceivedSubvolume> receive(Path stream, Path destination) throws IOException {
        return receive(stream, destination, StreamReader.Options.defaults());
    }

    private List<ReceivedSubvolume> receive(
            Path stream, Path destination, StreamReader.Options options) throws IOException {
        try (FileChannel channel = FileChannel.open(stream)) {
            return new DirectoryReceiver(ReceiveOptions.with(Clock.systemUTC()))
                    .receive(new StreamReader(channel, options), destination, _ -> {});
        }
    }

    private static Set<String> names(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return new TreeSet<>(entries.map(entry -> entry.getFileName().toString()).toList());
        }
    }

    @Test
    void everyCaseBecomesTheTreeThatTheKernelMakes() throws IOException {
        try (LoopMount btrfs = LoopMount.btrfs()) {
            int number = 0;
            for (VerifiedCase verified : VerifiedCase.all()) {
                receiveCase(verified, btrfs.path().resolve("case" + number++), lines -> lines);
            }
            assertTrue(number > 10, number + " cases");
        }
    }

    @Test
    void anyFileSystemWillDo() throws IOException {
        int number = 0;
        for (VerifiedCase verified : VerifiedCase.all()) {
            // ext4 has no room for attributes of that size.
            if (!verified.directory().endsWith("14_xattr")) {
                Path destination = top.resolve("case" + number++);
                receiveCase(verified, destination, DirectoryReceiverIT::comparable);
            }
        }
    }

    private void receiveCase(
            VerifiedCase verified, Path destination, UnaryOperator<List<String>> comparable)
            throws IOException {
        for (Step step : verified.steps()) {
            receiveAgain(step, destination);
            List<String> names = step.names();
            for (int i = 0; i < step.trees().size(); i++) {
                TreeSummary.assertEqual(
                        comparable.apply(Step.lines(step.trees().get(i))),
                        comparable.apply(
                                TreeSummary.of(new HostTree(destination.resolve(names.get(i))))),
                        step.stream().toString());
            }
        }
        for (String name : names(destination)) {
            assertTrue(!name.contains(".partial-"), name);
        }
        try (Directory parent = Directory.open(Objects.requireNonNull(destination.getParent()))) {
            DirectoryRemover.remove(parent, bytes(destination.getFileName().toString()));
        }
    }

    @Test
    void clonesShareStorageWhereTheFileSystemCan() throws IOException {
        try (LoopMount btrfs = LoopMount.btrfs()) {
            Path stream = Corpus.cases("02_full_v2").getFirst().resolve("full.v2.stream");
            receive(stream, btrfs.path());
            String shared = LoopMount.run("filefrag", "-v", btrfs.path() + "/full/reflink_whole");
            assertTrue(shared.contains("shared"), shared);
        }
    }

    /// Leaves out what only btrfs keeps: attributes that tell it how to store a file, and times
    /// that ext4 clamps.
    private static List<String> comparable(List<String> lines) {
        return lines.stream()
                .map(line -> line.replaceFirst(" x=btrfs\\.[^;]*$", ""))
                .map(DirectoryReceiverIT::withoutFarTime)
                .toList();
    }

    private static String withoutFarTime(String line) {
        Matcher time = Pattern.compile(" m=(-?\\d+)\\d{9}( |$)").matcher(line);
        if (!time.find()) {
            return line;
        }
        long seconds = Long.parseLong(time.group(1));
        boolean isFar = seconds <= Integer.MIN_VALUE || seconds >= LAST_EXT4_SECOND;
        return isFar ? time.replaceFirst(" m=far$2") : line;
    }

    /// Two streams of a case may carry the same subvolume; the later one takes its place.
    private void receiveAgain(Step step, Path destination) throws IOException {
        Files.createDirectories(destination);
        try (Directory parent = Directory.open(destination)) {
            for (String name : step.names()) {
                if (parent.findStatus(bytes(name)).isPresent()) {
                    DirectoryRemover.remove(parent, bytes(name));
                }
            }
        }
        assertEquals(step.names().size(), receive(step.stream(), destination).size());
    }

    @Test
    void hostileStreamsAreRefusedAndLeaveNothing() throws IOException {
        Path destination = top.resolve("rx/dest");
        Files.createDirectories(destination);
        Path canary = top.resolve("rx/canary");
        Files.writeString(canary, "canary-content\n");
        Files.createDirectories(top.resolve("rx/canary_dir"));
        List<String> outside = TreeSummary.of(new HostTree(top));
        for (Path stream : Corpus.files(".stream")) {
            String name = stream.getFileName().toString();
            if (!stream.toString().contains("90_hostile") || HandMade.isReceivable(name)) {
                continue;
            }
            try {
                receive(stream, destination);
                fail(name + " was received");
            } catch (StreamException | MissingParentException | ReceiveFailedException e) {
                assertEquals(HandMade.published(name), names(destination), name + ": " + e);
            }
            clear(destination);
            TreeSummary.assertEqual(
                    withoutTimes(outside), withoutTimes(TreeSummary.of(new HostTree(top))), name);
        }
    }

    private static List<String> withoutTimes(List<String> lines) {
        return lines.stream().map(line -> line.replaceFirst(" m=\\d+", "")).toList();
    }

    private static void clear(Path destination) throws IOException {
        try (Directory directory = Directory.open(destination)) {
            for (String name : names(destination)) {
                DirectoryRemover.remove(directory, bytes(name));
            }
        }
    }

    @Test
    void oddButValidStreamsAreReceived() throws IOException {
        for (Path stream : Corpus.files(".stream")) {
            String name = stream.getFileName().toString();
            // A file of 2^62 bytes is more than most file systems take.
            if (stream.toString().contains("90_hostile")
                    && HandMade.isReceivable(name)
                    && !name.startsWith("x21")) {
                Path destination = Files.createDirectory(top.resolve("odd"));
                assertTrue(!receive(stream, destination).isEmpty(), name);
                try (Directory parent = Directory.open(top)) {
                    DirectoryRemover.remove(parent, bytes("odd"));
                }
            }
        }
    }

    @Test
    void aNamedParentStandsInForOneNotReceivedHere() throws IOException {
        for (Path directory : Corpus.cases("06_rename_swap")) {
            Path there = top.resolve("there");
            receive(directory.resolve("s1.stream"), there);
            Path here = Files.createDirectories(top.resolve("here"));
            try (FileChannel channel = FileChannel.open(directory.resolve("s2.stream"))) {
                new DirectoryReceiver(
                                ReceiveOptions.with(Clock.systemUTC()),
                                Optional.of(there.resolve("s1")))
                        .receive(
                                new StreamReader(channel, StreamReader.Options.defaults()),
                                here,
                                _ -> {});
            }
            TreeSummary.assertEqual(
                    Step.lines(directory.resolve("s2.tree")),
                    TreeSummary.of(new HostTree(here.resolve("s2"))),
                    "s2");
            try (Directory parent = Directory.open(top)) {
                DirectoryRemover.remove(parent, bytes("there"));
                DirectoryRemover.remove(parent, bytes("here"));
            }
        }
    }

    @Test
    void stoppingAtEndTakesTheFirstStreamOnly() throws IOException {
        Path stream = Corpus.cases("11_multi").getFirst().resolve("concat.stream");
        receive(stream, top, StreamReader.Options.defaults().withStopAtEnd(true));
        assertEquals(Set.of("m1", ReceivedMarks.DIRECTORY), names(top));
    }

    @Test
    void whateverComesStaysInside() throws IOException {
        long seed = Long.getLong("seed", System.nanoTime());
        try (LoopMount btrfs = LoopMount.btrfs()) {
            Files.writeString(btrfs.path().resolve("canary"), "canary-content");
            Path destination = btrfs.path().resolve("dest");
            UUID parent = new UUID(1, 1);
            receive(
                    destination,
                    new StreamCommand.Subvolume(bytes("p"), parent, 1),
                    new StreamCommand.MakeFile(bytes("a"), 1),
                    new StreamCommand.Write(bytes("a"), 0, ByteBuffer.allocate(90_000)),
                    new StreamCommand.MakeDirectory(bytes("dir"), 2),
                    new StreamCommand.Symlink(bytes("link"), 3, bytes("..")));
            List<String> before = TreeSummary.of(new HostTree(destination.resolve("p")));
            for (int round = 0; round < 60; round++) {
                String where = "-Dseed=" + (seed + round);
                UUID self = new UUID(2, round);
                List<StreamCommand> commands = new ArrayList<>();
                commands.add(new StreamCommand.Snapshot(bytes("s"), self, 1, parent, 1));
                commands.addAll(
                        new RandomCommands(new Random(seed + round), self, parent).list(80));
                try {
                    receive(destination, commands.toArray(StreamCommand[]::new));
                } catch (RuntimeException | IOException e) {
                    throw new AssertionError(where, e);
                }
                assertEquals(Set.of("canary", "dest"), names(btrfs.path()), where);
                Set<String> there = Set.of(ReceivedMarks.DIRECTORY, "p", "s");
                assertEquals(there, names(destination), where);
                try (Directory directory = Directory.open(destination)) {
                    DirectoryRemover.remove(directory, bytes("s"));
                }
            }
            assertEquals("canary-content", Files.readString(btrfs.path().resolve("canary")));
            TreeSummary.assertEqual(
                    before, TreeSummary.of(new HostTree(destination.resolve("p"))), "parent");
        }
    }

    /// Receives a stream of these commands, whatever many of them are refused.
    private static void receive(Path destination, StreamCommand... commands) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        StreamWriter writer = new StreamWriter(bytes);
        writer.begin(2);
        for (StreamCommand command : commands) {
            writer.write(command);
        }
        writer.write(new StreamCommand.End());
        writer.flush();
        StreamReader reader =
                new StreamReader(
                        new ByteArrayInputStream(bytes.toByteArray()),
                        StreamReader.Options.defaults());
        new DirectoryReceiver(ReceiveOptions.with(Clock.systemUTC()).withMaxErrors(0))
                .receive(reader, destination, _ -> {});
    }
}
