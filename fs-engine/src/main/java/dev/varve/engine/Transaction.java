package dev.varve.engine;

import dev.varve.engine.commit.Commit;
import dev.varve.engine.commit.SubvolumeEditor;
import dev.varve.engine.commit.Subvolumes;
import dev.varve.engine.file.BusyDirectories;
import dev.varve.engine.file.FileItems;
import dev.varve.engine.file.TreeDraft;
import dev.varve.engine.format.DeletedRecord;
import dev.varve.engine.format.Head;
import dev.varve.engine.format.RingRecord;
import dev.varve.engine.format.SubvolumeRecord;
import dev.varve.engine.format.SubvolumeRecord.Event;
import dev.varve.engine.format.SubvolumeRecord.Named;
import dev.varve.engine.model.DeletedSubvolume;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Link;
import dev.varve.engine.model.PoolEvent;
import dev.varve.engine.model.Property;
import dev.varve.engine.model.PropertyValue;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.SubvolumeInfo;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.pack.Blocks;
import dev.varve.engine.tree.TreeRoot;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;

/// The one writer's changes, on top of a head.
final class Transaction implements WriteTransaction {
    private final Pool.Writing writing;
    private final CommittedView base;
    private final Commit commit;
    private final StorageDefaults defaults;
    private final Clock clock;
    private final Consumer<PoolEvent> events;
    private final PendingEvents pending = new PendingEvents();
    private final SubvolumeEditor subvolumes;
    private final SubvolumeDescriber describer;
    private final Map<SubvolumeId, EditedTree> edits = new TreeMap<>();
    private final Map<String, StoredCatalog> catalogs = new TreeMap<>();
    private final Snapshots snapshots = new Snapshots(this);
    private final StepCounts steps;
    private boolean changed;
    private boolean hasWrittenAside;
    private boolean open = true;

    /// @param writing closed when the transaction is over
    /// @param steps what steps before this one have counted
    /// @param events told of what this did, once it is committed
    Transaction(
            Pool.Writing writing,
            StepCounts steps,
            StorageDefaults defaults,
            Clock clock,
            Consumer<PoolEvent> events) {
        this.writing = writing;
        this.base = writing.base();
        this.commit = writing.commit();
        this.steps = steps;
        steps.begin(base.generation());
        this.defaults = defaults;
        this.clock = clock;
        this.events = events;
        this.subvolumes = commit.subvolumes();
        this.describer = new SubvolumeDescriber(subvolumes.subvolumes(), this::items);
    }

    /// The first transaction of a pool makes the top level.
    void makeTopLevelIfNew() throws IOException {
        if (subvolumes.subvolumes().find(SubvolumeId.TOP_LEVEL).isEmpty()) {
            snapshots.createTopLevel();
        }
    }

    SubvolumeEditor roots() {
        return subvolumes;
    }

    /// The time and number of this transaction.
    Event now() {
        return new Event(commit.generation(), Timestamp.of(clock.instant()));
    }

    Commit commitInMaking() {
        return commit;
    }

    @Override
    public long generation() {
        return commit.generation();
    }

    @Override
    public SubvolumeId defaultSubvolume() throws IOException {
        return subvolumes.subvolumes().defaultSubvolume();
    }

    @Override
    public Scan<DeletedSubvolume> deletedSubvolumes() {
        return describer.deleted();
    }

    @Override
    public Scan<SubvolumeInfo> subvolumes() {
        return describer.all();
    }

    @Override
    public Optional<SubvolumeInfo> find(SubvolumeId id) throws IOException {
        return describer.find(id);
    }

    @Override
    public Optional<SubvolumeInfo> findByUuid(UUID uuid) throws IOException {
        return describer.findByUuid(uuid);
    }

    @Override
    public Scan<SubvolumeInfo> findByReceivedUuid(UUID uuid) {
        return describer.receivedAs(uuid);
    }

    @Override
    public Optional<SubvolumeInfo> child(FileTree parent, long directory, DirEntry entry)
            throws IOException {
        return describer.child(parent.info().id(), directory, entry);
    }

    private SubvolumeProperties properties() {
        return new SubvolumeProperties(subvolumes.subvolumes());
    }

