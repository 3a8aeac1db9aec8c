package dev.varve.engine;

import dev.varve.engine.model.PoolSpace;
import dev.varve.engine.model.StoredSize;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.SubvolumeSpace;
import java.io.IOException;
import java.util.Collection;

/// What a committed state of a pool takes. What it has once looked up it remembers, so ask one for
/// many subvolumes. Used by one thread.
public interface SpaceReport {
    /// What a subvolume takes, and how much of that nothing else holds. The first costs a walk over
    /// the whole subvolume's metadata, others of the same origin what differs in them.
    ///
    /// @throws java.nio.file.NoSuchFileException if there is no such subvolume
    SubvolumeSpace of(SubvolumeId id) throws IOException;

    /// The stored bytes that deleting these together frees, once they are cleaned and reclaimed.
    /// What a deleted subvolume that can still be brought back holds too is not freed.
    long freedByDeleting(Collection<SubvolumeId> ids) throws IOException;

    /// What a data block takes.
    ///
    /// @param block of an [dev.varve.engine.model.Extent.Data]
    StoredSize sizeOf(long block) throws IOException;

    /// All packs of the pool together.
    PoolSpace pool() throws IOException;
}
