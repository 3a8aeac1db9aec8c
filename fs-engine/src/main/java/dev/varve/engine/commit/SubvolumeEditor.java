package dev.varve.engine.commit;

import dev.varve.engine.format.DeletedRecord;
import dev.varve.engine.format.RootKey;
import dev.varve.engine.format.SubvolumeFormat;
import dev.varve.engine.format.SubvolumeRecord;
import dev.varve.engine.format.SubvolumeRecord.Named;
import dev.varve.engine.model.Property;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.tree.TreeRoot;
import dev.varve.engine.tree.TreeWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;

/// Changes the root tree and keeps its indexes (by UUID, by received UUID, by parent) in step.
public final class SubvolumeEditor {
    private static final byte[] NOTHING = {};

    private final TreeWriter tree;
    private final Subvolumes subvolumes;
    private long nextId;

    SubvolumeEditor(TreeWriter tree, long nextId) {
        this.tree = tree;
        this.subvolumes = new Subvolumes(tree);
        this.nextId = nextId;
    }

    /// The root tree with all changes.
    public Subvolumes subvolumes() {
        return subvolumes;
    }

    long nextId() {
        return nextId;
    }

    /// An id that was never used.
    public SubvolumeId takeId() {
        return new SubvolumeId(nextId++);
    }

    /// Inserts or replaces a subvolume.
    public void put(SubvolumeId id, SubvolumeRecord record) throws IOException {
        Optional<SubvolumeRecord> before = subvolumes.find(id);
        if (before.isPresent()) {
            unindex(id, before.get());
        }
        tree.put(RootKey.of(RootKey.SUBVOLUME, id), SubvolumeFormat.write(record));
        tree.put(RootKey.uuid(record.uuid()), Subvolumes.idValue(id));
        if (record.receivedUuid().isPresent()) {
            tree.put(RootKey.received(record.receivedUuid().get(), id), NOTHING);
        }
        if (record.place().isPresent()) {
            tree.put(RootKey.child(parent(record.place().get()), id), NOTHING);
        }
    }

    /// Removes a subvolume and leaves its trees to the cleaner.
    public void drop(SubvolumeId id, SubvolumeRecord record) throws IOException {
        remove(id, record);
        putDropped(id, Subvolumes.treeRoot(record.root()));
        dropCatalogs(id);
        dropProperties(id);
    }

    /// Removes a subvolume so that it can be brought back until [#expire].
    public void delete(SubvolumeId id, DeletedRecord deleted) throws IOException {
        remove(id, deleted.record());
        tree.put(RootKey.of(RootKey.DELETED, id), deleted.write());
    }

    /// Leaves the trees of a deleted subvolume to the cleaner.
    public void expire(SubvolumeId id, DeletedRecord deleted) throws IOException {
        tree.remove(RootKey.of(RootKey.DELETED, id));
        putDropped(id, Subvolumes.treeRoot(deleted.record().root()));
        dropCatalogs(id);
        dropProperties(id);
    }

    /// Brings a deleted subvolume back.
    public void restore(SubvolumeId id, SubvolumeRecord record) throws IOException {
        tree.remove(RootKey.of(RootKey.DELETED, id));
        put(id, record);
    }

    private void remove(SubvolumeId id, SubvolumeRecord record) throws IOException {
        unindex(id, record);
        tree.remove(RootKey.uuid(record.uuid()));
        tree.remove(RootKey.of(RootKey.SUBVOLUME, id));
        if (subvolumes.defaultSubvolume().equals(id)) {
            tree.remove(RootKey.of(RootKey.DEFAULT));
        }
    }

    private void dropCatalogs(SubvolumeId id) throws IOException {
        for (byte[] key = subvolumes.firstCatalog(id);
                key.length > 0;
                key = subvolumes.firstCatalog(id)) {
            putRoot(RootKey.of(RootKey.DROPPED_CATALOG, takeId()), subvolumes.rootAt(key));
            tree.remove(key);
        }
    }

    private void dropProperties(SubvolumeId id) throws IOException {
        for (Property property : Property.values()) {
            clearProperty(id, property);
        }
    }

    /// Gives a subvolume a value of its own.
    public void setProperty(SubvolumeId id, Property property, String value) throws IOException {
        if (!property.accepts(value)) {
            throw new IllegalArgumentException(property.key() + " is " + property.choices());
        }
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        tree.put(RootKey.property(id, property.key()), text);
    }

    /// Takes a subvolume's own value away; none is no error.
    public void clearProperty(SubvolumeId id, Property property) throws IOException {
        tree.remove(RootKey.property(id, property.key()));
    }

    private void unindex(SubvolumeId id, SubvolumeRecord record) throws IOException {
        Optional<UUID> received = record.receivedUuid();
        if (received.isPresent()) {
            tree.remove(RootKey.received(received.get(), id));
        }
        if (record.place().isPresent()) {
            tree.remove(RootKey.child(parent(record.place().get()), id));
        }
    }

    private static SubvolumeId parent(Named place) {
        return new SubvolumeId(place.parent());
    }

    /// Remembers what is left of a deleted subvolume's tree; an empty root forgets it.
    public void putDropped(SubvolumeId id, TreeRoot rest) throws IOException {
        putRoot(RootKey.of(RootKey.DROPPED, id), rest);
    }

    /// Remembers what is left of a deleted subvolume's catalog; an empty root forgets it.
    public void putDroppedCatalog(SubvolumeId id, TreeRoot rest) throws IOException {
        putRoot(RootKey.of(RootKey.DROPPED_CATALOG, id), rest);
    }

    public void putCatalog(SubvolumeId id, String name, TreeRoot root) throws IOException {
        putRoot(RootKey.catalog(id, name), root);
    }

    private void putRoot(byte[] key, TreeRoot root) throws IOException {
        if (root.address() == TreeRoot.EMPTY.address()) {
            tree.remove(key);
        } else {
            tree.put(key, SubvolumeFormat.writeRoot(Subvolumes.storedRoot(root)));
        }
    }

    public void setDefault(SubvolumeId id) throws IOException {
        tree.put(RootKey.of(RootKey.DEFAULT), Subvolumes.idValue(id));
    }

    TreeRoot flush() throws IOException {
        return tree.flush();
    }
}
