package dev.varve.engine.commit;

import dev.varve.engine.format.DeletedRecord;
import dev.varve.engine.format.LittleEndian;
import dev.varve.engine.format.RootKey;
import dev.varve.engine.format.SubvolumeFormat;
import dev.varve.engine.format.SubvolumeRecord;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.Property;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.tree.TreeCursor;
import dev.varve.engine.tree.TreeItems;
import dev.varve.engine.tree.TreeRoot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Reads the root tree: the pool's subvolumes and their indexes.
public final class Subvolumes {
    private static final int ID_BYTES = 8;

    private final TreeItems items;

    public Subvolumes(TreeItems items) {
        this.items = items;
    }

    public Optional<SubvolumeRecord> find(SubvolumeId id) throws IOException {
        byte[] value = items.get(RootKey.of(RootKey.SUBVOLUME, id));
        return value == null
                ? Optional.empty()
                : Optional.of(SubvolumeFormat.read(id.value(), value));
    }

    public Optional<SubvolumeId> findByUuid(UUID uuid) throws IOException {
        return id(items.get(RootKey.uuid(uuid)));
    }

    public SubvolumeId defaultSubvolume() throws IOException {
        return id(items.get(RootKey.of(RootKey.DEFAULT))).orElse(SubvolumeId.TOP_LEVEL);
    }

    private static Optional<SubvolumeId> id(byte @Nullable [] value) throws CorruptionException {
        if (value == null) {
            return Optional.empty();
        }
        if (value.length != ID_BYTES) {
            throw new CorruptionException("root tree", "a subvolume id", value.length + " bytes");
        }
        return Optional.of(new SubvolumeId(LittleEndian.i64(value, 0)));
    }

    static byte[] idValue(SubvolumeId id) {
        byte[] value = new byte[ID_BYTES];
        LittleEndian.putI64(value, 0, id.value());
        return value;
    }

    /// All subvolumes from this id on, in order.
    public Ids from(SubvolumeId first) {
        return new Ids(
                items.cursor(),
                RootKey.of(RootKey.SUBVOLUME),
                RootKey.of(RootKey.SUBVOLUME, first));
    }

    /// The subvolumes nested directly in this one, in order of id.
    public Ids children(SubvolumeId parent) {
        byte[] prefix = RootKey.of(RootKey.CHILD, parent);
        return new Ids(items.cursor(), prefix, prefix);
    }

    /// The subvolumes with this received UUID, in order of id.
    public Ids receivedAs(UUID uuid) {
        byte[] prefix = RootKey.received(uuid);
        return new Ids(items.cursor(), prefix, prefix);
    }

    /// The deleted subvolumes that are not yet freed, in order of id.
    public Ids dropped() {
        byte[] prefix = RootKey.of(RootKey.DROPPED);
        return new Ids(items.cursor(), prefix, prefix);
    }

    /// The deleted subvolumes that can still be brought back, in order of id.
    public Ids deleted() {
        byte[] prefix = RootKey.of(RootKey.DELETED);
        return new Ids(items.cursor(), prefix, prefix);
    }

    public Optional<DeletedRecord> findDeleted(SubvolumeId id) throws IOException {
        byte[] value = items.get(RootKey.of(RootKey.DELETED, id));
        return value == null
                ? Optional.empty()
                : Optional.of(DeletedRecord.read(id.value(), value));
    }

    /// The catalogs of deleted subvolumes that are not yet freed.
    public Ids droppedCatalogs() {
        byte[] prefix = RootKey.of(RootKey.DROPPED_CATALOG);
        return new Ids(items.cursor(), prefix, prefix);
    }

    /// What is left of a deleted subvolume's catalog.
    public TreeRoot droppedCatalogRoot(SubvolumeId id) throws IOException {
        return rootAt(RootKey.of(RootKey.DROPPED_CATALOG, id));
    }

    /// The key of the subvolume's first catalog; empty if it has none.
    byte[] firstCatalog(SubvolumeId id) throws IOException {
        byte[] prefix = RootKey.catalogs(id);
        TreeCursor cursor = items.cursor();
        boolean found = cursor.seek(prefix) && cursor.keyStartsWith(prefix);
        return found ? cursor.key() : new byte[0];
    }

    /// What is left of a deleted subvolume's tree.
    public TreeRoot droppedRoot(SubvolumeId id) throws IOException {
        return rootAt(RootKey.of(RootKey.DROPPED, id));
    }

    /// The map kept beside a subvolume; empty if it was never written.
    public TreeRoot catalog(SubvolumeId id, String name) throws IOException {
        return rootAt(RootKey.catalog(id, name));
    }

    /// A property's own value.
    public Optional<String> property(SubvolumeId id, Property property) throws IOException {
        byte[] value = items.get(RootKey.property(id, property.key()));
        if (value == null) {
            return Optional.empty();
        }
        String text = new String(value, StandardCharsets.UTF_8);
        if (!property.accepts(text)) {
            String where = "property " + property.key() + " of subvolume " + id;
            throw new CorruptionException(where, property.choices(), value.length + " other bytes");
        }
        return Optional.of(text);
    }

    TreeRoot rootAt(byte[] key) throws IOException {
        byte[] value = items.get(key);
        return value == null
                ? TreeRoot.EMPTY
                : treeRoot(SubvolumeFormat.readRoot("tree root in the root tree", value));
    }

    /// A stored root as trees know it.
    public static TreeRoot treeRoot(SubvolumeRecord.Root root) {
        return new TreeRoot(root.address(), root.level(), root.generation());
    }

    /// A tree's root as it is stored.
    public static SubvolumeRecord.Root storedRoot(TreeRoot root) {
        return new SubvolumeRecord.Root(root.address(), root.level(), root.generation());
    }

    /// A pass over keys that end in a subvolume id.
    public static final class Ids {
        private final TreeCursor cursor;
        private final byte[] prefix;
        private final byte[] start;
        private boolean started;

        private Ids(TreeCursor cursor, byte[] prefix, byte[] start) {
            this.cursor = cursor;
            this.prefix = prefix;
            this.start = start;
        }

        public boolean advance() throws IOException {
            boolean found = started ? cursor.next() : cursor.seek(start);
            started = true;
            return found && cursor.keyStartsWith(prefix);
        }

        public SubvolumeId current() {
            return RootKey.lastId(cursor.key());
        }
    }
}