    @Override
    public PropertyValue property(SubvolumeId id, Property property) throws IOException {
        return properties().find(id, property);
    }

    @Override
    public void setProperty(SubvolumeId id, Property property, String value) throws IOException {
        record(id);
        changed = true;
        subvolumes.setProperty(id, property, value);
    }

    @Override
    public void clearProperty(SubvolumeId id, Property property) throws IOException {
        record(id);
        changed = true;
        subvolumes.clearProperty(id, property);
    }

    boolean isNested(SubvolumeId parent, long directory, DirEntry entry) throws IOException {
        return describer.child(parent, directory, entry).isPresent();
    }

    SubvolumeRecord record(SubvolumeId id) throws IOException {
        return subvolumes
                .subvolumes()
                .find(id)
                .orElseThrow(() -> new NoSuchFileException("subvolume " + id));
    }

    @Override
    public SpaceReport space() {
        return base.space();
    }

    @Override
    public FileTree open(SubvolumeId id) throws IOException {
        SubvolumeRecord record = record(id);
        EditedTree edited = edits.get(id);
        return edited == null
                ? base.open(describer.require(id), record)
                : edited.describedAs(describer.require(id));
    }

    @Override
    public SubvolumeWriter edit(SubvolumeId id) throws IOException {
        if (record(id).readOnly()) {
            throw new FileSystemException(
                    describer.require(id).path(), null, "read-only subvolume");
        }
        return draft(id).describedAs(describer.require(id));
    }

    /// Opens a subvolume for changes, read-only or not.
    EditedTree draft(SubvolumeId id) throws IOException {
        EditedTree known = edits.get(id);
        if (known != null) {
            return known;
        }
        SubvolumeRecord record = record(id);
        int domain = keyDomain(id);
        Blocks home = commit.blocks().sealedFor(domain);
        TreeRoot root = Subvolumes.treeRoot(record.root());
        TreeDraft draft =
                new TreeDraft(
                        commit.openTree(root, FileItems.REFERENCES, home),
                        home,
                        commit.sharing(),
                        commit.dataBlocks(
                                domain,
                                defaults.contentKeys().apply(domain),
                                properties().traits(id, defaults)),
                        commit.generation(),
                        record.nextInode());
        BusyDirectories counted = steps.take(id);
        if (counted != null) {
            draft.goOnFrom(counted);
        }
        EditedTree edited = new EditedTree(describer.require(id), this, draft);
        edits.put(id, edited);
        return edited;
    }

    /// Whose key a subvolume is sealed under.
    int keyDomain(SubvolumeId id) throws IOException {
        return subvolumes.subvolumes().keyDomain(id);
    }

    @Override
    public boolean hasOwnKey(SubvolumeId id) throws IOException {
        return keyDomain(id) != RingRecord.SHARED;
    }

    /// A subvolume's files as they are in this transaction, read-only or not.
    FileItems items(SubvolumeId id) throws IOException {
        EditedTree edited = edits.get(id);
        return edited == null ? base.items(record(id)) : edited.items();
    }

    /// Writes a subvolume out, so that its record says where its tree is now.
    SubvolumeRecord settled(SubvolumeId id) throws IOException {
        SubvolumeRecord record = record(id);
        EditedTree edited = edits.get(id);
        if (edited == null) {
            return record;
        }
        if (!hasWrittenAside) {
            writeAside();
        }
        SubvolumeRecord.Root root = Subvolumes.storedRoot(edited.flush());
        long nextInode = edited.draft().nextInode();
        if (root.equals(record.root()) && nextInode == record.nextInode()) {
            return record;
        }
        SubvolumeRecord settled = record.withRoot(root, nextInode).withChanged(now());
        put(id, settled);
        return settled;
    }

    void put(SubvolumeId id, SubvolumeRecord record) throws IOException {
        changed = true;
        if (subvolumes.subvolumes().find(id).isEmpty()) {
            pending.created(id);
        }
        subvolumes.put(id, record);
    }

