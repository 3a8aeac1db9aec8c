package dev.varve.send;

import dev.varve.engine.SubvolumeWriter;
import dev.varve.engine.model.Attributes;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.FileType;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Link;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.model.XattrName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Changes a tree at random, with few names so that they collide, are swapped and taken over.
final class RandomChanges {
    private static final int MAX_FILE_BYTES = 300_000;

    private final Random random;
    private final SubvolumeWriter tree;
    private long clock = 1_700_000_000;

    RandomChanges(Random random, SubvolumeWriter tree) {
        this.random = random;
        this.tree = tree;
    }

    /// One name in the tree.
    private record Named(long directory, FileName name, DirEntry entry) {}

    void apply(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            clock++;
            try {
                step();
            } catch (FileSystemException _) {
                // The name is taken, or the directory is not empty: try something else.
                continue;
            }
        }
    }

    private void step() throws IOException {
        switch (random.nextInt(24)) {
            case 0, 1, 2 -> create();
            case 3, 4 -> tree.createDirectory(directory(), name(), attributes());
            case 5 -> special();
            case 6, 7 -> link();
            case 8, 9 -> remove();
            case 10, 11, 12, 13 -> rename(SubvolumeWriter.RenameMode.REPLACE);
            case 14, 15 -> rename(SubvolumeWriter.RenameMode.EXCHANGE);
            case 16 -> write();
            case 17 -> truncate();
            case 18 -> punch();
            case 19, 20 -> share();
            case 21 -> xattr();
            case 22 -> attribute();
            default -> takeOver();
        }
    }

    private FileName name() {
        return FileName.of(String.valueOf((char) ('a' + random.nextInt(8))));
    }

    private Timestamp now() {
        return new Timestamp(clock, random.nextInt(1_000_000_000));
    }

    private Attributes attributes() {
        Timestamp now = now();
        int permissions = random.nextInt(8) == 0 ? 06755 : 0600 | random.nextInt(0200);
        return new Attributes(
                permissions, random.nextInt(3), random.nextInt(3), now, now, now, now, 0);
    }

    /// Links have no mode of their own on Linux.
    private Attributes linkAttributes() {
        return Attributes.of(0777, now());
    }

    private List<Named> all() throws IOException {
        List<Named> all = new ArrayList<>();
        collect(Inode.ROOT, all);
        return all;
    }

    private void collect(long directory, List<Named> all) throws IOException {
        for (Scan<DirEntry> entries = tree.list(directory); entries.advance(); ) {
            DirEntry entry = entries.current();
            all.add(new Named(directory, entry.name(), entry));
            if (entry.type() == FileType.DIRECTORY) {
                collect(entry.target(), all);
            }
        }
    }

    private long directory() throws IOException {
        List<Long> found = new ArrayList<>(List.of(Inode.ROOT));
        for (Named named : all()) {
            if (named.entry.type() == FileType.DIRECTORY) {
                found.add(named.entry.target());
            }
        }
        return found.get(random.nextInt(found.size()));
    }

    private Named any(FileType... types) throws IOException {
        List<FileType> wanted = List.of(types);
        List<Named> found =
                all().stream()
                        .filter(n -> wanted.isEmpty() || wanted.contains(n.entry.type()))
                        .toList();
        if (found.isEmpty()) {
            throw new FileSystemException("nothing there yet");
        }
        return found.get(random.nextInt(found.size()));
    }

    private void create() throws IOException {
        long inode = tree.createFile(directory(), name(), attributes());
        tree.write(inode, random.nextInt(3) * 5000L, bytes(1 + random.nextInt(MAX_FILE_BYTES)));
    }

    private ByteBuffer bytes(int length) {
        byte[] bytes = new byte[length];
        if (random.nextBoolean()) {
            random.nextBytes(bytes);
        } else {
            Arrays.fill(bytes, (byte) random.nextInt(1, 256));
        }
        return ByteBuffer.wrap(bytes);
    }

    private void special() throws IOException {
        long directory = directory();
        switch (random.nextInt(3)) {
            case 0 ->
                    tree.createSymlink(directory, name(), new byte[] {'x', 'y'}, linkAttributes());
            case 1 -> tree.createNode(directory, name(), FileType.FIFO, 0, attributes());
            default ->
                    tree.createNode(
                            directory, name(), FileType.CHARACTER_DEVICE, 0x103, attributes());
        }
    }

    private void link() throws IOException {
        Named file = any(FileType.REGULAR, FileType.SYMLINK, FileType.FIFO);
        tree.link(file.entry.target(), directory(), name());
    }

    private void remove() throws IOException {
        Named named = any();
        if (named.entry.type() == FileType.DIRECTORY) {
            tree.removeDirectory(named.directory, named.name);
        } else {
            tree.unlink(named.directory, named.name);
        }
    }

    private void rename(SubvolumeWriter.RenameMode mode) throws IOException {
        Named from = any();
        Named to = any();
        boolean isExchange = mode == SubvolumeWriter.RenameMode.EXCHANGE;
        long target = isExchange ? to.directory : directory();
        FileName targetName = isExchange ? to.name : name();
        boolean isSameKind =
                tree.lookup(target, targetName)
                        .map(e -> e.type() == FileType.DIRECTORY)
                        .map(d -> d == (from.entry.type() == FileType.DIRECTORY))
                        .orElse(true);
        boolean isLoop =
                isBelow(target, from.entry.target())
                        || (isExchange && isBelow(from.directory, to.entry.target()));
        boolean isSameInode =
                tree.lookup(target, targetName)
                        .map(e -> e.target() == from.entry.target())
                        .orElse(false);
        if (isLoop || isSameInode || (!isExchange && !isSameKind)) {
            throw new FileSystemException("no such rename");
        }
        tree.rename(from.directory, from.name, target, targetName, mode);
    }

    private boolean isBelow(long directory, long ancestor) throws IOException {
        for (long at = directory; ; ) {
            if (at == ancestor) {
                return true;
            }
            if (at == Inode.ROOT) {
                return false;
            }
            Scan<Link> links = tree.links(at);
            links.advance();
            at = links.current().directory();
        }
    }

    /// A new file takes the name of another.
    private void takeOver() throws IOException {
        Named old = any(FileType.REGULAR);
        FileName aside = name();
        tree.rename(
                old.directory, old.name, directory(), aside, SubvolumeWriter.RenameMode.NO_REPLACE);
        tree.createDirectory(old.directory, old.name, attributes());
    }

    private void write() throws IOException {
        long inode = any(FileType.REGULAR).entry.target();
        tree.write(inode, random.nextInt(MAX_FILE_BYTES), bytes(1 + random.nextInt(50_000)));
        touch(inode);
    }

    private void touch(long inode) throws IOException {
        Timestamp now = now();
        tree.setTimes(inode, now, now, now);
    }

    private void truncate() throws IOException {
        long inode = any(FileType.REGULAR).entry.target();
        tree.truncate(inode, random.nextInt(2 * MAX_FILE_BYTES));
    }

    private void punch() throws IOException {
        Inode inode = tree.inode(any(FileType.REGULAR).entry.target());
        if (inode.sizeBytes() > 20_000) {
            int offset = random.nextInt((int) inode.sizeBytes() - 10_000);
            if (random.nextInt(3) == 0) {
                tree.zeroRange(inode.number(), offset, 1 + random.nextInt(9_000), true);
            } else {
                tree.punchHole(inode.number(), offset, 1 + random.nextInt(9_000));
            }
        }
    }

    private void share() throws IOException {
        Inode source = tree.inode(any(FileType.REGULAR).entry.target());
        if (random.nextBoolean()) {
            long copy = tree.createFile(directory(), name(), attributes());
            if (source.sizeBytes() > 0) {
                tree.cloneRange(
                        tree,
                        source.number(),
                        0,
                        source.sizeBytes(),
                        new SubvolumeWriter.CloneTarget(copy, 0));
            }
            return;
        }
        long target = any(FileType.REGULAR).entry.target();
        long offset = 4096L * random.nextInt(20);
        long length = Math.min(4096L * (1 + random.nextInt(20)), source.sizeBytes() - offset);
        if (length > 0 && target != source.number()) {
            tree.cloneRange(
                    tree,
                    source.number(),
                    offset,
                    length,
                    new SubvolumeWriter.CloneTarget(target, 4096L * random.nextInt(20)));
        }
    }

    private void xattr() throws IOException {
        long inode = any(FileType.REGULAR, FileType.DIRECTORY).entry.target();
        XattrName name = XattrName.of("user." + name());
        if (tree.xattr(inode, name).isPresent()) {
            tree.removeXattr(inode, name);
        } else {
            tree.setXattr(inode, name, new byte[] {(byte) random.nextInt(256), 7});
        }
        if (random.nextInt(4) == 0 && tree.inode(inode).isRegular()) {
            tree.setXattr(inode, AttributeSender.CAPABILITY, CAPABILITY.clone());
        }
    }

    /// `cap_net_raw=ep` as the kernel stores it, version 2.
    private static final byte[] CAPABILITY = {
        1, 0, 0, 2, 0, 32, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
    };

    private void attribute() throws IOException {
        Named named = any(FileType.REGULAR, FileType.DIRECTORY, FileType.FIFO);
        long inode = named.entry.target();
        switch (random.nextInt(3)) {
            case 0 -> tree.setOwner(inode, random.nextInt(5), random.nextInt(5));
            case 1 -> tree.setPermissions(inode, random.nextInt(010000));
            default -> touch(inode);
        }
    }
}
