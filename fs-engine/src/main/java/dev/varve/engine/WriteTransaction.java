package dev.varve.engine;

import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Property;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.SubvolumeInfo;
import dev.varve.engine.model.Timestamp;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;

/// The one writer's set of changes: all committed together or none. Used by one thread. It reads
/// like a [ReadView] of its own changes. Closing without [#commit] drops everything.
public interface WriteTransaction extends ReadView {
    /// The longest xattr value, in bytes.
    int MAX_XATTR_BYTES = 1 << 20;

    /// Opens a subvolume for changes.
    ///
    /// @throws java.nio.file.FileSystemException if it is read-only
    SubvolumeWriter edit(SubvolumeId id) throws IOException;

    /// Makes an empty subvolume, named in a directory of another. It is sealed under the other's
    /// key.
    SubvolumeInfo createSubvolume(Place place) throws IOException;

    /// Makes an empty subvolume with a key of its own: its blocks are never shared with those of
    /// other subvolumes. Snapshots and subvolumes made inside have the same key.
    ///
    /// @throws java.nio.file.FileSystemException if the pool is not sealed
    SubvolumeInfo createSubvolumeWithOwnKey(Place place) throws IOException;

    /// Gives an empty subvolume a key of its own, as if it had been made with one; nothing if it
    /// has one. To be done before this transaction opens it for changes.
    ///
    /// @throws java.nio.file.FileSystemException if the pool is not sealed, or the subvolume is
    ///   read-only, or not empty: what is stored is never sealed anew
    void giveOwnKey(SubvolumeId id) throws IOException;

    /// Takes a snapshot of the source as it is in this transaction. Nested subvolumes become
    /// placeholders unless `options` is recursive.
    SubvolumeInfo snapshot(SubvolumeId source, Place place, SnapshotOptions options)
            throws IOException;

    /// Takes a snapshot of a directory: a new subvolume whose root is that directory. Costs what
    /// the directory holds in metadata; data is shared. A file that also has names outside keeps
    /// only the inner ones.
    SubvolumeInfo snapshotDirectory(
            SubvolumeId source, long directory, Place place, SnapshotOptions options)
            throws IOException;

    /// Turns a directory into a subvolume at the same place.
    SubvolumeInfo directoryToSubvolume(Place place) throws IOException;

    /// Turns a nested subvolume back into a directory of its parent, at the same place.
    void subvolumeToDirectory(SubvolumeId id) throws IOException;

    /// Deletes a subvolume. It can be brought back until [#clean] frees its space.
    ///
    /// @param recursive also the subvolumes nested in it; otherwise their presence is an error
    void deleteSubvolume(SubvolumeId id, boolean recursive) throws IOException;

    /// Brings a deleted subvolume back, with those that were nested in it and deleted together with
    /// it, as they were but for the place.
    ///
    /// @throws java.nio.file.NoSuchFileException if there is none that can be brought back
    SubvolumeInfo undelete(SubvolumeId id, Place place) throws IOException;

    /// Sets or clears the read-only flag. Clearing it forgets the received UUID, so that a changed
    /// copy is never again taken for the original.
    void setReadOnly(SubvolumeId id, boolean readOnly) throws IOException;

    /// Gives a subvolume, read-only or not, a value of its own. How content is stored follows for
    /// subvolumes that this transaction has not opened for changes yet; what is stored stays.
    ///
    /// @throws IllegalArgumentException if the property has no such value
    void setProperty(SubvolumeId id, Property property, String value) throws IOException;

    /// Takes a subvolume's own value away, so that it inherits again; none is no error.
    void clearProperty(SubvolumeId id, Property property) throws IOException;

    void setDefaultSubvolume(SubvolumeId id) throws IOException;

    /// Marks a finished receive.
    void setReceived(SubvolumeId id, UUID receivedUuid, long sentGeneration, Timestamp sendTime)
            throws IOException;

    /// The map kept beside a subvolume under this name.
    Catalog catalog(SubvolumeId id, String name) throws IOException;

    /// Frees up to about `blocks` blocks of subvolumes that were deleted at least `grace` ago.
    ///
    /// @return whether more is left
    boolean clean(int blocks, Duration grace) throws IOException;

    /// The same for all deleted subvolumes.
    default boolean clean(int blocks) throws IOException {
        return clean(blocks, Duration.ZERO);
    }

    /// Makes everything durable and visible, and ends the transaction.
    ///
    /// @return the new generation
    /// @throws dev.varve.engine.model.PoolBusyException if another writer committed meanwhile
    long commit() throws IOException;

    /// The same as a step of a longer change that this pool's next transaction goes on with. Only
    /// that, and not what follows a crash in between, is sure to share the content stored here.
    long commitStep() throws IOException;

    /// Where a subvolume is named.
    record Place(SubvolumeId parent, long directory, FileName name) {}

    /// @param recursive take every nested subvolume along, in the same commit
    /// @param trusted leave mount flags as they are; else the snapshot, and with it what is nested
    ///   in it, is nodev, noexec and nosuid, whatever its source is
    /// @param bare leave out even the placeholders of what is nested in the source
    record SnapshotOptions(boolean readOnly, boolean recursive, boolean trusted, boolean bare) {
        public SnapshotOptions {
            if (recursive && bare) {
                throw new IllegalArgumentException("recursive and bare");
            }
        }

        public SnapshotOptions(boolean readOnly, boolean recursive, boolean trusted) {
            this(readOnly, recursive, trusted, false);
        }

        public SnapshotOptions(boolean readOnly, boolean recursive) {
            this(readOnly, recursive, false);
        }
    }
}
