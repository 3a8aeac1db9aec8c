package dev.varve.engine;

import dev.varve.engine.commit.Subvolumes;
import dev.varve.engine.file.FileItems;
import dev.varve.engine.format.DeletedRecord;
import dev.varve.engine.format.SubvolumeRecord;
import dev.varve.engine.format.SubvolumeRecord.Named;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.DeletedSubvolume;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Link;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.SubvolumeInfo;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Tells what the root tree knows of subvolumes in the words of the engine's face, paths included.
final class SubvolumeDescriber {
    /// Opens the items of a subvolume.
    interface Opener {
        FileItems open(SubvolumeId id) throws IOException;
    }

    /// No path has as many directories; a longer one runs in a circle.
    private static final int MAX_DEPTH = 1 << 16;

    private final Subvolumes subvolumes;
    private final Opener opener;

    SubvolumeDescriber(Subvolumes subvolumes, Opener opener) {
        this.subvolumes = subvolumes;
        this.opener = opener;
    }

    Optional<SubvolumeInfo> find(SubvolumeId id) throws IOException {
        Optional<SubvolumeRecord> record = subvolumes.find(id);
        return record.isEmpty() ? Optional.empty() : Optional.of(describe(id, record.get()));
    }

    Optional<SubvolumeInfo> findByUuid(UUID uuid) throws IOException {
        Optional<SubvolumeId> id = subvolumes.findByUuid(uuid);
        return id.isEmpty() ? Optional.empty() : find(id.get());
    }

    Scan<SubvolumeInfo> all() {
        return scan(subvolumes.from(SubvolumeId.TOP_LEVEL));
    }

    /// The deleted ones that can still be brought back.
    Scan<DeletedSubvolume> deleted() {
        Subvolumes.Ids ids = subvolumes.deleted();
        return new Scan<>() {
            private @Nullable DeletedSubvolume current;

            @Override
            public boolean advance() throws IOException {
                current = ids.advance() ? describeDeleted(ids.current()) : null;
                return current != null;
            }

            @Override
            public DeletedSubvolume current() {
                if (current == null) {
                    throw new IllegalStateException("no current subvolume");
                }
                return current;
            }
        };
    }

    private DeletedSubvolume describeDeleted(SubvolumeId id) throws IOException {
        DeletedRecord deleted =
                subvolumes
                        .findDeleted(id)
                        .orElseThrow(() ->
                                new CorruptionException("root tree", "subvolume " + id, "none"));
        return new DeletedSubvolume(
                id,
                deleted.path(),
                deleted.record().uuid(),
                deleted.record().readOnly(),
                deleted.deleted().generation(),
                deleted.deleted().time());
    }

    Scan<SubvolumeInfo> receivedAs(UUID uuid) {
        return scan(subvolumes.receivedAs(uuid));
    }

    /// The subvolume nested at this entry; empty if the entry is a placeholder.
    Optional<SubvolumeInfo> child(SubvolumeId parent, long directory, DirEntry entry)
            throws IOException {
        if (!entry.isSubvolume()) {
            return Optional.empty();
        }
        SubvolumeId id = new SubvolumeId(entry.target());
        Optional<SubvolumeRecord> record = subvolumes.find(id);
        if (record.isEmpty() || record.get().place().isEmpty()) {
            return Optional.empty();
        }
        Named place = record.get().place().get();
        boolean here =
                place.parent() == parent.value()
                        && place.directory() == directory
                        && FileName.of(place.name()).equals(entry.name());
        return here ? Optional.of(describe(id, record.get())) : Optional.empty();
    }

    private Scan<SubvolumeInfo> scan(Subvolumes.Ids ids) {
        return new Scan<>() {
            private @Nullable SubvolumeInfo current;

            @Override
            public boolean advance() throws IOException {
                current = ids.advance() ? require(ids.current()) : null;
                return current != null;
            }

            @Override
            public SubvolumeInfo current() {
                if (current == null) {
                    throw new IllegalStateException("no current subvolume");
                }
                return current;
            }
        };
    }

    SubvolumeInfo require(SubvolumeId id) throws IOException {
        return find(id).orElseThrow(
                        () -> new CorruptionException("root tree", "subvolume " + id, "none"));
    }

    private SubvolumeInfo describe(SubvolumeId id, SubvolumeRecord record) throws IOException {
        return new SubvolumeInfo(
                id,
                path(record),
                record.place().map(place -> new SubvolumeId(place.parent())),
                record.place().map(Named::directory).orElse(0L),
                record.readOnly(),
                record.uuid(),
                record.parentUuid(),
                record.receivedUuid(),
                record.changed().generation(),
                record.created().generation(),
                record.sent().generation(),
                record.received().generation(),
                record.changed().time(),
                record.created().time(),
                record.sent().time(),
                record.received().time());
    }

    private String path(SubvolumeRecord record) throws IOException {
        Deque<String> names = new ArrayDeque<>();
        Optional<Named> place = record.place();
        while (place.isPresent()) {
            Named at = place.get();
            SubvolumeId parent = new SubvolumeId(at.parent());
            names.push(FileName.of(at.name()).toString());
            pushDirectories(opener.open(parent), at.directory(), names);
            place =
                    subvolumes
                            .find(parent)
                            .orElseThrow(() ->
                                    new CorruptionException(
                                            "root tree", "subvolume " + parent, "none"))
                            .place();
        }
        StringJoiner path = new StringJoiner("/", "/", "");
        names.forEach(path::add);
        return path.toString();
    }

    private static void pushDirectories(FileItems items, long directory, Deque<String> names)
            throws IOException {
        long at = directory;
        while (at != Inode.ROOT) {
            Scan<Link> links = items.links(at);
            if (!links.advance() || names.size() > MAX_DEPTH) {
                throw new CorruptionException("directory " + at, "a way to the root", "none");
            }
            names.push(links.current().name().toString());
            at = links.current().directory();
        }
    }
}
