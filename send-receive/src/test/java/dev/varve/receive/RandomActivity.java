package dev.varve.receive;

import dev.varve.posix.Directory;
import dev.varve.posix.Errno;
import dev.varve.posix.FileTimes;
import dev.varve.posix.OpenFile;
import dev.varve.posix.PosixException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Changes a mounted directory at random: few names, so that they collide, are swapped and taken
/// over, and everything a file system that shares extents can do to content.
final class RandomActivity {
    private static final int MAX_FILE_BYTES = 200_000;
    private static final int BLOCK_BYTES = 4096;
    private static final int FILE_TYPE = 0010000;

    /// What a kernel answers to a step that makes no sense where it fell.
    private static final Set<Integer> REFUSALS =
            Set.of(
                    Errno.ENOENT,
                    Errno.EBUSY,
                    Errno.EEXIST,
                    Errno.ENOTDIR,
                    Errno.EISDIR,
                    Errno.EINVAL,
                    Errno.ENOTEMPTY,
                    Errno.ENODATA,
                    Errno.ELOOP);

    /// `cap_net_raw=ep` as the kernel stores it, version 2.
    private static final byte[] CAPABILITY = {
        1, 0, 0, 2, 0, 32, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
    };

    /// `u::rw-,u:7:r--,g::r--,m::r--,o::---` in the form of the extended attribute, version 2.
    private static final byte[] ACCESS_LIST = {
        2, 0, 0, 0, 1, 0, 6, 0, -1, -1, -1, -1, 2, 0, 4, 0, 7, 0, 0, 0, 4, 0, 4, 0, -1, -1, -1, -1,
        16, 0, 4, 0, -1, -1, -1, -1, 32, 0, 0, 0, -1, -1, -1, -1
    };

    private final Random random;
    private final Path root;
    private int done;

    RandomActivity(Random random, Path root) {
        this.random = random;
        this.root = root;
    }

    private interface Use {
        void use(Directory directory, byte[] name) throws IOException;
    }

    /// Steps that took effect.
    int done() {
        return done;
    }

