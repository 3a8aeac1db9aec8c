package dev.varve.engine.pack;

import dev.varve.engine.format.BlockAddress;
import dev.varve.engine.model.StoreFailedException;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/// The numbers of this process's packs, and which of them no commit refers to yet. Thread-safe.
final class PackNumbers {
    private final WriterClaim claim;

    /// 0 until claimed. All guarded by `this`.
    private int writer;

    private int last;
    private int lastCommitted;

    /// Numbers whose objects turned out to be someone else's.
    private final Set<Long> foreign = new HashSet<>();

    PackNumbers(WriterClaim claim) {
        this.claim = claim;
    }

    synchronized long next() throws IOException {
        if (writer == 0) {
            writer = claim.claim();
        }
        if (last == BlockAddress.MAX_SEQUENCE) {
            throw new StoreFailedException(
                    "writer " + writer + " has used all its pack numbers; open the pool again");
        }
        last++;
        return BlockAddress.packNumber(writer, last);
    }

    synchronized void markForeign(long packNumber) {
        foreign.add(packNumber);
    }

    /// Whether this process gave the number and has not committed it yet.
    synchronized boolean isUncommitted(long packNumber) {
        return BlockAddress.writer(packNumber) == writer
                && BlockAddress.sequence(packNumber) > lastCommitted;
    }

    /// All numbers given so far are committed.
    synchronized void commit() {
        lastCommitted = last;
        foreign.clear();
    }

    /// The numbers given since the last commit, and forgets them.
    synchronized Uncommitted takeUncommitted() {
        Uncommitted range = new Uncommitted(writer, lastCommitted + 1, last, Set.copyOf(foreign));
        commit();
        return range;
    }

    /// Pack numbers from one sequence to another, both included.
    record Uncommitted(int writer, int first, int last, Set<Long> foreign) {}
}
