package dev.varve.engine;

import dev.varve.engine.model.DeletedSubvolume;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.Property;
import dev.varve.engine.model.PropertyValue;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.SubvolumeInfo;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;

/// One committed state of a pool, pinned until closed. May be used by many threads.
public interface ReadView extends Closeable {
    /// The commit this shows.
    long generation();

    /// The subvolume that a plain mount of the pool would show.
    SubvolumeId defaultSubvolume() throws IOException;

    /// All subvolumes and snapshots, ordered by id, the top level first.
    Scan<SubvolumeInfo> subvolumes() throws IOException;

    Optional<SubvolumeInfo> find(SubvolumeId id) throws IOException;

    /// The subvolume with this own UUID.
    Optional<SubvolumeInfo> findByUuid(UUID uuid) throws IOException;

    /// Subvolumes with this received UUID, lowest id first.
    Scan<SubvolumeInfo> findByReceivedUuid(UUID uuid) throws IOException;

    /// Deleted subvolumes that can still be brought back, ordered by id.
    Scan<DeletedSubvolume> deletedSubvolumes() throws IOException;

    /// Opens a subvolume for reading.
    ///
    /// @throws java.nio.file.NoSuchFileException if there is none
    FileTree open(SubvolumeId id) throws IOException;

    /// The value of a property that holds for a subvolume.
    ///
    /// @throws java.nio.file.NoSuchFileException if there is no such subvolume
    PropertyValue property(SubvolumeId id, Property property) throws IOException;

    /// The nested subvolume that an entry in a directory of `parent` names; empty if the entry is a
    /// placeholder, or no subvolume.
    Optional<SubvolumeInfo> child(FileTree parent, long directory, DirEntry entry)
            throws IOException;

    /// What this state takes; in a transaction, what the state takes that it began with.
    SpaceReport space() throws IOException;

    /// An item of the [Catalog] of that name beside a subvolume; empty if there is none.
    Optional<byte[]> catalogItem(SubvolumeId id, String name, byte[] key) throws IOException;

    @Override
    void close();
}
