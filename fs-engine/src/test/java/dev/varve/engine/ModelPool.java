package dev.varve.engine;

import dev.varve.engine.model.Attributes;
import dev.varve.engine.model.DeletedSubvolume;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.FileType;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Link;
import dev.varve.engine.model.Property;
import dev.varve.engine.model.PropertyValue;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.SubvolumeInfo;
import dev.varve.engine.model.Timestamp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/// The plain in-memory model of a pool and of the transaction that changes it. It knows nothing of
/// blocks, nodes or counts.
final class ModelPool implements WriteTransaction {
    private final Timestamp now;
    private final TreeMap<SubvolumeId, ModelSubvolume> subvolumes;
    private Object epoch = new Object();
    private SubvolumeId defaultSubvolume;
    private long nextId;
    private long generation;

    /// Ids that the catalogs of deleted subvolumes get when these are cleaned.
    private long idsToCome;

    private ModelPool(
            Timestamp now,
            Map<SubvolumeId, ModelSubvolume> subvolumes,
            SubvolumeId defaultSubvolume,
            long nextId,
            long generation) {
        this.now = now;
        this.subvolumes = new TreeMap<>(subvolumes);
        this.defaultSubvolume = defaultSubvolume;
        this.nextId = nextId;
        this.generation = generation;
    }

    /// The first transaction of a new pool.
    static ModelPool first(Timestamp now) {
        ModelPool pool =
                new ModelPool(now, Map.of(), SubvolumeId.TOP_LEVEL, SubvolumeId.FIRST_CREATED, 1);
        pool.put(SubvolumeId.TOP_LEVEL, pool.empty(Optional.empty()));
        return pool;
    }

    /// The next transaction's state; this one stays as it is.
    ModelPool next() {
        epoch = new Object();
        ModelPool next = new ModelPool(now, subvolumes, defaultSubvolume, nextId, generation + 1);
        next.idsToCome = idsToCome;
        return next;
    }

    /// A commit without changes keeps the number of the one before.
    void committedAs(long number) {
        generation = number;
    }

    private ModelSubvolume empty(Optional<Place> place) {
        ModelTree tree = new ModelTree(epoch, Map.of(), Inode.ROOT + 1);
        Inode root =
                new Inode(
                        Inode.ROOT,
                        FileType.DIRECTORY.modeBits() | 0755,
                        0,
                        0,
                        1,
                        0,
                        0,
                        0,
                        now,
                        now,
                        now,
                        now,
                        generation,
                        0);
        tree.nodes.put(
                Inode.ROOT, new ModelTree.Node(epoch, root, new byte[0], new ModelContent()));
        return new ModelSubvolume(
                tree, place, false, generation, 0, false, Optional.empty(), Map.of());
    }

    static <T> Scan<T> scan(Iterable<T> all) {
        Iterator<T> iterator = all.iterator();
        List<T> current = new ArrayList<>();
        return new Scan<>() {
            @Override
            public boolean advance() {
                current.clear();
                if (iterator.hasNext()) {
                    current.add(iterator.next());
                }
                return !current.isEmpty();
            }

            @Override
            public T current() {
                return current.getFirst();
            }
        };
    }

    List<SubvolumeId> ids() {
        return List.copyOf(subvolumes.keySet());
    }

    ModelSubvolume get(SubvolumeId id) {
        ModelSubvolume found = subvolumes.get(id);
        if (found == null) {
            throw new IllegalStateException("no subvolume " + id);
        }
        return found;
    }

    private ModelSubvolume require(SubvolumeId id) throws NoSuchFileException {
        if (!subvolumes.containsKey(id)) {
            throw new NoSuchFileException("subvolume " + id);
        }
        return get(id);
    }

    private void put(SubvolumeId id, ModelSubvolume subvolume) {
        subvolumes.put(id, subvolume);
    }

    /// The tree, for changing it.
    ModelTree own(SubvolumeId id) {
        ModelSubvolume subvolume = get(id);
        ModelTree tree = subvolume.tree();
        if (!tree.epoch.equals(epoch)) {
            tree = tree.copy(epoch);
        }
        if (tree != subvolume.tree() || subvolume.pristine()) {
            put(id, subvolume.withTree(tree));
        }
        return tree;
    }

