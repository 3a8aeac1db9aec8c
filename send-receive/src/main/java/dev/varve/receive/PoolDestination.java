package dev.varve.receive;

import dev.varve.engine.FileTree;
import dev.varve.engine.Pool;
import dev.varve.engine.ReadView;
import dev.varve.engine.SubvolumeWriter;
import dev.varve.engine.SubvolumeWriter.RenameMode;
import dev.varve.engine.WriteTransaction;
import dev.varve.engine.WriteTransaction.Place;
import dev.varve.engine.WriteTransaction.SnapshotOptions;
import dev.varve.engine.model.Attributes;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.FileType;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.SubvolumeInfo;
import dev.varve.engine.model.Timestamp;
import dev.varve.stream.ResumeMismatchException;
import dev.varve.stream.ResumeToken;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// A directory in a pool, named from the top level across nested subvolumes; what is missing of it
/// is made together with the first subvolume received there.
final class PoolDestination implements Destination {
    private static final int DIRECTORY_PERMISSIONS = 0755;
    private static final String PARTIAL_PREFIX = ".partial-";
    private static final String CATALOG = "receive";
    private static final byte[] ITEM = {0};

    /// Between two checkpoints others may write.
    private static final Duration WAIT = Duration.ofMinutes(10);

    private final Pool pool;
    private final List<FileName> directory;
    private final ReceiveOptions options;

    /// @param options if something is kept, subvolumes are made under a hidden name
    PoolDestination(Pool pool, List<FileName> directory, ReceiveOptions options) {
        this.pool = pool;
        this.directory = List.copyOf(directory);
        this.options = options;
    }

    /// The name of an unfinished subvolume, beside its future place.
    private static FileName partialName(UUID uuid) {
        return FileName.of(PARTIAL_PREFIX + uuid);
    }

    /// What was kept of an unfinished subvolume; empty if this is none.
    static Optional<KeptReceive> kept(ReadView view, SubvolumeId id) throws IOException {
        return view.catalogItem(id, CATALOG, ITEM).flatMap(KeptReceiveFormat::read);
    }

    /// Whether a subvolume may be an unfinished one, from its path alone.
    static boolean isPartial(SubvolumeInfo info) {
        String path = info.path();
        return !info.readOnly() && path.startsWith(PARTIAL_PREFIX, path.lastIndexOf('/') + 1);
    }

    /// Keeps what a transaction has made of a subvolume, and ends the transaction.
    ///
    /// @param goesOn whether this process goes on with it at once
    static void keep(WriteTransaction transaction, SubvolumeId id, KeptReceive kept, boolean goesOn)
            throws IOException {
        byte[] line = KeptReceiveFormat.write(kept.markedWith(transaction.generation()));
        transaction.catalog(id, CATALOG).put(ITEM, line);
        if (goesOn) {
            transaction.commitStep();
        } else {
            transaction.commit();
        }
    }

    /// The subvolume is an unfinished one no more.
    static void forget(WriteTransaction transaction, SubvolumeId id) throws IOException {
        transaction.catalog(id, CATALOG).clear();
    }

    WriteTransaction next() throws IOException {
        return pool.begin(WAIT);
    }

    long storedBytes() {
        return pool.writtenBytes();
    }

    Timestamp now() {
        return Timestamp.of(options.clock().instant());
    }

    @Override
    public Resumed resume(ResumeToken token) throws IOException {
        WriteTransaction transaction = pool.begin();
        boolean begun = false;
        try {
            Resumed resumed = resume(token, transaction);
            begun = true;
            return resumed;
        } finally {
            if (!begun) {
                transaction.close();
            }
        }
    }

    private Resumed resume(ResumeToken token, WriteTransaction transaction) throws IOException {
        FileName name = partialName(token.uuid());
        Found found = find(transaction);
        Optional<SubvolumeInfo> partial =
                found.isWhole() ? subvolume(transaction, found, name) : Optional.empty();
        Optional<KeptReceive> kept =
                partial.isPresent() ? kept(transaction, partial.get().id()) : Optional.empty();
        if (partial.isEmpty() || kept.isEmpty()) {
            throw new ResumeMismatchException(
                    token, "nothing unfinished of that snapshot is in " + path());
        }
        if (!kept.get().token().equals(token)) {
            throw new ResumeMismatchException(
                    token, "what is kept ends elsewhere, at " + kept.get().token());
        }
        if (partial.get().generation() > kept.get().mark()) {
            throw new ResumeMismatchException(
                    token, partial.get().path() + " was changed since; delete it");
        }
        Place place = new Place(found.subvolume(), found.inode(), kept.get().name());
        PoolSink sink =
                new PoolSink(
                        this, transaction, partial.get().id(), kept.get().start(), place, now());
        return new Resumed(kept.get(), sink.resumed());
    }

    private static Optional<SubvolumeInfo> subvolume(
            WriteTransaction transaction, Found found, FileName name) throws IOException {
        Optional<DirEntry> entry = found.tree().lookup(found.inode(), name);
        return entry.isEmpty()
                ? Optional.empty()
                : transaction.child(found.tree(), found.inode(), entry.get());
    }

    /// The subvolume that a sender means by this UUID: the first that was received under it, else
    /// the one whose own it is. One that was or may have been changed since is none.
    static Optional<SubvolumeInfo> findParent(ReadView view, UUID uuid) throws IOException {
        Scan<SubvolumeInfo> received = view.findByReceivedUuid(uuid);
        while (received.advance()) {
            if (received.current().readOnly()) {
                return Optional.of(received.current());
            }
        }
        return view.findByUuid(uuid).filter(SubvolumeInfo::readOnly);
    }

