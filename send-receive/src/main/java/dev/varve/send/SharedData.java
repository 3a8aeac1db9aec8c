package dev.varve.send;

import dev.varve.engine.FileTree;
import dev.varve.engine.model.Extent;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Scan;
import dev.varve.stream.StreamCommand;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Finds data that the receiver has already: blocks with the same address are the same bytes. It
/// knows what was sent before in this stream, what the parent had where something changed or went
/// and near to where something new is, and what further clone sources have at the same inode or in
/// a limited number of other files.
final class SharedData {
    /// The tree that is being sent.
    static final int OWN = 0;

    /// The parent, if there is one.
    static final int PARENT = 1;

    private final List<CloneTree> trees;
    private final boolean isWanted;
    private final BlockPlaces places = new BlockPlaces();
    private @Nullable NearbySources nearby;

    /// Bytes that are also elsewhere.
    ///
    /// @param tree number of the tree
    /// @param sourceOffset where they are in the source file
    /// @param start where they belong in the file that is sent
    record Match(int tree, long inode, long sourceOffset, long start, long end) {
        long displacement() {
            return sourceOffset - start;
        }
    }

    /// @param trees the tree being sent, then all others
    /// @param isWanted false to know nothing, for streams without data
    SharedData(List<CloneTree> trees, boolean isWanted) {
        this.isWanted = isWanted;
        this.trees = List.copyOf(trees);
    }

    FileTree tree(int number) {
        return trees.get(number).tree();
    }

    /// From now on, looks there for what is not known.
    void searchIn(NearbySources sources) {
        nearby = sources;
    }

    /// Notes the data of a range of a file.
    ///
    /// @return the number of extents
    int addRange(int tree, Inode file, long from, long to) throws IOException {
        if (!isWanted) {
            return 0;
        }
        int count = 0;
        long end = Math.min(to, file.sizeBytes());
        Scan<Extent> extents = tree(tree).extents(file.number(), from);
        while (extents.advance() && extents.current().offset() < end) {
            if (extents.current() instanceof Extent.Data data) {
                long start = Math.max(data.offset(), from);
                add(tree, file.number(), data, start, Math.min(data.end(), end));
            }
            count++;
        }
        return count;
    }

    boolean isWanted() {
        return isWanted;
    }

    /// Whether some bytes of the block are known to be at the receiver.
    boolean isKnown(long block) {
        return places.find(block).isPresent();
    }

    /// Notes an extent of a file that has a name, up to the file's end.
    void addIfNamed(int tree, long inode, Extent.Data data) throws IOException {
        Optional<Inode> file = tree(tree).findInode(inode).filter(found -> found.links() > 0);
        if (file.isPresent() && data.offset() < file.get().sizeBytes()) {
            long end = Math.min(data.end(), file.get().sizeBytes());
            add(tree, inode, data, data.offset(), end);
        }
    }

    /// Notes the part of an extent between two file offsets.
    void add(int tree, long inode, Extent.Data data, long start, long end) {
        int blockOffset = data.blockOffset() + (int) (start - data.offset());
        int length = (int) (end - start);
        places.add(data.block(), new BlockPlaces.Place(tree, inode, start, blockOffset, length));
    }

    /// Notes what the further clone sources have of the same file.
    void addTwins(Inode file, int firstTree) throws IOException {
        for (int tree = firstTree; tree < trees.size(); tree++) {
            Optional<Inode> twin =
                    trees.get(tree)
                            .tree()
                            .findInode(file.number())
                            .filter(other -> other.isRegular() && other.links() > 0)
                            .filter(other -> other.generation() == file.generation());
            if (twin.isPresent()) {
                addRange(tree, twin.get(), 0, twin.get().sizeBytes());
            }
        }
    }

    /// Looks for the part of an extent of a file between two offsets; what is found may be less.
    Optional<Match> find(long inode, Extent.Data data, long start, long end) throws IOException {
        Optional<BlockPlaces.Place> found = places.find(data.block());
        if (found.isEmpty()
                && nearby != null
                && tree(OWN).isShared(data.block())
                && nearby.lookAround(inode)) {
            found = places.find(data.block());
        }
        if (found.isEmpty()) {
            return Optional.empty();
        }
        BlockPlaces.Place place = found.get();
        long wanted = data.blockOffset() + (start - data.offset());
        long first = Math.max(wanted, place.blockOffset());
        long last = Math.min(wanted + (end - start), (long) place.blockOffset() + place.length());
        if (first >= last) {
            return Optional.empty();
        }
        long matchStart = start + (first - wanted);
        return Optional.of(
                new Match(
                        place.tree(),
                        place.inode(),
                        place.fileOffset() + (first - place.blockOffset()),
                        matchStart,
                        matchStart + (last - first)));
    }

    long sourceSize(Match match) throws IOException {
        return tree(match.tree).inode(match.inode).sizeBytes();
    }

    StreamCommand.Source source(Match match, long sourceOffset) throws IOException {
        CloneTree tree = trees.get(match.tree);
        return new StreamCommand.Source(
                tree.uuid(), tree.ctransid(), tree.links().filePath(match.inode), sourceOffset);
    }
}
