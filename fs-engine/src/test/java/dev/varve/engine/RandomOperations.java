package dev.varve.engine;

import dev.varve.engine.ModelOperation.Edit;
import dev.varve.engine.ModelTree.Node;
import dev.varve.engine.SubvolumeWriter.CloneTarget;
import dev.varve.engine.SubvolumeWriter.Presence;
import dev.varve.engine.SubvolumeWriter.RenameMode;
import dev.varve.engine.model.Attributes;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.FileType;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.model.XattrName;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/// Chooses what to do next to the files of a pool: mostly what can succeed, now and then what must
/// be refused.
final class RandomOperations {
    private static final int NAMES = 40;

    private final Random random;
    private final RandomPoolOperations onPool;
    private final int maxInodes;
    private ModelPool then;

    RandomOperations(Random random, ModelPool then) {
        this.then = then;
        this.maxInodes = random.nextInt(4) == 0 ? 2000 : 120;
        this.random = random;
        this.onPool = new RandomPoolOperations(random, this);
    }

    /// @param commit an older commit, to clone from
    void setThen(ModelPool commit) {
        then = commit;
    }

    ModelOperation next(ModelPool model) {
        return random.nextInt(100) < 7 ? onPool.next(model) : onFiles(model);
    }

    SubvolumeId someSubvolume(ModelPool model) {
        List<SubvolumeId> ids = model.ids();
        return random.nextInt(60) == 0
                ? new SubvolumeId(999_999)
                : ids.get(random.nextInt(ids.size()));
    }

    private SubvolumeId someWritable(ModelPool model) {
        SubvolumeId id = someSubvolume(model);
        for (int i = 0; i < 3 && model.ids().contains(id) && model.get(id).readOnly(); i++) {
            id = someSubvolume(model);
        }
        return id;
    }

    static TreeMap<Long, Node> nodes(ModelPool model, SubvolumeId id) {
        return model.ids().contains(id) ? model.get(id).tree().nodes : new TreeMap<>(Map.of());
    }

    private long someInode(TreeMap<Long, Node> nodes) {
        if (nodes.isEmpty() || random.nextInt(80) == 0) {
            return 77;
        }
        long from = nodes.firstKey();
        Long found = nodes.ceilingKey(random.nextLong(from, nodes.lastKey() + 1));
        return found == null ? from : found;
    }

    long someDirectory(TreeMap<Long, Node> nodes) {
        return some(nodes, FileType.DIRECTORY, Inode.ROOT);
    }

    private long someFile(TreeMap<Long, Node> nodes) {
        return some(nodes, FileType.REGULAR, 77);
    }

    private long some(TreeMap<Long, Node> nodes, FileType type, long otherwise) {
        long inode = someInode(nodes);
        for (int i = 0; i < 8 && random.nextInt(50) > 0; i++) {
            if (nodes.containsKey(inode) && typeOf(nodes, inode) == type) {
                return inode;
            }
            inode = someInode(nodes);
        }
        return random.nextInt(10) == 0 ? inode : otherwise;
    }

    private static FileType typeOf(TreeMap<Long, Node> nodes, long inode) {
        Node node = nodes.get(inode);
        return node == null ? FileType.SOCKET : node.inode.type();
    }

    FileName newName() {
        int choice = random.nextInt(NAMES + 2);
        if (choice == NAMES) {
            return FileName.of("long" + "x".repeat(random.nextInt(240)));
        }
        return FileName.of(choice == NAMES + 1 ? "\u00e9\u4e00" : "n" + choice);
    }

    /// A name that is there, most of the time.
    FileName oldName(TreeMap<Long, Node> nodes, long directory) {
        Node node = nodes.get(directory);
        if (node == null || node.entries.isEmpty() || random.nextInt(12) == 0) {
            return newName();
        }
        List<DirEntry> entries = List.copyOf(node.entries.values());
        return entries.get(random.nextInt(entries.size())).name();
    }

