package dev.varve.engine;

import dev.varve.engine.ModelTree.Node;
import dev.varve.engine.WriteTransaction.Place;
import dev.varve.engine.WriteTransaction.SnapshotOptions;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.SubvolumeInfo;
import dev.varve.engine.model.Timestamp;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;

/// Chooses what to do next to a pool's subvolumes and catalogs.
final class RandomPoolOperations {
    private static final int MAX_SUBVOLUMES = 16;
    private static final int MAX_INODES = 6000;

    private final Random random;
    private final RandomOperations files;

    RandomPoolOperations(Random random, RandomOperations files) {
        this.random = random;
        this.files = files;
    }

    ModelOperation next(ModelPool model) {
        boolean full = model.ids().size() >= MAX_SUBVOLUMES;
        int choice = random.nextInt(100);
        if (choice < 45) {
            return full ? deleting(model) : making(model);
        }
        if (choice < 55) {
            return deleting(model);
        }
        if (choice < 70 && totalInodes(model) < MAX_INODES) {
            return converting(model);
        }
        return choice < 85 ? flagging(model) : onCatalog(model);
    }

    /// Copies of copies would grow without end.
    private static int totalInodes(ModelPool model) {
        return model.ids().stream().mapToInt(id -> model.get(id).tree().nodes.size()).sum();
    }

    private Place somePlace(ModelPool model) {
        SubvolumeId parent =
                random.nextInt(3) == 0 ? files.someSubvolume(model) : SubvolumeId.TOP_LEVEL;
        TreeMap<Long, Node> nodes = RandomOperations.nodes(model, parent);
        return new Place(parent, files.someDirectory(nodes), files.newName());
    }

    private static Object summary(SubvolumeInfo info) {
        return List.of(info.id(), info.path(), info.readOnly(), info.directory());
    }

    private ModelOperation making(ModelPool model) {
        Place place = somePlace(model);
        SubvolumeId source = files.someSubvolume(model);
        boolean readOnly = random.nextBoolean();
        int choice = random.nextInt(10);
        if (choice < 2 || totalInodes(model) > MAX_INODES) {
            return ModelOperation.of("create " + place, tx -> summary(tx.createSubvolume(place)));
        }
        if (choice < 9) {
            SnapshotOptions options = new SnapshotOptions(readOnly, random.nextInt(3) == 0);
            return ModelOperation.of(
                    "snapshot " + source + " " + place + options,
                    tx -> summary(tx.snapshot(source, place, options)));
        }
        long directory = files.someDirectory(RandomOperations.nodes(model, source));
        return ModelOperation.of(
                "snapshotDirectory " + source + ":" + directory + " " + place,
                tx ->
                        summary(
                                tx.snapshotDirectory(
                                        source,
                                        directory,
                                        place,
                                        new SnapshotOptions(readOnly, false))));
    }

    private ModelOperation deleting(ModelPool model) {
        SubvolumeId id = files.someSubvolume(model);
        boolean recursive = random.nextInt(3) > 0;
        return ModelOperation.of(
                "delete " + id + (recursive ? " recursively" : ""),
                tx -> {
                    tx.deleteSubvolume(id, recursive);
                    return "";
                });
    }

    private ModelOperation converting(ModelPool model) {
        SubvolumeId id = files.someSubvolume(model);
        TreeMap<Long, Node> nodes = RandomOperations.nodes(model, id);
        if (random.nextBoolean()) {
            return ModelOperation.of(
                    "toDirectory " + id,
                    tx -> {
                        tx.subvolumeToDirectory(id);
                        return "";
                    });
        }
        long parent = files.someDirectory(nodes);
        FileName name = files.oldName(nodes, parent);
        for (DirEntry entry : nodes.isEmpty() ? List.<DirEntry>of() : directories(nodes, parent)) {
            name = entry.name();
        }
        Place place = new Place(id, parent, name);
        return ModelOperation.of(
                "toSubvolume " + place, tx -> summary(tx.directoryToSubvolume(place)));
    }

    private static List<DirEntry> directories(TreeMap<Long, Node> nodes, long parent) {
        Node node = nodes.get(parent);
        return node == null
                ? List.of()
                : node.entries.values().stream()
                        .filter(e -> e.type() == dev.varve.engine.model.FileType.DIRECTORY)
                        .toList();
    }

    private ModelOperation flagging(ModelPool model) {
        SubvolumeId id = files.someSubvolume(model);
        boolean flag = random.nextInt(3) == 0;
        return switch (random.nextInt(8)) {
            case 0 ->
                    ModelOperation.of(
                            "setDefault " + id,
                            tx -> {
                                tx.setDefaultSubvolume(id);
                                return tx.defaultSubvolume();
                            });
            case 1 -> {
                UUID uuid = new UUID(7, random.nextInt(10));
                yield ModelOperation.of(
                        "setReceived " + id,
                        tx -> {
                            tx.setReceived(id, uuid, 9, Timestamp.EPOCH);
                            return ModelComparison.all(tx.findByReceivedUuid(uuid)).stream()
                                    .map(SubvolumeInfo::id)
                                    .toList();
                        });
            }
            case 2, 3 -> {
                int nodes = 1 + random.nextInt(600);
                yield ModelOperation.of(
                        "clean " + nodes,
                        tx -> {
                            tx.clean(nodes);
                            return "";
                        });
            }
            default ->
                    ModelOperation.of(
                            "setReadOnly " + id + " " + flag,
                            tx -> {
                                tx.setReadOnly(id, flag);
                                return tx.open(id).info().readOnly();
                            });
        };
    }

    private ModelOperation onCatalog(ModelPool model) {
        SubvolumeId id = files.someSubvolume(model);
        String name = "c" + random.nextInt(2);
        byte[] key = new byte[1 + random.nextInt(2)];
        random.nextBytes(key);
        byte[] value = new byte[random.nextInt(4096)];
        random.nextBytes(value);
        int choice = random.nextInt(20);
        return ModelOperation.of(
                "catalog " + id + " " + name + " " + choice,
                tx -> {
                    Catalog catalog = tx.catalog(id, name);
                    if (choice == 0) {
                        catalog.clear();
                    } else if (choice < 6) {
                        catalog.remove(key);
                    } else {
                        catalog.put(key, value);
                    }
                    return catalog.get(key).map(java.nio.ByteBuffer::wrap);
                });
    }
}
