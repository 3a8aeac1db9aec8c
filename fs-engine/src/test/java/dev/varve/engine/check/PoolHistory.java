package dev.varve.engine.check;

import dev.varve.engine.Catalog;
import dev.varve.engine.Pool;
import dev.varve.engine.SubvolumeWriter;
import dev.varve.engine.SubvolumeWriter.CloneTarget;
import dev.varve.engine.SubvolumeWriter.RenameMode;
import dev.varve.engine.WriteTransaction;
import dev.varve.engine.WriteTransaction.Place;
import dev.varve.engine.WriteTransaction.SnapshotOptions;
import dev.varve.engine.model.Attributes;
import dev.varve.engine.model.DeletedSubvolume;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.FileType;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.SubvolumeInfo;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.model.XattrName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

/// Does to a pool, by seed, all that the engine's face lets one do. What the engine refuses is
/// passed over.
final class PoolHistory {
    private static final int MAX_SUBVOLUMES = 12;

    private final Random random;
    private final Pool pool;

    PoolHistory(Pool pool, long seed) {
        this.pool = pool;
        this.random = new Random(seed);
    }

    /// One transaction of some operations, sometimes given up.
    void transaction(int operations) throws IOException {
        try (WriteTransaction tx = pool.begin()) {
            for (int i = 0; i < operations; i++) {
                try {
                    step(tx);
                } catch (FileSystemException _) {
                    // Refused: the transaction is as before.
                }
            }
            if (random.nextInt(8) > 0) {
                tx.commit();
            }
        }
    }

    private void step(WriteTransaction tx) throws IOException {
        if (random.nextInt(12) == 0) {
            poolStep(tx, random.nextInt(13));
            return;
        }
        SubvolumeWriter tree = tx.edit(subvolume(tx).id());
        long directory = directory(tree);
        switch (random.nextInt(4)) {
            case 0 -> create(tree, directory, random.nextInt(6));
            case 1 -> rename(tree, directory);
            case 2 -> attributes(tree, any(tree, directory));
            default -> content(tx, tree, file(tree, directory));
        }
    }

    private void poolStep(WriteTransaction tx, int what) throws IOException {
        SubvolumeInfo any = subvolume(tx);
        Place place = place(tx);
        switch (what) {
            case 0 -> tx.createSubvolume(place);
            case 1, 2, 3 ->
                    tx.snapshot(
                            any.id(),
                            place,
                            new SnapshotOptions(random.nextBoolean(), random.nextBoolean()));
            case 4 -> {
                if (subvolumes(tx).size() > MAX_SUBVOLUMES / 2) {
                    tx.deleteSubvolume(any.id(), true);
                }
            }
            case 5 -> tx.clean(1 + random.nextInt(600));
            case 6 -> {
                Catalog catalog = tx.catalog(any.id(), "c" + random.nextInt(2));
                for (int i = 0; i < random.nextInt(300); i++) {
                    catalog.put(bytes(1 + random.nextInt(40)), bytes(random.nextInt(200)));
                }
            }
            case 7 -> {
                if (!any.id().equals(SubvolumeId.TOP_LEVEL)) {
                    tx.setReadOnly(any.id(), random.nextInt(4) == 0);
                }
            }
            case 8 ->
                    tx.setReceived(
                            any.id(), new UUID(5, random.nextInt(5)), 7, new Timestamp(1, 2));
            case 9 -> tx.directoryToSubvolume(place);
            case 10 -> {
                Scan<DeletedSubvolume> deleted = tx.deletedSubvolumes();
                if (deleted.advance()) {
                    tx.undelete(deleted.current().id(), place);
                }
            }
            default -> convert(tx, any, place);
        }
    }

    private void convert(WriteTransaction tx, SubvolumeInfo any, Place place) throws IOException {
        switch (random.nextInt(3)) {
            case 0 -> tx.subvolumeToDirectory(any.id());
            case 1 -> tx.setDefaultSubvolume(any.id());
            default -> {
                if (subvolumes(tx).size() < MAX_SUBVOLUMES) {
                    long directory = directory(tx.edit(any.id()));
                    tx.snapshotDirectory(
                            any.id(),
                            directory,
                            place,
                            new SnapshotOptions(random.nextBoolean(), false));
                }
            }
        }
    }

    private List<SubvolumeInfo> subvolumes(WriteTransaction tx) throws IOException {
        List<SubvolumeInfo> all = new ArrayList<>();
        for (Scan<SubvolumeInfo> scan = tx.subvolumes(); scan.advance(); ) {
            all.add(scan.current());
        }
        return all;
    }

    private SubvolumeInfo subvolume(WriteTransaction tx) throws IOException {
        List<SubvolumeInfo> all = subvolumes(tx);
        return all.get(random.nextInt(all.size()));
    }

    private Place place(WriteTransaction tx) throws IOException {
        SubvolumeId parent = random.nextBoolean() ? SubvolumeId.TOP_LEVEL : subvolume(tx).id();
        return new Place(parent, directory(tx.edit(parent)), name());
    }

