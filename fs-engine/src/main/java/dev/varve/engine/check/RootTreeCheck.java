package dev.varve.engine.check;

import dev.varve.engine.commit.Subvolumes;
import dev.varve.engine.format.DeletedRecord;
import dev.varve.engine.format.Head;
import dev.varve.engine.format.LittleEndian;
import dev.varve.engine.format.RootKey;
import dev.varve.engine.format.SubvolumeFormat;
import dev.varve.engine.format.SubvolumeRecord;
import dev.varve.engine.format.SubvolumeRecord.Named;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.Finding;
import dev.varve.engine.model.Property;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.tree.NodeCache;
import dev.varve.engine.tree.TreeItem;
import dev.varve.engine.tree.TreeReader;
import dev.varve.engine.tree.TreeRoot;
import dev.varve.engine.tree.TreeWalker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Reads the root tree: every record decodes, each index says what the records say and nothing
/// else, and every subvolume has a way up to the top level. Keeps what other checks need of each
/// subvolume, about 500 bytes.
final class RootTreeCheck {
    private static final String TREE = "root tree";
    private static final int ID_BYTES = 8;
    private static final int UUID_KEY_BYTES = 17;
    private static final int ID_KEY_BYTES = 9;
    private static final int CHILD_KEY_BYTES = 17;
    private static final int RECEIVED_KEY_BYTES = 25;

    private final BlockUse use;
    private final Report report;
    private final NodeCache nodes;
    private final Head head;
    private final TreeReader reader;
    private final Subvolumes lookups;

    private final List<SubvolumeTree> subvolumes = new ArrayList<>();
    private final List<OtherTree> deleted = new ArrayList<>();
    private final List<OtherTree> catalogs = new ArrayList<>();

    /// A tree that is no subvolume's.
    record OtherTree(String name, TreeRoot root) {}

    RootTreeCheck(NodeCache nodes, Head head, BlockUse use, Report report) {
        this.nodes = nodes;
        this.head = head;
        this.use = use;
        this.report = report;
        this.reader = new TreeReader(nodes, Subvolumes.treeRoot(head.roots()));
        this.lookups = new Subvolumes(reader);
    }

    /// The subvolumes, in order of id.
    List<SubvolumeTree> subvolumes() {
        return subvolumes;
    }

    /// What is left of deleted subvolumes.
    List<OtherTree> deleted() {
        return deleted;
    }

    /// Catalogs, deleted ones too.
    List<OtherTree> catalogs() {
        return catalogs;
    }

    Subvolumes lookups() {
        return lookups;
    }

    void check() throws IOException {
        report.trees++;
        NodeTally tally = new NodeTally(() -> TREE, use, report);
        new TreeWalker(nodes, new PlainWalk(tally, this::checkItem)).walk(reader.root());
        boolean hasTop =
                !subvolumes.isEmpty() && subvolumes.getFirst().id().equals(SubvolumeId.TOP_LEVEL);
        if (!hasTop && tally.isComplete()) {
            broken("subvolume " + SubvolumeId.TOP_LEVEL, "there is no top level");
        }
        if (tally.isComplete()) {
            findLoops();
        }
    }

    private void checkItem(TreeItem item) throws IOException {
        report.items++;
        byte[] key = item.key();
        try {
            checkItem(key, item.value());
        } catch (CorruptionException e) {
            broken(name(key), String.valueOf(e.getMessage()));
        }
    }

    private static String name(byte[] key) {
        boolean hasId = key.length >= ID_KEY_BYTES;
        return "item of type " + key[0] + (hasId ? " of " + RootKey.lastId(key) : "");
    }

