package dev.varve.engine.check;

import dev.varve.engine.model.Inode;
import org.jspecify.annotations.Nullable;

/// What a run of neighbouring items of a subvolume's tree adds up to, so that a piece of a tree is
/// read once, however many trees share it, and each tree is still checked as a whole.
///
/// ```
///  tree 1   [ A ][ B ][ C ]      A, B, C, B' are read once each; then
///  tree 2   [ A ][ B'][ C ]      A+B+C and A+B'+C are checked
/// ```
///
/// Within a run, inodes whose items all stand in it are checked at once. The first and the last one
/// may go on outside and are kept as parts. Relations between items far apart are kept as sums:
///
/// - names: every directory entry, less every link. Zero for a sound tree: each entry has its link,
///   each link its entry, with the same directory, name and inode.
/// - kinds: every entry's target and type, less every inode's number and type, as often as its link
///   count. Zero for a sound tree: no entry names an inode that is not there or is another type.
///
/// From both follows that every inode but the root has an entry in a directory, and as an inode's
/// own items say that only directories have entries, that is a way to the root or a loop. A loop
/// needs a directory whose number is not greater than its parent's: `rises` says whether there may
/// be one.
///
/// @param sound nothing in the run is wrong in itself
/// @param head the first inode's part; null in an empty run
/// @param tail the last inode's part; the same as `head` if there is only one
/// @param firstKey empty in an empty run
record Span(
        boolean sound,
        boolean rises,
        long names,
        long kinds,
        @Nullable InodePart head,
        @Nullable InodePart tail,
        byte[] firstKey,
        byte[] lastKey) {

    /// The least inode number; 0 in an empty run.
    long firstInode() {
        return head == null ? 0 : head.number();
    }

    /// The greatest inode number; 0 in an empty run.
    long lastInode() {
        return tail == null ? 0 : tail.number();
    }

    /// Whether this is the span of a whole sound tree.
    boolean isWholeTree(long nextInode) {
        return sound
                && names == 0
                && kinds == 0
                && head != null
                && tail != null
                && firstInode() == Inode.ROOT
                && lastInode() < nextInode
                && head.problem().isEmpty()
                && tail.problem().isEmpty();
    }
}