    SubvolumeInfo info(SubvolumeId id) {
        ModelSubvolume s = get(id);
        return new SubvolumeInfo(
                id,
                path(s),
                s.place().map(Place::parent),
                s.place().map(Place::directory).orElse(0L),
                s.readOnly(),
                uuid(id.value()),
                s.source() == 0 ? Optional.empty() : Optional.of(uuid(s.source())),
                s.received(),
                0,
                s.created(),
                0,
                0,
                now,
                now,
                now,
                now);
    }

    static UUID uuid(long id) {
        return new UUID(0, id);
    }

    private String path(ModelSubvolume of) {
        String path = "";
        for (Optional<Place> place = of.place(); place.isPresent(); ) {
            ModelSubvolume parent = get(place.get().parent());
            path = "/" + place.get().name() + path;
            for (long at = place.get().directory(); at != Inode.ROOT; ) {
                ModelTree.Node node = parent.tree().nodes.get(at);
                Link link = node == null ? new Link(Inode.ROOT, name("?")) : node.links.getFirst();
                path = "/" + link.name() + path;
                at = link.directory();
            }
            place = parent.place();
        }
        return path.isEmpty() ? "/" : path;
    }

    private static FileName name(String text) {
        return FileName.of(text);
    }

    boolean isNested(SubvolumeId parent, long directory, DirEntry entry) {
        SubvolumeId id = new SubvolumeId(entry.target());
        Optional<Place> here = Optional.of(new Place(parent, directory, entry.name()));
        return entry.isSubvolume() && subvolumes.containsKey(id) && get(id).place().equals(here);
    }

    void moved(long child, Place place) {
        SubvolumeId id = new SubvolumeId(child);
        put(id, get(id).withPlace(place));
    }

    @Override
    public long generation() {
        return generation;
    }

    @Override
    public SubvolumeId defaultSubvolume() {
        return defaultSubvolume;
    }

    @Override
    public Scan<SubvolumeInfo> subvolumes() {
        return scan(subvolumes.keySet().stream().map(this::info).toList());
    }

    @Override
    public Optional<SubvolumeInfo> find(SubvolumeId id) {
        return Optional.of(id).filter(subvolumes::containsKey).map(this::info);
    }

    @Override
    public Optional<SubvolumeInfo> findByUuid(UUID uuid) {
        return find(new SubvolumeId(uuid.getLeastSignificantBits()));
    }

    @Override
    public Scan<SubvolumeInfo> findByReceivedUuid(UUID uuid) {
        return scan(
                subvolumes.keySet().stream()
                        .filter(id -> get(id).received().equals(Optional.of(uuid)))
                        .map(this::info)
                        .toList());
    }

    @Override
    public ModelWriter open(SubvolumeId id) throws IOException {
        require(id);
        return new ModelWriter(this, id);
    }

    @Override
    public Optional<SubvolumeInfo> child(FileTree parent, long directory, DirEntry entry) {
        return isNested(((ModelWriter) parent).id(), directory, entry)
                ? find(new SubvolumeId(entry.target()))
                : Optional.empty();
    }

    /// Properties have a test of their own.
    @Override
    public PropertyValue property(SubvolumeId id, Property property) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void setProperty(SubvolumeId id, Property property, String value) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void clearProperty(SubvolumeId id, Property property) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ModelWriter edit(SubvolumeId id) throws IOException {
        if (require(id).readOnly()) {
            throw ModelWriter.failed("read-only");
        }
        return open(id);
    }

    private void requireFree(Place place) throws IOException {
        if (edit(place.parent()).lookup(place.directory(), place.name()).isPresent()) {
            throw new FileAlreadyExistsException(place.name().toString());
        }
    }

    private void addEntry(Place place, SubvolumeId id) throws IOException {
        DirEntry entry = new DirEntry(place.name(), id.value(), FileType.DIRECTORY, true);
        open(place.parent()).putEntry(new Link(place.directory(), place.name()), entry);
    }

    @Override
    public SubvolumeInfo createSubvolumeWithOwnKey(Place place) throws IOException {
        return createSubvolume(place);
    }

    @Override
    public void giveOwnKey(SubvolumeId id) {
        throw new UnsupportedOperationException("the model knows no keys");
    }

    @Override
    public boolean hasOwnKey(SubvolumeId id) {
        throw new UnsupportedOperationException("the model knows no keys");
    }

