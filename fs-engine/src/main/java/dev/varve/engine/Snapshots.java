package dev.varve.engine;

import dev.varve.engine.WriteTransaction.Place;
import dev.varve.engine.WriteTransaction.SnapshotOptions;
import dev.varve.engine.commit.Subvolumes;
import dev.varve.engine.format.DeletedRecord;
import dev.varve.engine.format.SubvolumeRecord;
import dev.varve.engine.format.SubvolumeRecord.Event;
import dev.varve.engine.format.SubvolumeRecord.Named;
import dev.varve.engine.model.Attributes;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Link;
import dev.varve.engine.model.Property;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.tree.TreeRoot;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Makes, clones and deletes whole subvolumes. A snapshot is one more reference to the source's
/// root node and one more record, whatever the source holds.
final class Snapshots {
    private static final int ROOT_PERMISSIONS = 0755;
    private static final List<Property> MOUNT_FLAGS =
            List.of(Property.NODEV, Property.NOEXEC, Property.NOSUID);

    private final Transaction transaction;

    Snapshots(Transaction transaction) {
        this.transaction = transaction;
    }

    /// Makes the top level of a new pool.
    void createTopLevel() throws IOException {
        transaction.put(
                SubvolumeId.TOP_LEVEL,
                record(TreeRoot.EMPTY, Inode.ROOT + 1, Optional.empty(), Optional.empty()));
        makeRoot(SubvolumeId.TOP_LEVEL);
    }

    SubvolumeId create(Place place) throws IOException {
        transaction.requireFree(place);
        SubvolumeId id = createUnnamed(place);
        addEntry(place, id);
        return id;
    }

    /// Makes one whose key no other shares.
    SubvolumeId create(Place place, OwnKeys keys) throws IOException {
        transaction.requireFree(place);
        SubvolumeId id = createUnnamed(place, keys.create());
        addEntry(place, id);
        return id;
    }

    /// Makes an empty subvolume whose name in its parent is still to be added.
    SubvolumeId createUnnamed(Place place) throws IOException {
        return createUnnamed(place, transaction.keyDomain(place.parent()));
    }

    private SubvolumeId createUnnamed(Place place, int keyDomain) throws IOException {
        SubvolumeId id = transaction.roots().takeId();
        transaction.put(
                id,
                record(
                        TreeRoot.EMPTY,
                        Inode.ROOT + 1,
                        Optional.empty(),
                        Optional.of(Transaction.named(place))));
        transaction.roots().setKeyDomain(id, keyDomain);
        makeRoot(id);
        return id;
    }

    private void makeRoot(SubvolumeId id) throws IOException {
        transaction
                .draft(id)
                .names()
                .createRoot(Attributes.of(ROOT_PERMISSIONS, transaction.now().time()));
    }

    private SubvolumeRecord record(
            TreeRoot root, long nextInode, Optional<UUID> parentUuid, Optional<Named> place) {
        Event now = transaction.now();
        return new SubvolumeRecord(
                Subvolumes.storedRoot(root),
                nextInode,
                false,
                UUID.randomUUID(),
                parentUuid,
                Optional.empty(),
                place,
                now,
                now,
                Event.NEVER,
                Event.NEVER);
    }

    void addEntry(Place place, SubvolumeId id) throws IOException {
        transaction.draft(place.parent()).names().addSubvolume(Transaction.link(place), id.value());
    }

    SubvolumeId take(SubvolumeId source, Place place, SnapshotOptions options) throws IOException {
        transaction.requireFree(place);
        List<Nested> nested = options.recursive() ? nested(source) : List.of();
        SubvolumeId id = clone(source, Transaction.named(place), options.readOnly());
        if (!options.trusted()) {
            distrust(id);
        }
        for (Nested child : nested) {
            takeNested(child, id, options);
        }
        if (options.bare()) {
            dropPlaceholders(source, id);
        }
        addEntry(place, id);
        return id;
    }

    private void dropPlaceholders(SubvolumeId source, SubvolumeId id) throws IOException {
        for (SubvolumeId child : children(source)) {
            Optional<Named> place = transaction.record(child).place();
            if (place.isPresent()) {
                FileName name = FileName.of(place.get().name());
                transaction
                        .draft(id)
                        .names()
                        .removeDirectory(new Link(place.get().directory(), name), true);
            }
        }
    }

    /// What a snapshot holds is old: set-id programs with known holes, devices of another machine.
    void distrust(SubvolumeId id) throws IOException {
        for (Property flag : MOUNT_FLAGS) {
            transaction.roots().setProperty(id, flag, "true");
        }
    }

    private void copyProperties(SubvolumeId from, SubvolumeId to) throws IOException {
        for (Property property : Property.values()) {
            Optional<String> own = transaction.roots().subvolumes().property(from, property);
            if (own.isPresent()) {
                transaction.roots().setProperty(to, property, own.get());
            }
        }
    }

    /// A subvolume nested in the one being taken, with those nested in it.
    private record Nested(SubvolumeId id, Named place, List<Nested> nested) {}

    /// Listed before anything is taken, so that the new snapshot is never among its own sources.
    private List<Nested> nested(SubvolumeId parent) throws IOException {
        List<Nested> found = new ArrayList<>();
        for (SubvolumeId child : children(parent)) {
            Optional<Named> place = transaction.record(child).place();
            if (place.isPresent()) {
                found.add(new Nested(child, place.get(), nested(child)));
            }
        }
        return found;
    }