    private FileName name() {
        String longer = random.nextInt(10) == 0 ? "x".repeat(200) : "";
        return FileName.of("n" + random.nextInt(40) + longer);
    }

    private long directory(SubvolumeWriter tree) throws IOException {
        long at = Inode.ROOT;
        for (int depth = random.nextInt(4); depth > 0; depth--) {
            List<Long> below = new ArrayList<>();
            for (Scan<DirEntry> entries = tree.list(at); entries.advance(); ) {
                DirEntry entry = entries.current();
                if (entry.type() == FileType.DIRECTORY && !entry.isSubvolume()) {
                    below.add(entry.target());
                }
            }
            if (below.isEmpty()) {
                return at;
            }
            at = below.get(random.nextInt(below.size()));
        }
        return at;
    }

    private Optional<DirEntry> entry(SubvolumeWriter tree, long directory) throws IOException {
        List<DirEntry> all = new ArrayList<>();
        for (Scan<DirEntry> entries = tree.list(directory); entries.advance(); ) {
            all.add(entries.current());
        }
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(random.nextInt(all.size())));
    }

    private long any(SubvolumeWriter tree, long directory) throws IOException {
        Optional<DirEntry> entry = entry(tree, directory).filter(found -> !found.isSubvolume());
        return entry.map(DirEntry::target).orElse(Inode.ROOT);
    }

    private long file(SubvolumeWriter tree, long directory) throws IOException {
        Optional<DirEntry> entry =
                entry(tree, directory).filter(found -> found.type() == FileType.REGULAR);
        return entry.isPresent()
                ? entry.get().target()
                : tree.createFile(directory, name(), plain());
    }

    private static Attributes plain() {
        return Attributes.of(0644, new Timestamp(1000, 5));
    }

    private void create(SubvolumeWriter tree, long directory, int what) throws IOException {
        FileName name = name();
        switch (what) {
            case 0, 1 -> tree.createDirectory(directory, name, plain());
            case 2 -> tree.createSymlink(directory, name, bytes(1 + random.nextInt(300)), plain());
            case 3 -> {
                FileType[] types = {FileType.FIFO, FileType.SOCKET, FileType.BLOCK_DEVICE};
                tree.createNode(directory, name, types[random.nextInt(3)], 0, plain());
            }
            case 4 -> tree.link(any(tree, directory), directory, name);
            default -> {
                for (int i = 0; i < 60; i++) {
                    FileName each = FileName.of("many" + random.nextInt(1000));
                    if (tree.lookup(directory, each).isEmpty()) {
                        long file = tree.createFile(directory, each, plain());
                        tree.write(file, 0, ByteBuffer.wrap(bytes(random.nextInt(900))));
                    }
                }
            }
        }
    }

    private void rename(SubvolumeWriter tree, long directory) throws IOException {
        Optional<DirEntry> entry = entry(tree, directory);
        if (entry.isEmpty()) {
            return;
        }
        FileName name = entry.get().name();
        switch (random.nextInt(4)) {
            case 0 -> {
                if (entry.get().type() == FileType.DIRECTORY) {
                    tree.removeDirectory(directory, name);
                } else {
                    tree.unlink(directory, name);
                }
            }
            default -> {
                RenameMode mode = RenameMode.values()[random.nextInt(3)];
                tree.rename(directory, name, directory(tree), name(), mode);
            }
        }
    }

    private void attributes(SubvolumeWriter tree, long inode) throws IOException {
        XattrName name = XattrName.of("user.x" + random.nextInt(5));
        switch (random.nextInt(4)) {
            case 0 -> tree.setXattr(inode, name, bytes(random.nextInt(100)));
            case 1 -> tree.setXattr(inode, name, bytes(4000 + random.nextInt(9000)));
            case 2 -> tree.removeXattr(inode, name);
            default -> tree.setOwner(inode, random.nextInt(9), random.nextInt(9));
        }
    }

    private void content(WriteTransaction tx, SubvolumeWriter tree, long inode) throws IOException {
        long offset = random.nextInt(400_000);
        long length = 1L + random.nextInt(200_000);
        switch (random.nextInt(10)) {
            case 0 -> tree.truncate(inode, offset);
            case 1 -> tree.punchHole(inode, offset, length);
            case 2 -> tree.zeroRange(inode, offset, length, random.nextBoolean());
            case 3 -> tree.allocate(inode, offset, length, random.nextBoolean());
            case 4 -> tree.collapseRange(inode, offset / 2, length / 2);
            case 5 -> tree.insertRange(inode, offset / 2, length);
            case 6, 7 -> {
                SubvolumeWriter source = tx.edit(subvolume(tx).id());
                long from = file(source, directory(source));
                long available = source.inode(from).sizeBytes();
                tree.cloneRange(
                        source,
                        from,
                        0,
                        Math.min(length, available),
                        new CloneTarget(inode, offset));
            }
            case 8 -> tree.write(inode, 0, ByteBuffer.wrap(bytes(random.nextInt(3000))));
            default -> tree.write(inode, offset, ByteBuffer.wrap(bytes((int) length)));
        }
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
