package dev.varve.engine.store;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// A medium that does what it is told on the real file system, except for syncing, and remembers
/// it, so that a test can make the directory that a power cut at any point might leave. Knows no
/// more than POSIX promises: bytes are there after a sync of their file, names after a sync of
/// their directory; what is not synced may be there, or not, or in part, in any combination.
/// Thread-safe: each operation and its record are one step, as packs of both kinds are written at
/// once.
final class RecordingMedium implements Medium {
    private static final int SECTOR_BYTES = 512;

    private sealed interface Step {
        record Name(Path path, int file) implements Step {}

        record Unname(Path path) implements Step {}

        record Bytes(int file, byte[] bytes) implements Step {}

        record SyncFile(int file) implements Step {}

        record SyncDirectory(Path path) implements Step {}
    }

    /// Stands for a directory where a file's number stands.
    private static final int DIRECTORY = -1;

    private final Disk disk = new Disk();
    private final boolean links;
    private final boolean syncs;
    private final List<Step> steps = new ArrayList<>();
    private final Map<Path, Integer> numbers = new HashMap<>();
    private int files;

    /// @param links whether files can have a second name
    /// @param syncs false for a medium that forgets to sync files, to see the test fail
    RecordingMedium(boolean links, boolean syncs) {
        this.links = links;
        this.syncs = syncs;
    }

    synchronized int points() {
        return steps.size();
    }

    @Override
    public synchronized NewFile create(Path file) throws IOException {
        NewFile created = disk.create(file);
        int number = files++;
        numbers.put(file, number);
        steps.add(new Step.Name(file, number));
        return new NewFile() {
            @Override
            public void write(ByteBuffer bytes) throws IOException {
                byte[] copy = new byte[bytes.remaining()];
                bytes.duplicate().get(copy);
                synchronized (RecordingMedium.this) {
                    created.write(bytes);
                    steps.add(new Step.Bytes(number, copy));
                }
            }

            @Override
            public void read(ByteBuffer into, long offset) throws IOException {
                created.read(into, offset);
            }

            @Override
            public void sync() {
                synchronized (RecordingMedium.this) {
                    if (syncs) {
                        steps.add(new Step.SyncFile(number));
                    }
                }
            }

            @Override
            public void close() throws IOException {
                created.close();
            }
        };
    }

    @Override
    public synchronized void createDirectory(Path directory) throws IOException {
        boolean there = Files.exists(directory);
        disk.createDirectory(directory);
        if (!there) {
            steps.add(new Step.Name(directory, DIRECTORY));
        }
    }

    @Override
    public synchronized void link(Path file, Path name) throws IOException {
        if (!links) {
            throw new UnsupportedOperationException("no links here");
        }
        disk.link(file, name);
        name(file, name);
    }

    @Override
    public synchronized void rename(Path file, Path name) throws IOException {
        disk.rename(file, name);
        name(file, name);
        steps.add(new Step.Unname(file));
    }

    private void name(Path file, Path name) {
        int number = numbers.getOrDefault(file, DIRECTORY);
        numbers.put(name, number);
        steps.add(new Step.Name(name, number));
    }

    @Override
    public synchronized void delete(Path file) throws IOException {
        boolean there = Files.exists(file);
        disk.delete(file);
        if (there) {
            steps.add(new Step.Unname(file));
        }
    }

    @Override
    public synchronized boolean removeDirectory(Path directory) throws IOException {
        boolean removed = disk.removeDirectory(directory);
        if (removed) {
            steps.add(new Step.Unname(directory));
        }
        return removed;
    }

    @Override
    public synchronized void syncDirectory(Path directory) {
        steps.add(new Step.SyncDirectory(directory));
    }

    /// Makes what a crash just after the first `point` steps leaves, by chance one of many.
    ///
    /// @param from the directory whose content was recorded
    /// @param to an empty directory
    synchronized void imageAt(int point, Random random, Path from, Path to) throws IOException {
        Image image = new Image(random);
        for (int i = 0; i < point; i++) {
            image.add(steps.get(i), steps.subList(i + 1, point));
        }
        image.write(from, to);
    }

    private static final class Image {
        private final Random random;
        private final Map<Path, Map<Path, Integer>> directories = new HashMap<>();
        private final Map<Integer, ByteArrayOutputStream> contents = new HashMap<>();

        Image(Random random) {
            this.random = random;
        }

        /// @param later what happened after the step and before the crash
        void add(Step step, List<Step> later) {
            switch (step) {
                case Step.Name(Path path, int file) -> {
                    if (survives(new Step.SyncDirectory(directoryOf(path)), later)) {
                        names(path).put(path, file);
                    }
                }
                case Step.Unname(Path path) -> {
                    if (survives(new Step.SyncDirectory(directoryOf(path)), later)) {
                        names(path).remove(path);
                        // A directory that is gone took its names along.
                        directories.remove(path);
                    }
                }
                case Step.Bytes(int file, byte[] bytes) ->
                        addBytes(file, later.contains(new Step.SyncFile(file)), bytes);
                case Step.SyncFile _, Step.SyncDirectory _ -> {}
            }
        }

        private boolean survives(Step sync, List<Step> later) {
            return later.contains(sync) || random.nextBoolean();
        }

        private static Path directoryOf(Path path) {
            return path.resolve("..").normalize();
        }

        private Map<Path, Integer> names(Path path) {
            return directories.computeIfAbsent(directoryOf(path), _ -> new HashMap<>());
        }

        private void addBytes(int file, boolean durable, byte[] bytes) {
            ByteArrayOutputStream content =
                    contents.computeIfAbsent(file, _ -> new ByteArrayOutputStream());
            int length = durable ? bytes.length : random.nextInt(bytes.length + 1);
            for (int at = 0; at < length; at += SECTOR_BYTES) {
                int part = Math.min(SECTOR_BYTES, length - at);
                if (durable || random.nextBoolean()) {
                    content.write(bytes, at, part);
                } else {
                    content.write(new byte[part], 0, part);
                }
            }
        }

        void write(Path from, Path to) throws IOException {
            for (Map.Entry<Path, Integer> name :
                    directories.getOrDefault(from, Map.of()).entrySet()) {
                Path target = to.resolve(name.getKey().getFileName());
                if (name.getValue() == DIRECTORY) {
                    Files.createDirectory(target);
                    write(name.getKey(), target);
                } else {
                    ByteArrayOutputStream content =
                            contents.getOrDefault(name.getValue(), new ByteArrayOutputStream());
                    Files.write(target, content.toByteArray());
                }
            }
        }
    }
}