    private List<SubvolumeId> children(SubvolumeId parent) throws IOException {
        List<SubvolumeId> children = new ArrayList<>();
        Subvolumes.Ids ids = transaction.roots().subvolumes().children(parent);
        while (ids.advance()) {
            children.add(ids.current());
        }
        return children;
    }

    private void takeNested(Nested source, SubvolumeId parent, SnapshotOptions options)
            throws IOException {
        Named place = new Named(parent.value(), source.place().directory(), source.place().name());
        SubvolumeId id = clone(source.id(), place, options.readOnly());
        for (Property flag : options.trusted() ? List.<Property>of() : MOUNT_FLAGS) {
            transaction.roots().clearProperty(id, flag);
        }
        transaction
                .draft(parent)
                .names()
                .replaceSubvolume(
                        new Link(place.directory(), FileName.of(place.name())), id.value());
        for (Nested child : source.nested()) {
            takeNested(child, id, options);
        }
    }

    /// One more record that refers to the same root node.
    private SubvolumeId clone(SubvolumeId source, Named place, boolean readOnly)
            throws IOException {
        SubvolumeRecord from = transaction.settled(source);
        TreeRoot root = Subvolumes.treeRoot(from.root());
        transaction.commitInMaking().sharing().retain(root.address());
        SubvolumeRecord made =
                record(root, from.nextInode(), Optional.of(from.uuid()), Optional.of(place));
        if (readOnly) {
            // A read-only snapshot of a received subvolume still is what was received.
            made =
                    made.withReadOnly(true)
                            .withReceived(from.receivedUuid(), from.sent(), from.received());
        }
        SubvolumeId id = transaction.roots().takeId();
        transaction.put(id, made);
        copyProperties(source, id);
        transaction.roots().setKeyDomain(id, transaction.keyDomain(source));
        return id;
    }

    void delete(SubvolumeId id, boolean recursive) throws IOException {
        SubvolumeRecord record = transaction.record(id);
        if (record.place().isEmpty()) {
            throw new FileSystemException("/", null, "the top level cannot be deleted");
        }
        if (transaction.defaultSubvolume().equals(id)) {
            throw failed(id, "is the default subvolume");
        }
        Named place = record.place().get();
        SubvolumeId parent = new SubvolumeId(place.parent());
        EditedTree parentTree = (EditedTree) transaction.edit(parent);
        requireDeletable(id, recursive);
        parentTree.names().removeSubvolume(new Link(place.directory(), FileName.of(place.name())));
        dropWithNested(id);
    }

    void undelete(SubvolumeId id, Place place) throws IOException {
        transaction.requireFree(place);
        DeletedRecord deleted = deleted(id);
        transaction.restore(id, deleted.record().withPlace(Transaction.named(place)));
        addEntry(place, id);
        undeleteNested(id, deleted);
    }

    /// The names of nested ones are still in the trees of their parents. One whose name is not was
    /// deleted by itself, in the same transaction.
    private void undeleteNested(SubvolumeId parent, DeletedRecord with) throws IOException {
        List<SubvolumeId> nested = new ArrayList<>();
        Subvolumes.Ids ids = transaction.roots().subvolumes().deleted();
        while (ids.advance()) {
            DeletedRecord other = deleted(ids.current());
            Optional<Named> place = other.record().place();
            boolean together = other.deleted().generation() == with.deleted().generation();
            boolean isNested = place.isPresent() && place.get().parent() == parent.value();
            if (together && isNested && isNamed(ids.current(), place.get())) {
                nested.add(ids.current());
            }
        }
        for (SubvolumeId child : nested) {
            DeletedRecord deleted = deleted(child);
            transaction.restore(child, deleted.record());
            undeleteNested(child, deleted);
        }
    }

    private boolean isNamed(SubvolumeId id, Named place) throws IOException {
        Optional<DirEntry> entry =
                transaction
                        .items(new SubvolumeId(place.parent()))
                        .lookup(place.directory(), FileName.of(place.name()));
        return entry.filter(DirEntry::isSubvolume)
                .filter(found -> found.target() == id.value())
                .isPresent();
    }

    private DeletedRecord deleted(SubvolumeId id) throws IOException {
        return transaction
                .roots()
                .subvolumes()
                .findDeleted(id)
                .orElseThrow(() -> new NoSuchFileException("deleted subvolume " + id));
    }

    private void requireDeletable(SubvolumeId id, boolean recursive) throws IOException {
        for (SubvolumeId child : children(id)) {
            if (!recursive) {
                throw failed(id, "has nested subvolumes");
            }
            if (transaction.defaultSubvolume().equals(child)) {
                throw failed(child, "is the default subvolume");
            }
            requireDeletable(child, true);
        }
    }

    private void dropWithNested(SubvolumeId id) throws IOException {
        for (SubvolumeId child : children(id)) {
            dropWithNested(child);
        }
        transaction.delete(id);
    }

    private FileSystemException failed(SubvolumeId id, String reason) throws IOException {
        return new FileSystemException(
                transaction.find(id).map(info -> info.path()).orElse("subvolume " + id),
                null,
                reason);
    }
}