    private void checkItem(byte[] key, byte[] value) throws IOException {
        switch (key[0]) {
            case RootKey.SUBVOLUME -> {
                requireLength(key, ID_KEY_BYTES);
                SubvolumeId id = RootKey.lastId(key);
                SubvolumeRecord record = SubvolumeFormat.read(id.value(), value);
                subvolumes.add(new SubvolumeTree(id, record));
                checkRecord(id, record);
            }
            case RootKey.CHILD -> {
                requireLength(key, CHILD_KEY_BYTES);
                checkChild(key);
            }
            case RootKey.UUID -> {
                requireLength(key, UUID_KEY_BYTES);
                checkUuid(key, id(value));
            }
            case RootKey.RECEIVED -> {
                requireLength(key, RECEIVED_KEY_BYTES);
                checkReceived(key);
            }
            case RootKey.DEFAULT -> {
                requireLength(key, 1);
                SubvolumeId id = id(value);
                agree(find(id).isPresent(), "default subvolume", "there is no subvolume " + id);
            }
            case RootKey.DELETED -> {
                requireLength(key, ID_KEY_BYTES);
                SubvolumeId id = RootKey.lastId(key);
                DeletedRecord record = DeletedRecord.read(id.value(), value);
                String name = "deleted subvolume " + id;
                TreeRoot root = Subvolumes.treeRoot(record.record().root());
                agree(!root.isEmpty(), name, "has an empty tree");
                agree(find(id).isEmpty(), name, "is still there");
                deleted.add(new OtherTree(name, root));
            }
            case RootKey.PROPERTY -> checkProperty(key);
            default -> checkTree(key, value);
        }
    }

    private void checkProperty(byte[] key) throws IOException {
        if (key.length <= ID_KEY_BYTES) {
            throw new CorruptionException(TREE, "a property's name", key.length + " bytes");
        }
        SubvolumeId id = RootKey.lastId(Arrays.copyOf(key, ID_KEY_BYTES));
        String name =
                new String(key, ID_KEY_BYTES, key.length - ID_KEY_BYTES, StandardCharsets.UTF_8);
        String item = "property " + name + " of subvolume " + id;
        Optional<Property> property = Property.of(name);
        agree(property.isPresent(), item, "is none that there is");
        agree(isReadable(id) || has(RootKey.of(RootKey.DELETED, id)), item, "there is no such one");
        if (property.isPresent()) {
            lookups.property(id, property.get());
        }
    }

    /// An item that holds a tree's root.
    private void checkTree(byte[] key, byte[] value) throws IOException {
        String name =
                switch (key[0]) {
                    case RootKey.DROPPED -> {
                        requireLength(key, ID_KEY_BYTES);
                        yield "deleted subvolume " + RootKey.lastId(key);
                    }
                    case RootKey.DROPPED_CATALOG -> {
                        requireLength(key, ID_KEY_BYTES);
                        yield "deleted catalog " + RootKey.lastId(key);
                    }
                    case RootKey.CATALOG -> catalogName(key);
                    default ->
                            throw new CorruptionException(
                                    TREE, "a known type of item", "" + key[0]);
                };
        OtherTree tree =
                new OtherTree(name, Subvolumes.treeRoot(SubvolumeFormat.readRoot(name, value)));
        agree(!tree.root().isEmpty(), name, "has an empty tree");
        (key[0] == RootKey.DROPPED ? deleted : catalogs).add(tree);
        if (key[0] == RootKey.DROPPED) {
            agree(find(RootKey.lastId(key)).isEmpty(), name, "is still there");
        }
    }

    private String catalogName(byte[] key) throws IOException {
        if (key.length <= ID_KEY_BYTES) {
            throw new CorruptionException(TREE, "a catalog's name", key.length + " bytes");
        }
        SubvolumeId id = RootKey.lastId(Arrays.copyOf(key, ID_KEY_BYTES));
        String name = "catalog of subvolume " + id;
        boolean isThere = find(id).isPresent() || lookups.findDeleted(id).isPresent();
        agree(isThere, name, "there is no such subvolume");
        return name;
    }

    private static void requireLength(byte[] key, int length) throws CorruptionException {
        if (key.length != length) {
            throw new CorruptionException(
                    TREE, "a key of " + length + " bytes", Integer.toString(key.length));
        }
    }

    private static SubvolumeId id(byte[] value) throws CorruptionException {
        if (value.length != ID_BYTES) {
            throw new CorruptionException(TREE, "a subvolume id", value.length + " bytes");
        }
        return new SubvolumeId(LittleEndian.i64(value, 0));
    }