    void apply(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            try {
                step();
                done++;
            } catch (PosixException e) {
                if (!REFUSALS.contains(e.errno())) {
                    throw e;
                }
            }
        }
    }

    private void step() throws IOException {
        switch (random.nextInt(32)) {
            case 0, 1, 2, 3 -> at(place(), this::create);
            case 4, 5, 6 -> at(place(), (in, name) -> in.makeDirectory(name, 0755));
            case 7 -> at(place(), this::special);
            case 8, 9, 10 -> link();
            case 11 -> remove(any(_ -> true));
            case 12, 13, 14, 15, 16 -> rename(Directory.Rename.REPLACE);
            case 17, 18, 19 -> rename(Directory.Rename.EXCHANGE);
            case 20 -> invert();
            case 21 -> changeType();
            case 22, 23 -> content(this::overwrite);
            case 24 -> content(file -> file.truncate(random.nextInt(MAX_FILE_BYTES)));
            case 25 -> content(file -> file.punchHole(offset(), offset() + 1));
            case 26 -> content(file -> file.allocate(offset(), offset() + 1));
            case 27 -> content(file -> file.zeroRange(offset(), offset() + 1));
            case 28, 29 -> share();
            case 30 -> at(any(_ -> true), this::xattr);
            default -> at(any(_ -> true), this::attribute);
        }
    }

    private void at(Path path, Use use) throws IOException {
        try (Directory parent = Directory.open(Objects.requireNonNull(path.getParent()))) {
            use.use(parent, name(path));
        }
    }

    private static byte[] name(Path path) {
        return bytes(Objects.requireNonNull(path.getFileName()).toString());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /// Some existing entry below the root; the root itself only if nothing else fits.
    private Path any(Predicate<Path> filter) throws IOException {
        try (Stream<Path> walk = Files.walk(root)) {
            List<Path> found =
                    walk.filter(p -> !p.equals(root) && filter.test(p)).sorted().toList();
            if (found.isEmpty()) {
                throw new PosixException("pick", Errno.ENOENT, root.toString());
            }
            return found.get(random.nextInt(found.size()));
        }
    }

    private Path anyDirectory() throws IOException {
        if (random.nextInt(3) == 0) {
            return root;
        }
        try {
            return any(RandomActivity::isDirectory);
        } catch (PosixException _) {
            return root;
        }
    }

    private static boolean isDirectory(Path path) {
        return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean isFile(Path path) {
        return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
    }

    /// A name that may be taken.
    private Path place() throws IOException {
        return anyDirectory().resolve(String.valueOf((char) ('a' + random.nextInt(8))));
    }

    private long offset() {
        long offset = random.nextInt(MAX_FILE_BYTES);
        return random.nextInt(3) == 0 ? offset : offset & -BLOCK_BYTES;
    }

    private void create(Directory in, byte[] name) throws IOException {
        try (OpenFile file = in.createFile(name, 0644)) {
            switch (random.nextInt(4)) {
                case 0 -> write(file, 0, random.nextInt(2000));
                case 1 -> file.truncate(offset());
                default -> write(file, 0, 1 + random.nextInt(MAX_FILE_BYTES));
            }
        }
    }

    private void overwrite(OpenFile file) throws IOException {
        write(file, offset(), 1 + random.nextInt(30_000));
    }

    /// Noise, or what compresses well.
    private void write(OpenFile file, long offset, int length) throws IOException {
        byte[] data = new byte[length];
        random.nextBytes(data);
        if (random.nextBoolean()) {
            for (int i = 64; i < length; i++) {
                data[i] = data[i % 61];
            }
        }
        file.write(ByteBuffer.allocateDirect(length).put(data).flip(), offset);
    }

    private void special(Directory in, byte[] name) throws IOException {
        switch (random.nextInt(5)) {
            case 0 -> in.makeNode(name, 0010644, 0);
            case 1 -> in.makeNode(name, 0140644, 0);
            case 2 -> in.makeNode(name, 0020600, 0x103);
            case 3 -> in.makeNode(name, 0060600, 0xfff00701);
            default -> in.makeSymlink(name, bytes("a/../" + random.nextInt()));
        }
    }

    private void link() throws IOException {
        Path from = any(path -> !isDirectory(path));
        Path to = place();
        both(from, to, (in, name, out, other) -> in.link(name, out, other));
    }

    private interface Pair {
        void use(Directory from, byte[] name, Directory to, byte[] newName) throws IOException;
    }

    private void both(Path from, Path to, Pair use) throws IOException {
        at(from, (in, name) -> at(to, (out, other) -> use.use(in, name, out, other)));
    }

    private void rename(Directory.Rename mode) throws IOException {
        Path from = any(_ -> true);
        Path to = mode == Directory.Rename.EXCHANGE ? any(_ -> true) : place();
        both(from, to, (in, name, out, other) -> in.rename(name, out, other, mode));
    }

    /// A child becomes its parent's parent.
    private void invert() throws IOException {
        Path child = any(p -> isDirectory(p) && !root.equals(p.getParent()));
        Path parent = Objects.requireNonNull(child.getParent());
        Path free = root.resolve("inverted" + random.nextInt(1000));
        both(child, free, (in, n, out, o) -> in.rename(n, out, o, Directory.Rename.NO_REPLACE));
        Path below = free.resolve(Objects.requireNonNull(parent.getFileName()));
        both(parent, below, (in, n, out, o) -> in.rename(n, out, o, Directory.Rename.NO_REPLACE));
    }

    private void changeType() throws IOException {
        Path path = any(_ -> true);
        boolean wasDirectory = isDirectory(path);
        remove(path);
        if (wasDirectory || random.nextInt(3) == 0) {
            at(path, random.nextBoolean() ? this::create : this::special);
        } else {
            at(path, (in, name) -> in.makeDirectory(name, 0700));
        }
    }

    private static void remove(Path path) throws IOException {
        try (Directory parent = Directory.open(Objects.requireNonNull(path.getParent()))) {
            DirectoryRemover.remove(parent, name(path));
        }
    }

    private interface Edit {
        void apply(OpenFile file) throws IOException;
    }

    private void content(Edit edit) throws IOException {
        at(
                any(RandomActivity::isFile),
                (in, name) -> {
                    try (OpenFile file = in.openForWriting(name)) {
                        edit.apply(file);
                    }
                });
    }

    /// Clones a range, or a whole file, into another or into the same one.
    private void share() throws IOException {
        Path from = any(RandomActivity::isFile);
        Path to = random.nextInt(4) == 0 ? from : any(RandomActivity::isFile);
        both(
                from,
                to,
                (in, name, out, other) -> {
                    try (OpenFile source = in.openForReading(name);
                            OpenFile target = out.openForWriting(other)) {
                        if (random.nextBoolean()) {
                            target.cloneRange(source, 0, 0, 0);
                        } else {
                            long length = BLOCK_BYTES * (1L + random.nextInt(10));
                            long offset = offset() & -BLOCK_BYTES;
                            target.cloneRange(source, offset() & -BLOCK_BYTES, length, offset);
                        }
                    }
                });
    }

    private void xattr(Directory in, byte[] name) throws IOException {
        int type = in.status(name).mode() & 0170000;
        if (type == 0100000 && random.nextInt(3) == 0) {
            in.setXattr(name, bytes("security.capability"), CAPABILITY.clone());
        } else if (type != 0120000 && random.nextInt(4) == 0) {
            in.setXattr(name, bytes("system.posix_acl_access"), ACCESS_LIST.clone());
        } else {
            String space = type == 0100000 || type == 0040000 ? "user." : "trusted.";
            byte[] attribute = bytes(space + (char) ('a' + random.nextInt(3)));
            if (in.xattr(name, attribute).isPresent() && random.nextBoolean()) {
                in.removeXattr(name, attribute);
            } else {
                in.setXattr(name, attribute, new byte[random.nextInt(300)]);
            }
        }
    }

    private void attribute(Directory in, byte[] name) throws IOException {
        switch (random.nextInt(3)) {
            case 0 -> in.setOwner(name, random.nextInt(4), random.nextInt(4));
            case 1 -> {
                if (!in.status(name).isSymlink()) {
                    in.setPermissions(name, random.nextInt(FILE_TYPE));
                }
            }
            default -> {
                long seconds = random.nextInt(4_000_000) * 1000L - 500_000_000;
                int nanos = random.nextInt(1_000_000_000);
                in.setTimes(name, new FileTimes(seconds, nanos, seconds + 5, nanos));
            }
        }
    }
}
