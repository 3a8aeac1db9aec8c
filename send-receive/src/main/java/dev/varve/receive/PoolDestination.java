package dev.varve.receive;

import dev.varve.engine.FileTree;
import dev.varve.engine.Pool;
import dev.varve.engine.ReadView;
import dev.varve.engine.SubvolumeWriter;
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
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NotDirectoryException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// A directory in a pool, named from the top level across nested subvolumes; what is missing of it
/// is made together with the first subvolume received there.
final class PoolDestination implements Destination {
    private static final int DIRECTORY_PERMISSIONS = 0755;

    private final Pool pool;
    private final List<FileName> directory;
    private final Clock clock;

    PoolDestination(Pool pool, List<FileName> directory, Clock clock) {
        this.pool = pool;
        this.directory = List.copyOf(directory);
        this.clock = clock;
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
        Timestamp now = Timestamp.of(clock.instant());
        Optional<SubvolumeInfo> parent = Optional.empty();
        if (start.parent().isPresent()) {
            UUID uuid = start.parent().get();
            parent = findParent(transaction, uuid);
            if (parent.isEmpty()) {
                throw new UnknownSubvolumeException(uuid);
            }
        }
        Place place = place(start.name(), transaction, now);
        SubvolumeId id;
        if (parent.isPresent()) {
            SnapshotOptions writable = new SnapshotOptions(false, false, true);
            id = transaction.snapshot(parent.get().id(), place, writable).id();
        } else {
            id = transaction.createSubvolume(place).id();
            SubvolumeWriter tree = transaction.edit(id);
            tree.setPermissions(Inode.ROOT, DIRECTORY_PERMISSIONS);
            tree.setTimes(Inode.ROOT, now, now, now);
        }
        return new PoolSink(transaction, id, start, now);
    }

    private Place place(FileName name, WriteTransaction transaction, Timestamp now)
            throws IOException {
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
        if (found == directory.size() && tree.lookup(inode, name).isPresent()) {
            throw new FileAlreadyExistsException(path() + "/" + name);
        }
        SubvolumeWriter writer = transaction.edit(subvolume);
        Inode last = writer.inode(inode);
        writer.setTimes(inode, last.accessTime(), now, now);
        for (FileName missing : directory.subList(found, directory.size())) {
            Attributes attributes = Attributes.of(DIRECTORY_PERMISSIONS, now);
            inode = writer.createDirectory(inode, missing, attributes);
        }
        return new Place(subvolume, inode, name);
    }

    private String path() {
        StringBuilder text = new StringBuilder();
        for (FileName name : directory) {
            text.append('/').append(name);
        }
        return text.toString();
    }
}