    private Timestamp time() {
        return new Timestamp(random.nextInt(2000) - 1000L, random.nextInt(1_000_000_000));
    }

    private Attributes attributes() {
        return new Attributes(
                random.nextInt(010000),
                random.nextLong(1L << 32),
                random.nextInt(100),
                time(),
                time(),
                time(),
                time(),
                random.nextInt(1000));
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private ModelOperation onFiles(ModelPool model) {
        SubvolumeId id = someWritable(model);
        TreeMap<Long, Node> nodes = nodes(model, id);
        int choice = random.nextInt(100);
        if (choice < 30) {
            return onNames(id, nodes);
        }
        if (choice < 80) {
            return onContent(model, id, nodes);
        }
        return choice < 93 ? onAttributes(id, nodes) : reading(id, nodes);
    }

    private static ModelOperation edit(SubvolumeId id, String text, Edit edit) {
        return ModelOperation.of("subvolume " + id + " " + text, tx -> edit.run(tx.edit(id)));
    }

    private ModelOperation onNames(SubvolumeId id, TreeMap<Long, Node> nodes) {
        boolean full = nodes.size() > maxInodes;
        int choice = full ? 60 + random.nextInt(40) : random.nextInt(100);
        return choice < 45 ? creating(id, nodes) : renaming(id, nodes, choice);
    }

    private ModelOperation creating(SubvolumeId id, TreeMap<Long, Node> nodes) {
        long dir = someDirectory(nodes);
        FileName name = newName();
        Attributes a = attributes();
        String at = " " + dir + "/" + name;
        return switch (random.nextInt(12)) {
            case 0, 1, 2 -> edit(id, "createDirectory" + at, t -> t.createDirectory(dir, name, a));
            case 3 -> {
                byte[] target = bytes(random.nextInt(20) == 0 ? 4090 + random.nextInt(10) : 9);
                yield edit(id, "symlink" + at, t -> t.createSymlink(dir, name, target, a));
            }
            case 4 -> {
                FileType type = random.nextBoolean() ? FileType.FIFO : FileType.BLOCK_DEVICE;
                long rdev = type == FileType.FIFO ? 0 : random.nextLong(1L << 32);
                yield edit(id, "node" + at, t -> t.createNode(dir, name, type, rdev, a));
            }
            default -> edit(id, "createFile" + at, t -> t.createFile(dir, name, a));
        };
    }

    private ModelOperation renaming(SubvolumeId id, TreeMap<Long, Node> nodes, int choice) {
        long dir = someDirectory(nodes);
        long to = someDirectory(nodes);
        FileName old = oldName(nodes, dir);
        String at = " " + dir + "/" + old;
        if (choice < 60) {
            long inode = someInode(nodes);
            FileName name = newName();
            return edit(
                    id,
                    "link " + inode + " " + to + "/" + name,
                    t -> {
                        t.link(inode, to, name);
                        return "";
                    });
        }
        if (choice < 75) {
            return edit(
                    id,
                    "unlink" + at,
                    t -> {
                        t.unlink(dir, old);
                        return "";
                    });
        }
        if (choice < 82) {
            return edit(
                    id,
                    "removeDirectory" + at,
                    t -> {
                        t.removeDirectory(dir, old);
                        return "";
                    });
        }
        RenameMode mode = RenameMode.values()[random.nextInt(3)];
        FileName name = random.nextBoolean() ? newName() : oldName(nodes, to);
        return edit(
                id,
                "rename " + mode + at + " to " + to + "/" + name,
                t -> {
                    t.rename(dir, old, to, name, mode);
                    return "";
                });
    }

    private long sizeOf(TreeMap<Long, Node> nodes, long inode) {
        Node node = nodes.get(inode);
        return node == null ? 0 : node.inode.sizeBytes();
    }

    /// Somewhere in the file or a little behind it, seldom far away.
    private long someOffset(long size) {
        return switch (random.nextInt(24)) {
            case 0, 1, 2, 3 -> 0;
            case 4, 5, 6 -> size;
            case 7 -> size + random.nextInt(5000);
            case 8 -> random.nextInt(3) * 131_072L;
            case 9 -> random.nextInt(4096);
            case 10 -> random.nextInt(3) == 0 ? farAway() : 2048;
            default -> random.nextLong(Math.clamp(size, 0, 600_000) + 1);
        };
    }

    private long farAway() {
        return switch (random.nextInt(4)) {
            case 0 -> Long.MAX_VALUE - random.nextInt(300_000);
            case 1 -> -1 - random.nextInt(100);
            case 2 -> 1L << random.nextInt(20, 62);
            default -> random.nextLong(Long.MAX_VALUE);
        };
    }

    private int someLength() {
        return switch (random.nextInt(40)) {
            case 0 -> random.nextInt(400_000);
            case 1, 2, 3 -> random.nextInt(70_000);
            case 4 -> 131_072;
            case 5 -> 0;
            case 6, 7, 8, 9, 10, 11 -> random.nextInt(6000);
            default -> 1 + random.nextInt(600);
        };
    }

    private long someLongLength() {
        return random.nextInt(30) == 0 ? farAway() : someLength();
    }

    private ModelOperation onContent(ModelPool model, SubvolumeId id, TreeMap<Long, Node> nodes) {
        long inode = someFile(nodes);
        long size = sizeOf(nodes, inode);
        long offset = someOffset(size);
        int choice = random.nextInt(100);
        if (choice < 40) {
            return writing(id, inode, offset);
        }
        if (choice < 60) {
            return cloning(model, id, inode, offset);
        }
        long length = someLongLength();
        String range = " " + inode + " at " + offset + "+" + length + " of " + size;
        if (choice < 68) {
            return edit(
                    id,
                    "truncate " + inode + " to " + offset + " from " + size,
                    t -> {
                        t.truncate(inode, offset);
                        return "";
                    });
        }
        if (choice < 76) {
            return edit(
                    id,
                    "punchHole" + range,
                    t -> {
                        t.punchHole(inode, offset, length);
                        return "";
                    });
        }
        if (choice < 84) {
            return preallocating(id, inode, offset, length);
        }
        if (choice < 92) {
            return edit(
                    id,
                    "collapseRange" + range,
                    t -> {
                        t.collapseRange(inode, offset, length);
                        return "";
                    });
        }
        return edit(
                id,
                "insertRange" + range,
                t -> {
                    t.insertRange(inode, offset, length);
                    return "";
                });
    }

    private ModelOperation writing(SubvolumeId id, long inode, long offset) {
        int length = someLength();
        byte[] data = content(length);
        if (length > 0 && random.nextInt(4) == 0) {
            return edit(
                    id,
                    "writeChunk " + inode + " at " + offset + "+" + length,
                    t -> {
                        Chunk chunk = t.chunker().chunk(data, 0, data.length);
                        if (t.presence(inode, offset, chunk) != Presence.HERE) {
                            t.writeChunk(inode, offset, chunk);
                        }
                        return "";
                    });
        }
        return edit(
                id,
                "write " + inode + " at " + offset + "+" + length,
                t -> {
                    t.write(inode, offset, ByteBuffer.wrap(data));
                    return "";
                });
    }

    /// Often what was written before, so that it is shared.
    private byte[] content(int length) {
        return switch (random.nextInt(10)) {
            case 0 -> new byte[length];
            case 1, 2, 3, 4, 5 -> {
                byte[] known = new byte[length];
                new Random(random.nextInt(3)).nextBytes(known);
                yield known;
            }
            default -> bytes(length);
        };
    }

    private ModelOperation preallocating(SubvolumeId id, long inode, long offset, long length) {
        boolean keep = random.nextBoolean();
        boolean zero = random.nextBoolean();
        String range = inode + " at " + offset + "+" + length + (keep ? " keeping" : "");
        return edit(
                id,
                (zero ? "zeroRange " : "allocate ") + range,
                t -> {
                    if (zero) {
                        t.zeroRange(inode, offset, length, keep);
                    } else {
                        t.allocate(inode, offset, length, keep);
                    }
                    return "";
                });
    }

    private ModelOperation cloning(ModelPool model, SubvolumeId id, long inode, long offset) {
        boolean fromThen = random.nextInt(5) == 0;
        ModelPool sources = fromThen ? then : model;
        SubvolumeId from = random.nextInt(3) == 0 ? id : someSubvolume(sources);
        TreeMap<Long, Node> nodes = nodes(sources, from);
        long source = from.equals(id) && random.nextInt(3) == 0 ? inode : someFile(nodes);
        long size = sizeOf(nodes, source);
        long sourceOffset = random.nextInt(3) == 0 ? 0 : someOffset(size);
        boolean rest = random.nextInt(3) == 0;
        long length = rest ? size - sourceOffset : Math.min(someLongLength(), 500_000);
        String text =
                "clone %s:%d at %d+%d%s to %s:%d at %d"
                        .formatted(
                                from,
                                source,
                                sourceOffset,
                                length,
                                fromThen ? " of an older commit" : "",
                                id,
                                inode,
                                offset);
        return new ModelOperation(
                text,
                (tx, older) -> {
                    SubvolumeWriter writer = tx.edit(id);
                    FileTree tree = fromThen ? older.open(from) : tx.open(from);
                    CloneTarget target = new CloneTarget(inode, offset);
                    writer.cloneRange(tree, source, sourceOffset, length, target);
                    return "";
                });
    }

    private ModelOperation onAttributes(SubvolumeId id, TreeMap<Long, Node> nodes) {
        long inode = someInode(nodes);
        Attributes a = attributes();
        XattrName name = XattrName.of("user.x" + random.nextInt(6));
        boolean wrong = random.nextInt(10) == 0;
        int choice = random.nextInt(10);
        boolean large = random.nextInt(10) == 0;
        byte[] value = bytes(random.nextInt(large ? 100_000 : 200) + (large ? 4000 : 0));
        return edit(
                id,
                "attribute " + choice + " of " + inode + " " + name,
                t -> {
                    switch (choice) {
                        case 0 -> t.setPermissions(inode, a.permissions());
                        case 1 -> t.setOwner(inode, wrong ? -1 : a.uid(), a.gid());
                        case 2 -> t.setTimes(inode, a.accessTime(), a.modifyTime(), a.changeTime());
                        case 3 -> t.setBirthTime(inode, a.birthTime());
                        case 4 -> t.setFlags(inode, a.uid());
                        case 5 -> t.setOrigin(inode, a.origin());
                        case 6, 7 -> t.removeXattr(inode, name);
                        default -> t.setXattr(inode, name, value);
                    }
                    return "";
                });
    }

    private ModelOperation reading(SubvolumeId id, TreeMap<Long, Node> nodes) {
        long inode = someFile(nodes);
        long offset = Math.max(0, someOffset(sizeOf(nodes, inode)));
        int length = someLength();
        long directory = someDirectory(nodes);
        FileName name = oldName(nodes, directory);
        return ModelOperation.of(
                "read " + id + ":" + inode + " at " + offset,
                tx -> {
                    FileTree tree = tx.open(id);
                    List<Object> seen = new java.util.ArrayList<>();
                    seen.add(tree.lookup(directory, name));
                    seen.addAll(ModelComparison.all(tree.listAfter(directory, name)));
                    ByteBuffer bytes = ByteBuffer.allocate(length);
                    seen.add(tree.read(inode, offset, bytes));
                    seen.add(bytes.flip());
                    return seen;
                });
    }
}