    @Override
    public SubvolumeInfo createSubvolume(Place place) throws IOException {
        requireFree(place);
        SubvolumeId id = new SubvolumeId(nextId++);
        put(id, empty(Optional.of(place)));
        addEntry(place, id);
        return info(id);
    }

    private List<SubvolumeId> children(SubvolumeId parent) {
        return subvolumes.keySet().stream()
                .filter(id -> get(id).place().map(Place::parent).equals(Optional.of(parent)))
                .toList();
    }

    private record Nested(SubvolumeId id, List<Nested> nested) {}

    private List<Nested> nested(SubvolumeId parent) {
        return children(parent).stream().map(id -> new Nested(id, nested(id))).toList();
    }

    @Override
    public SubvolumeInfo snapshot(SubvolumeId source, Place place, SnapshotOptions options)
            throws IOException {
        requireFree(place);
        require(source);
        List<Nested> nested = options.recursive() ? nested(source) : List.of();
        SubvolumeId id = take(new Nested(source, nested), place, options.readOnly());
        addEntry(place, id);
        return info(id);
    }

    private SubvolumeId take(Nested source, Place place, boolean readOnly) throws IOException {
        epoch = new Object();
        SubvolumeId id = new SubvolumeId(nextId++);
        ModelSubvolume from = get(source.id());
        ModelSubvolume taken =
                new ModelSubvolume(
                        from.tree(),
                        Optional.of(place),
                        readOnly,
                        generation,
                        source.id().value(),
                        true,
                        readOnly ? from.received() : Optional.empty(),
                        Map.of());
        put(id, taken);
        for (Nested child : source.nested()) {
            Place at = get(child.id()).place().orElseThrow();
            Place there = new Place(id, at.directory(), at.name());
            addEntry(there, take(child, there, readOnly));
        }
        put(
                id,
                new ModelSubvolume(
                        get(id).tree(),
                        taken.place(),
                        readOnly,
                        generation,
                        taken.source(),
                        true,
                        taken.received(),
                        Map.of()));
        return id;
    }

    @Override
    public SubvolumeInfo snapshotDirectory(
            SubvolumeId source, long directory, Place place, SnapshotOptions options)
            throws IOException {
        requireFree(place);
        open(source).list(directory);
        SubvolumeId id = new SubvolumeId(nextId++);
        put(id, empty(Optional.of(place)));
        new ModelCopy(open(source), open(id)).copyInto(directory, Inode.ROOT);
        addEntry(place, id);
        put(id, get(id).withReadOnly(options.readOnly()));
        return info(id);
    }

    @Override
    public SubvolumeInfo directoryToSubvolume(Place place) throws IOException {
        ModelWriter parent = edit(place.parent());
        DirEntry entry =
                parent.lookup(place.directory(), place.name())
                        .orElseThrow(() -> new NoSuchFileException(place.name().toString()));
        if (entry.isSubvolume()) {
            throw ModelWriter.failed("is a subvolume");
        }
        if (entry.type() != FileType.DIRECTORY) {
            throw new NotDirectoryException(place.name().toString());
        }
        SubvolumeId id = new SubvolumeId(nextId++);
        put(id, empty(Optional.of(place)));
        ModelCopy copy = new ModelCopy(parent, open(id));
        copy.copyInto(entry.target(), Inode.ROOT);
        copy.moveNested();
        removeTree(parent, new Link(place.directory(), place.name()));
        addEntry(place, id);
        return info(id);
    }

    private static void removeTree(ModelWriter tree, Link at) throws IOException {
        DirEntry entry = tree.lookup(at.directory(), at.name()).orElseThrow();
        if (entry.isSubvolume()) {
            tree.takeEntry(at);
        } else if (entry.type() != FileType.DIRECTORY) {
            tree.unlink(at.directory(), at.name());
        } else {
            for (FileName name : List.copyOf(tree.node(entry.target()).entries.keySet())) {
                removeTree(tree, new Link(entry.target(), name));
            }
            tree.removeDirectory(at.directory(), at.name());
        }
    }

    @Override
    public void subvolumeToDirectory(SubvolumeId id) throws IOException {
        Place place = require(id).place().orElseThrow(() -> ModelWriter.failed("top level"));
        ModelWriter parent = edit(place.parent());
        if (defaultSubvolume.equals(id)) {
            throw ModelWriter.failed("default");
        }
        parent.takeEntry(new Link(place.directory(), place.name()));
        long directory =
                parent.createDirectory(place.directory(), place.name(), Attributes.of(0700, now));
        ModelCopy copy = new ModelCopy(open(id), parent);
        copy.copyInto(Inode.ROOT, directory);
        copy.moveNested();
        drop(id);
    }

