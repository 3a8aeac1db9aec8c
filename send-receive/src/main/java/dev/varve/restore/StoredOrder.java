package dev.varve.restore;

import java.io.InterruptedIOException;
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

    /// Who does the work.
    interface Starter {
        void start(Held file) throws InterruptedIOException;

        void start(Runnable link) throws InterruptedIOException;
    }

    /// @param mostDirectories how many may be open for files held back
    StoredOrder(int mostDirectories) {
        this.mostDirectories = mostDirectories;
    }

    void add(Held file) {
        files.add(file);
        directories.add(file.directory);
    }

    /// Holds back what waits for any of the files until they are started.
    void addLink(TargetDirectory directory, Runnable link) {
        links.add(link);
        directories.add(directory);
    }

    /// Whether no more should be held back.
    boolean isFull() {
        return directories.size() >= mostDirectories || files.size() + links.size() >= MOST_NAMES;
    }

    /// Starts all, one after the other; none is held back any more.
    void start(Starter starter) throws InterruptedIOException {
        files.sort(Comparator.comparingLong(Held::block));
        for (Held file : files) {
            starter.start(file);
        }
        for (Runnable link : links) {
            starter.start(link);
        }
        files.clear();
        links.clear();
        directories.clear();
    }
}
