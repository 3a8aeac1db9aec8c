package dev.varve.engine.model;

/// One difference between two snapshots. Changes come ordered by inode number. For one inode first
/// comes what happened to the inode itself, then [Unlinked] and [Linked] together in order of their
/// link, then [XattrSet] and [XattrRemoved] together in order of their name, then nested subvolumes
/// in order of their name, then ranges of data. An inode number is never used twice in a
/// subvolume's lineage, so the same number is the same file.
public sealed interface Change {
    /// The inode it is about.
    long inode();

    /// Present only in the newer snapshot. Its links, xattrs and extents follow as changes.
    record Created(Inode now) implements Change {
        @Override
        public long inode() {
            return now.number();
        }
    }

    /// Present only in the older snapshot. Its links follow as [Unlinked]; its xattrs and extents
    /// do not.
    record Deleted(Inode was) implements Change {
        @Override
        public long inode() {
            return was.number();
        }
    }

    /// Some field differs.
    record AttributesChanged(Inode was, Inode now) implements Change {
        @Override
        public long inode() {
            return now.number();
        }
    }

    /// A name is gone.
    record Unlinked(long inode, Link link) implements Change {}

    /// A name is new.
    record Linked(long inode, Link link) implements Change {}

    /// An extended attribute is new or has another value.
    record XattrSet(long inode, XattrName name) implements Change {}

    /// An extended attribute is gone.
    record XattrRemoved(long inode, XattrName name) implements Change {}

    /// Bytes of a file may differ, nothing outside such ranges does. Ranges are in order, apart
    /// from each other, cover what both sizes have, and are exact to the extent: a range is here
    /// only if it maps to other storage than before.
    record DataChanged(long inode, long offset, long length) implements Change {}

    /// The entry of a nested subvolume is gone from directory `inode`.
    record SubvolumeUnlinked(long inode, FileName name, SubvolumeId child) implements Change {}

    /// The entry of a nested subvolume is new in directory `inode`.
    record SubvolumeLinked(long inode, FileName name, SubvolumeId child) implements Change {}
}
