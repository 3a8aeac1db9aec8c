package dev.varve.ingest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.FileTree;
import dev.varve.engine.ReadView;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Scan;
import dev.varve.local.Shell;
import dev.varve.local.TestPool;
import dev.varve.posix.Directory;
import dev.varve.posix.Directory.Rename;
import dev.varve.posix.FileStatus;
import dev.varve.posix.PosixException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Random changes to a directory, imported now and then: the pool always ends up equal.
@EnabledOnOs(OS.LINUX)
class DirectoryImportModelTest {
    private static final int ROUNDS = 30;
    private static final int LARGEST_BYTES = 200_000;

    @TempDir private Path temp;
    private Path root;
    private Random random;
    private long seed;

    @BeforeEach
    void prepare() throws IOException {
        seed = Long.getLong("seed", System.nanoTime());
        random = new Random(seed);
        root = Files.createDirectory(temp.resolve("root"));
    }

    @Test
    void thePoolFollowsWhateverHappensToTheDirectory() throws Exception {
        try (TestPool pool = new TestPool()) {
            for (int round = 0; round < ROUNDS; round++) {
                int changes = random.nextInt(40);
                for (int i = 0; i < changes; i++) {
                    change();
                }
                if (random.nextInt(8) == 0) { // all inodes are new, as on a new disk
                    Shell.run(temp, "cp -a root copy; rm -r root; mv copy root");
                }
                ImportResult result = pool.importFrom(root);
                assertEquals(List.of(), result.failures());
                compare(pool);
                assertTrue(pool.importFrom(root).isUnchanged());
            }
        } catch (AssertionError | IOException | RuntimeException e) {
            throw new AssertionError("-Dseed=" + seed, e);
        }
    }

    private Path any(boolean mustBeDirectory) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            List<Path> candidates =
                    all.filter(path ->
                                    mustBeDirectory
                                            ? Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
                                            : !path.equals(root))
                            .sorted()
                            .toList();
            return candidates.isEmpty()
                    ? root.resolve("missing")
                    : candidates.get(random.nextInt(candidates.size()));
        }
    }

    private Path anyPlace() throws IOException {
        return any(true).resolve("n" + random.nextInt(12));
    }

    // What cannot be done (a name is taken, a directory would hold itself) is left out.
    private void change() throws IOException {
        try {
            switch (random.nextInt(12)) {
                case 0, 1 -> Files.createDirectory(anyPlace());
                case 2, 3 -> Files.write(anyPlace(), bytes(), StandardOpenOption.CREATE_NEW);
                case 4 -> Files.createSymbolicLink(anyPlace(), Path.of("t" + random.nextInt()));
                case 5 -> Files.createLink(anyPlace(), any(false));
                case 6, 7 -> Files.move(any(false), anyPlace());
                case 8 -> exchange(any(false), any(false));
                case 9 -> delete(any(false));
                case 10 -> overwrite(any(false));
                case 11 -> replace(any(false));
                default -> throw new AssertionError();
            }
        } catch (FileSystemException | PosixException _) {
            return;
        }
    }

    private byte[] bytes() {
        byte[] bytes = new byte[random.nextInt(8) == 0 ? random.nextInt(LARGEST_BYTES) : 50];
        random.nextBytes(bytes);
        return bytes;
    }

    private void exchange(Path one, Path other) throws IOException {
        try (Directory directory = Directory.open(root)) {
            byte[] from = root.relativize(one).toString().getBytes(StandardCharsets.UTF_8);
            byte[] to = root.relativize(other).toString().getBytes(StandardCharsets.UTF_8);
            directory.rename(from, directory, to, Rename.EXCHANGE);
        }
    }

    private static void delete(Path path) throws IOException {
        List<Path> all = new ArrayList<>();
        try (Stream<Path> walk = Files.walk(path)) {
            walk.forEach(all::addFirst);
        }
        for (Path each : all) {
            Files.delete(each);
        }
    }

    private void overwrite(Path file) throws IOException {
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            try (var channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
                channel.position(random.nextInt(LARGEST_BYTES));
                channel.write(ByteBuffer.wrap(bytes()));
                if (random.nextBoolean()) {
                    channel.truncate(random.nextInt(LARGEST_BYTES));
                }
            }
        } else if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            String permissions = random.nextBoolean() ? "rwxr-x---" : "rwx------";
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        }
    }

    /// As editors save: a new file takes the name.
    private void replace(Path file) throws IOException {
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            Path fresh = Files.write(temp.resolve("fresh"), bytes());
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private void compare(TestPool pool) throws IOException {
        try (ReadView view = pool.pool().read()) {
            FileTree tree = view.open(pool.subvolume());
            compare(tree, Inode.ROOT, root, new HashMap<>());
        }
    }

    /// @param pairs the source's inode numbers and the pool's
    private void compare(FileTree tree, long inode, Path directory, Map<Long, Long> pairs)
            throws IOException {
        TreeSet<String> names = new TreeSet<>();
        try (Stream<Path> list = Files.list(directory)) {
            list.forEach(path -> names.add(path.getFileName().toString()));
        }
        try (Directory open = Directory.open(directory)) {
            for (Scan<DirEntry> scan = tree.list(inode); scan.advance(); ) {
                DirEntry entry = scan.current();
                Path path = directory.resolve(entry.name().toString());
                assertTrue(names.remove(entry.name().toString()), path + " is surplus");
                FileStatus status = open.status(entry.name().bytes());
                compareEntry(tree, tree.inode(entry.target()), path, status, pairs);
            }
        }
        assertEquals(Set.of(), names, "missing in " + directory);
    }

    private void compareEntry(
            FileTree tree, Inode inode, Path path, FileStatus status, Map<Long, Long> pairs)
            throws IOException {
        String where = path.toString();
        long number = inode.number();
        assertEquals(status.mode(), inode.mode(), where);
        assertEquals(SourceEntry.modifyTime(status), inode.modifyTime(), where);
        Long before = pairs.putIfAbsent(status.inode(), number);
        assertTrue(before == null || before == number, where + " is two inodes");
        switch (inode.type()) {
            case DIRECTORY -> compare(tree, number, path, pairs);
            case SYMLINK ->
                    assertEquals(
                            Files.readSymbolicLink(path).toString(),
                            new String(tree.symlinkTarget(number), StandardCharsets.UTF_8));
            case REGULAR -> {
                assertEquals(status.links(), inode.links(), where);
                assertEquals(status.sizeBytes(), inode.sizeBytes(), where);
                ByteBuffer content = ByteBuffer.allocate((int) inode.sizeBytes());
                while (tree.read(number, content.position(), content) > 0) {
                    continue;
                }
                assertArrayEquals(Files.readAllBytes(path), content.array(), where);
            }
            case FIFO, SOCKET, CHARACTER_DEVICE, BLOCK_DEVICE -> throw new AssertionError(where);
        }
    }
}