    @Override
    public void deleteSubvolume(SubvolumeId id, boolean recursive) throws IOException {
        Place place = require(id).place().orElseThrow(() -> ModelWriter.failed("top level"));
        requireDeletable(id, recursive);
        edit(place.parent()).takeEntry(new Link(place.directory(), place.name()));
        dropWithNested(id);
    }

    private void requireDeletable(SubvolumeId id, boolean recursive) throws IOException {
        if (defaultSubvolume.equals(id) || (!recursive && !children(id).isEmpty())) {
            throw ModelWriter.failed("not to be deleted");
        }
        for (SubvolumeId child : children(id)) {
            requireDeletable(child, true);
        }
    }

    private void dropWithNested(SubvolumeId id) {
        children(id).forEach(this::dropWithNested);
        idsToCome += catalogs(id);
        subvolumes.remove(id);
    }

    /// What is left of a catalog is remembered under an id of its own.
    private void drop(SubvolumeId id) {
        nextId += catalogs(id);
        subvolumes.remove(id);
    }

    private long catalogs(SubvolumeId id) {
        return get(id).catalogs().values().stream().filter(map -> !map.isEmpty()).count();
    }

    @Override
    public void setReadOnly(SubvolumeId id, boolean readOnly) throws IOException {
        if (require(id).readOnly() != readOnly) {
            put(id, get(id).withReadOnly(readOnly));
        }
    }

    @Override
    public void setDefaultSubvolume(SubvolumeId id) throws IOException {
        require(id);
        defaultSubvolume = id;
    }

    @Override
    public void setReceived(
            SubvolumeId id, UUID receivedUuid, long sentGeneration, Timestamp sendTime)
            throws IOException {
        put(id, require(id).withReceived(receivedUuid));
    }

    @Override
    public Optional<byte[]> catalogItem(SubvolumeId id, String name, byte[] key)
            throws IOException {
        return catalog(id, name).get(key);
    }

    @Override
    public Catalog catalog(SubvolumeId id, String name) throws IOException {
        require(id);
        return new ModelCatalog(id, name);
    }

    /// Copies the map with every change, so that older states keep theirs.
    private final class ModelCatalog implements Catalog {
        private final SubvolumeId id;
        private final String name;

        ModelCatalog(SubvolumeId id, String name) {
            this.id = id;
            this.name = name;
        }

        private TreeMap<String, byte[]> items() {
            return new TreeMap<>(get(id).catalogs().getOrDefault(name, new TreeMap<>()));
        }

        private void put(TreeMap<String, byte[]> items) {
            Map<String, TreeMap<String, byte[]>> all = new HashMap<>(get(id).catalogs());
            all.put(name, items);
            ModelPool.this.put(id, get(id).withCatalogs(all));
        }

        private static String text(byte[] key) {
            return new String(key, StandardCharsets.ISO_8859_1);
        }

        @Override
        public Optional<byte[]> get(byte[] key) {
            return Optional.ofNullable(items().get(text(key)));
        }

        private ModelSubvolume get(SubvolumeId subvolume) {
            return ModelPool.this.get(subvolume);
        }

        @Override
        public void put(byte[] key, byte[] value) {
            TreeMap<String, byte[]> items = items();
            items.put(text(key), value);
            put(items);
        }

        @Override
        public void remove(byte[] key) {
            TreeMap<String, byte[]> items = items();
            items.remove(text(key));
            put(items);
        }

        @Override
        public void clear() {
            put(new TreeMap<>());
        }
    }

    @Override
    public Scan<DeletedSubvolume> deletedSubvolumes() {
        throw new UnsupportedOperationException();
    }

    @Override
    public SpaceReport space() {
        throw new UnsupportedOperationException();
    }

    @Override
    public SubvolumeInfo undelete(SubvolumeId id, Place place) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean clean(int blocks, Duration grace) {
        nextId += idsToCome;
        idsToCome = 0;
        return false;
    }

    @Override
    public long commit() {
        return generation;
    }

    @Override
    public long commitStep() {
        return generation;
    }

    @Override
    public void close() {}
}