    private void checkRecord(SubvolumeId id, SubvolumeRecord record) throws IOException {
        String name = "subvolume " + id;
        boolean isTop = id.equals(SubvolumeId.TOP_LEVEL);
        boolean validId =
                isTop
                        || (id.value() >= SubvolumeId.FIRST_CREATED
                                && id.value() < head.nextSubvolume());
        agree(validId, name, "its id was never given out");
        agree(record.root().address() != TreeRoot.EMPTY.address(), name, "has an empty tree");
        agree(record.changed().generation() <= head.generation(), name, "is of the future");
        agree(isTop == record.place().isEmpty(), name, "has a place, or none, against its kind");
        Optional<SubvolumeId> byUuid = lookup(() -> lookups.findByUuid(record.uuid()), id);
        agree(byUuid.equals(Optional.of(id)), name, "is not indexed by its UUID");
        if (record.receivedUuid().isPresent()) {
            byte[] key = RootKey.received(record.receivedUuid().get(), id);
            agree(has(key), name, "is not indexed by its received UUID");
        }
        if (record.place().isPresent()) {
            SubvolumeId parent = new SubvolumeId(record.place().get().parent());
            agree(has(RootKey.child(parent, id)), name, "is not indexed by its parent");
            agree(isReadable(parent), name, "its parent " + parent + " is missing");
        }
    }

    private void checkUuid(byte[] key, SubvolumeId id) throws IOException {
        Optional<SubvolumeRecord> record = find(id);
        boolean agrees =
                record.isPresent() && Arrays.equals(key, RootKey.uuid(record.get().uuid()));
        agree(agrees, "UUID index", "names subvolume " + id + ", which has another UUID");
    }

    private void checkReceived(byte[] key) throws IOException {
        SubvolumeId id = RootKey.lastId(key);
        Optional<SubvolumeRecord> record = find(id);
        boolean agrees =
                record.flatMap(SubvolumeRecord::receivedUuid)
                        .map(uuid -> Arrays.equals(key, RootKey.received(uuid, id)))
                        .orElse(false);
        agree(agrees, "received UUID index", "names subvolume " + id + ", which has another");
    }

    private void checkChild(byte[] key) throws IOException {
        SubvolumeId id = RootKey.lastId(key);
        boolean agrees =
                find(id).flatMap(SubvolumeRecord::place)
                        .map(place -> RootKey.child(new SubvolumeId(place.parent()), id))
                        .map(expected -> Arrays.equals(key, expected))
                        .orElse(false);
        agree(agrees, "child index", "names subvolume " + id + ", which is elsewhere");
    }

    // --- lookups in a tree that may be damaged: what cannot be read is no disagreement ---

    /// Asks the tree.
    private interface Lookup<T> {
        Optional<T> get() throws IOException;
    }

    private static <T> Optional<T> lookup(Lookup<T> lookup, T unknown) throws IOException {
        try {
            return lookup.get();
        } catch (CorruptionException _) {
            return Optional.of(unknown);
        }
    }

    /// The record, or a [CorruptionException] if it cannot be read.
    private Optional<SubvolumeRecord> find(SubvolumeId id) throws IOException {
        return lookups.find(id);
    }

    private boolean isReadable(SubvolumeId id) throws IOException {
        return has(RootKey.of(RootKey.SUBVOLUME, id));
    }

    private boolean has(byte[] key) throws IOException {
        return lookup(() -> Optional.ofNullable(reader.get(key)), key).isPresent();
    }

    private void agree(boolean agrees, String item, String otherwise) {
        if (!agrees) {
            broken(item, otherwise);
        }
    }

    private void broken(String item, String detail) {
        report.add(new Finding.BrokenItem(TREE, item, detail));
    }

    // --- the way up ---

    /// Subvolumes that do not end at the top level.
    private void findLoops() {
        Map<Long, Long> parents = new HashMap<>();
        for (SubvolumeTree tree : subvolumes) {
            Optional<Named> place = tree.record().place();
            place.ifPresent(named -> parents.put(tree.id().value(), named.parent()));
        }
        Set<Long> done = new HashSet<>();
        for (SubvolumeTree tree : subvolumes) {
            Set<Long> path = new HashSet<>();
            Long at = tree.id().value();
            while (at != null && !done.contains(at) && path.add(at)) {
                at = parents.get(at);
            }
            if (at != null && path.contains(at)) {
                broken("subvolume " + tree.id(), "is nested in itself");
            }
            done.addAll(path);
        }
    }
}