    void subvolumeMoved(SubvolumeId parent, long child, Link to) throws IOException {
        SubvolumeId id = new SubvolumeId(child);
        Named place = new Named(parent.value(), to.directory(), to.name().bytes());
        put(id, record(id).withPlace(place));
    }

    @Override
    public SubvolumeInfo createSubvolume(Place place) throws IOException {
        return describer.require(snapshots.create(place));
    }

    @Override
    public SubvolumeInfo createSubvolumeWithOwnKey(Place place) throws IOException {
        return describer.require(snapshots.create(place, defaults.ownKeys()));
    }

    @Override
    public void giveOwnKey(SubvolumeId id) throws IOException {
        if (edits.containsKey(id)) {
            throw new IllegalStateException("subvolume " + id + " is open for changes");
        }
        if (!hasOwnKey(id)) {
            requireEmpty(describer.require(id));
            subvolumes.setKeyDomain(id, defaults.ownKeys().create());
            changed = true;
        }
    }

    private void requireEmpty(SubvolumeInfo info) throws IOException {
        FileItems items = items(info.id());
        if (info.readOnly()) {
            throw new FileSystemException(info.path(), null, "read-only");
        }
        boolean isEmpty = !items.list(Inode.ROOT).advance() && items.xattrs(Inode.ROOT).isEmpty();
        if (!isEmpty) {
            throw new FileSystemException(
                    info.path(), null, "not empty: what is stored keeps its key");
        }
    }

    @Override
    public SubvolumeInfo snapshot(SubvolumeId source, Place place, SnapshotOptions options)
            throws IOException {
        return describer.require(snapshots.take(source, place, options));
    }

    @Override
    public SubvolumeInfo snapshotDirectory(
            SubvolumeId source, long directory, Place place, SnapshotOptions options)
            throws IOException {
        requireFree(place);
        FileTree tree = open(source);
        tree.list(directory);
        SubvolumeId id = snapshots.createUnnamed(place);
        new DirectoryCopy(tree, draft(id)).copyInto(directory, Inode.ROOT);
        // Named only now: a snapshot taken inside its own source does not contain itself.
        snapshots.addEntry(place, id);
        if (!options.trusted()) {
            snapshots.distrust(id);
        }
        if (options.readOnly()) {
            put(id, settled(id).withReadOnly(true));
        }
        return describer.require(id);
    }

    @Override
    public SubvolumeInfo directoryToSubvolume(Place place) throws IOException {
        return describer.require(new Conversion(this).toSubvolume(place));
    }

    @Override
    public void subvolumeToDirectory(SubvolumeId id) throws IOException {
        new Conversion(this).toDirectory(id);
    }

    @Override
    public void deleteSubvolume(SubvolumeId id, boolean recursive) throws IOException {
        snapshots.delete(id, recursive);
    }

    /// Takes a subvolume out of the pool; its name is the caller's to remove.
    void drop(SubvolumeId id) throws IOException {
        pending.deleted(id, describer.require(id).path());
        SubvolumeRecord record = settled(id);
        edits.remove(id);
        closeCatalogs(id);
        changed = true;
        subvolumes.drop(id, record);
    }

    /// The same, but it can be brought back.
    void delete(SubvolumeId id) throws IOException {
        String path = describer.require(id).path();
        pending.deleted(id, path);
        SubvolumeRecord record = settled(id);
        edits.remove(id);
        closeCatalogs(id);
        changed = true;
        subvolumes.delete(id, new DeletedRecord(now(), path, record));
    }

    @Override
    public SubvolumeInfo undelete(SubvolumeId id, Place place) throws IOException {
        snapshots.undelete(id, place);
        return describer.require(id);
    }

    /// Puts a deleted subvolume back into the pool; its name is the caller's to add.
    void restore(SubvolumeId id, SubvolumeRecord record) throws IOException {
        changed = true;
        subvolumes.restore(id, record);
    }

    @Override
    public void setReadOnly(SubvolumeId id, boolean readOnly) throws IOException {
        SubvolumeRecord record = settled(id);
        if (record.readOnly() == readOnly) {
            return;
        }
        SubvolumeRecord flagged = record.withReadOnly(readOnly);
        put(
                id,
                readOnly
                        ? flagged
                        : flagged.withReceived(Optional.empty(), Event.NEVER, Event.NEVER));
    }