    @Override
    public SubvolumeSink begin(Start start) throws IOException {
        WriteTransaction transaction = pool.begin();
        boolean begun = false;
        try {
            SubvolumeSink sink = begin(start, transaction);
            begun = true;
            return sink;
        } finally {
            if (!begun) {
                transaction.close();
            }
        }
    }

    private SubvolumeSink begin(Start start, WriteTransaction transaction) throws IOException {
        Timestamp now = now();
        Optional<SubvolumeInfo> parent = Optional.empty();
        if (start.parent().isPresent()) {
            UUID uuid = start.parent().get();
            parent = findParent(transaction, uuid);
            if (parent.isEmpty()) {
                throw new UnknownSubvolumeException(uuid);
            }
        }
        Found found = find(transaction);
        OpenedParent outer = OpenedParent.open(transaction, found.subvolume(), options.nests());
        Place place = place(start, found, outer, now);
        Place first = options.keeps() ? hidden(place, start.uuid(), outer) : place;
        SubvolumeId id;
        if (parent.isPresent()) {
            // What is nested in the parent is no part of the stream: its names are free.
            SnapshotOptions writable = new SnapshotOptions(false, false, true, true);
            id = transaction.snapshot(parent.get().id(), first, writable).id();
        } else {
            id = transaction.createSubvolume(first).id();
            SubvolumeWriter tree = transaction.edit(id);
            tree.setPermissions(Inode.ROOT, DIRECTORY_PERMISSIONS);
            tree.setTimes(Inode.ROOT, now, now, now);
        }
        outer.done();
        return new PoolSink(this, transaction, id, start, place, now);
    }

    /// The hidden name of a subvolume; what is left there of an earlier receive goes.
    private static Place hidden(Place place, UUID uuid, OpenedParent outer) throws IOException {
        Place hidden = new Place(place.parent(), place.directory(), partialName(uuid));
        WriteTransaction transaction = outer.transaction();
        SubvolumeWriter tree = outer.tree();
        Optional<DirEntry> entry = tree.lookup(hidden.directory(), hidden.name());
        if (entry.isPresent()) {
            Optional<SubvolumeInfo> left = transaction.child(tree, hidden.directory(), entry.get());
            if (left.isEmpty() || kept(transaction, left.get().id()).isEmpty()) {
                throw new FileAlreadyExistsException(hidden.name().toString());
            }
            transaction.deleteSubvolume(left.get().id(), true);
        }
        return hidden;
    }

    /// Drops an unfinished subvolume.
    void drop(Place place, SubvolumeId id) throws IOException {
        try (WriteTransaction transaction = next()) {
            OpenedParent outer = OpenedParent.open(transaction, place.parent(), options.nests());
            transaction.deleteSubvolume(id, true);
            outer.done();
            transaction.commit();
        }
    }

    /// Gives an unfinished subvolume its name.
    void unhide(WriteTransaction transaction, Place place, UUID uuid) throws IOException {
        if (!options.keeps()) {
            return;
        }
        OpenedParent outer = OpenedParent.open(transaction, place.parent(), options.nests());
        SubvolumeWriter tree = outer.tree();
        long directory = place.directory();
        if (tree.lookup(directory, place.name()).isPresent()) {
            throw new FileAlreadyExistsException(path() + "/" + place.name());
        }
        tree.rename(directory, partialName(uuid), directory, place.name(), RenameMode.NO_REPLACE);
        if (!outer.isReadOnly()) {
            Timestamp now = now();
            tree.setTimes(directory, tree.inode(directory).accessTime(), now, now);
        }
        outer.done();
    }

    /// How far the directory exists.
    private record Found(SubvolumeId subvolume, FileTree tree, long inode, int names, int of) {
        boolean isWhole() {
            return names == of;
        }
    }

    private Found find(WriteTransaction transaction) throws IOException {
        SubvolumeId subvolume = SubvolumeId.TOP_LEVEL;
        FileTree tree = transaction.open(subvolume);
        long inode = Inode.ROOT;
        int found = 0;
        while (found < directory.size()) {
            Optional<DirEntry> entry = tree.lookup(inode, directory.get(found));
            if (entry.isEmpty()) {
                break;
            }
            if (entry.get().isSubvolume()) {
                subvolume =
                        transaction
                                .child(tree, inode, entry.get())
                                .orElseThrow(() -> new NotDirectoryException(path()))
                                .id();
                tree = transaction.open(subvolume);
                inode = Inode.ROOT;
            } else if (entry.get().type() == FileType.DIRECTORY) {
                inode = entry.get().target();
            } else {
                throw new NotDirectoryException(path());
            }
            found++;
        }
        return new Found(subvolume, tree, inode, found, directory.size());
    }

    private Place place(Start start, Found found, OpenedParent outer, Timestamp now)
            throws IOException {
        FileName name = start.name();
        long inode = found.inode();
        if (found.isWhole() && found.tree().lookup(inode, name).isPresent()) {
            throw new FileAlreadyExistsException(path() + "/" + name);
        }
        if (outer.isReadOnly()) {
            if (!found.isWhole()) {
                throw new NoSuchFileException(path());
            }
            return new Place(found.subvolume(), inode, name);
        }
        SubvolumeWriter writer = outer.tree();
        Inode last = writer.inode(inode);
        writer.setTimes(inode, last.accessTime(), now, now);
        for (FileName missing : directory.subList(found.names(), directory.size())) {
            Attributes attributes = Attributes.of(DIRECTORY_PERMISSIONS, now);
            inode = writer.createDirectory(inode, missing, attributes);
        }
        return new Place(found.subvolume(), inode, name);
    }

    private String path() {
        StringBuilder text = new StringBuilder();
        for (FileName name : directory) {
            text.append('/').append(name);
        }
        return text.toString();
    }
}
