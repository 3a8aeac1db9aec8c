package dev.varve.restore;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/// Files held back to be started in the order in which their content is stored, so that packs are
/// read forwards and once, also where snapshots have spread the files of a directory over many. A
/// bounded number of names, and of directories, which stay open meanwhile. Used by the walk.
final class StoredOrder {
    private static final int MOST_NAMES = 1 << 16;

    private final int mostDirectories;
    private final List<Held> files = new ArrayList<>();
    private final List<Runnable> links = new ArrayList<>();
    private final Set<TargetDirectory> directories =
            Collections.newSetFromMap(new IdentityHashMap<>());

    /// A file in few bytes; the rest of its inode is read again.
    ///
    /// @param block the address of its first block; addresses count as blocks are stored
    /// @param directory held
    record Held(
            long block,
            TargetDirectory directory,
            byte[] name,
            byte[] writtenName,
            long inode,
            CompletableFuture<Boolean> isThere) {}

    /// @param mostDirectories how many may be open for files held back
    StoredOrder(int mostDirectories) {
        this.mostDirectories = mostDirectories;
    }

    void add(Held file) {
        files.add(file);
        directories.add(file.directory);
    }

    /// Holds back what waits for one of the files.
    void addLink(TargetDirectory directory, Runnable link) {
        links.add(link);
        directories.add(directory);
    }

    /// Whether no more should be held back.
    boolean isFull() {
        return directories.size() >= mostDirectories || files.size() + links.size() >= MOST_NAMES;
    }

    /// The files in order, none of which is held back any more; to be started before the links.
    List<Held> takeFiles() {
        List<Held> taken = new ArrayList<>(files);
        taken.sort(Comparator.comparingLong(Held::block));
        files.clear();
        directories.clear();
        return taken;
    }

    /// What waits for the files taken.
    List<Runnable> takeLinks() {
        List<Runnable> taken = List.copyOf(links);
        links.clear();
        return taken;
    }
}