    @Override
    public void setDefaultSubvolume(SubvolumeId id) throws IOException {
        record(id);
        changed = true;
        subvolumes.setDefault(id);
    }

    @Override
    public void setReceived(
            SubvolumeId id, UUID receivedUuid, long sentGeneration, Timestamp sendTime)
            throws IOException {
        Event sent = new Event(sentGeneration, sendTime);
        put(id, settled(id).withReceived(Optional.of(receivedUuid), sent, now()));
    }

    @Override
    public Catalog catalog(SubvolumeId id, String name) throws IOException {
        record(id);
        String key = id + "/" + name;
        StoredCatalog known = catalogs.get(key);
        if (known == null) {
            TreeRoot root = subvolumes.subvolumes().catalog(id, name);
            known = new StoredCatalog(id, name, commit.openUnsharedTree(root));
            catalogs.put(key, known);
        }
        return known;
    }

    @Override
    public Optional<byte[]> catalogItem(SubvolumeId id, String name, byte[] key)
            throws IOException {
        return catalog(id, name).get(key);
    }

    private void closeCatalogs(SubvolumeId id) throws IOException {
        for (StoredCatalog catalog : catalogs.values()) {
            if (catalog.subvolume().equals(id)) {
                settle(catalog);
            }
        }
        catalogs.values().removeIf(catalog -> catalog.subvolume().equals(id));
    }

    private void settle(StoredCatalog catalog) throws IOException {
        TreeRoot root = catalog.flush();
        TreeRoot stored = subvolumes.subvolumes().catalog(catalog.subvolume(), catalog.name());
        if (!root.equals(stored)) {
            changed = true;
            subvolumes.putCatalog(catalog.subvolume(), catalog.name(), root);
        }
    }

    @Override
    public boolean clean(int blocks, Duration grace) throws IOException {
        Cleaner cleaner = new Cleaner(commit, FileItems.REFERENCES);
        Optional<Instant> before =
                grace.isZero() ? Optional.empty() : Optional.of(clock.instant().minus(grace));
        boolean more = cleaner.clean(blocks, before);
        changed |= cleaner.hasCleaned();
        cleaner.finished().forEach(pending::cleaned);
        return more;
    }

    @Override
    public long commit() throws IOException {
        requireOpen();
        writeAside();
        for (SubvolumeId id : edits.keySet().toArray(new SubvolumeId[0])) {
            settled(id);
        }
        if (!changed) {
            close();
            return base.generation();
        }
        List<PoolEvent> done = pending.of(commit.generation(), describer::find);
        Head head = commit.finish(Timestamp.of(clock.instant()));
        close();
        done.forEach(events);
        return head.generation();
    }

    /// Writes what only writers read; see [Commit#writeContents]. It comes before the first
    /// subvolume tree, which a snapshot may be taken of long before the commit, and what is added
    /// later at the commit.
    private void writeAside() throws IOException {
        hasWrittenAside = true;
        for (EditedTree edited : edits.values()) {
            edited.settle();
        }
        commit.writeContents();
        for (StoredCatalog catalog : catalogs.values()) {
            settle(catalog);
        }
    }

    @Override
    public long commitStep() throws IOException {
        commit.leaveContents();
        Map<SubvolumeId, BusyDirectories> counted = new HashMap<>();
        edits.forEach((id, edited) -> counted.put(id, edited.draft().leaveCounts()));
        long generation = commit();
        steps.leave(generation, counted);
        return generation;
    }

    private void requireOpen() {
        if (!open) {
            throw new IllegalStateException("the transaction has ended");
        }
    }

    /// Whether a name is free, for what is about to be placed there.
    void requireFree(Place place) throws IOException {
        if (edit(place.parent()).lookup(place.directory(), place.name()).isPresent()) {
            throw new FileAlreadyExistsException(place.name().toString());
        }
    }

    static Link link(Place place) {
        return new Link(place.directory(), place.name());
    }

    static Named named(Place place) {
        return new Named(place.parent().value(), place.directory(), place.name().bytes());
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            writing.close();
        }
    }
}
