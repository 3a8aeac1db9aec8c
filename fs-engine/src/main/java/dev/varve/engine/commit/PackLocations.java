package dev.varve.engine.commit;

import dev.varve.engine.format.Head;
import dev.varve.engine.format.PackFormat;
import dev.varve.engine.format.PackItem;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.pack.BlockStore;
import dev.varve.engine.pack.PackLocator;
import dev.varve.engine.tree.NodeCache;
import dev.varve.engine.tree.TreeReader;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Tells which object answers for a pack, by the packs tree of the newest head known. A pool that
/// was never reclaimed is not asked at all.
///
/// The nodes of the packs tree are never moved, so that the tree can be read before anything is
/// found: they are looked for in the objects they were first written to. Where the tree cannot be
/// read a pack is taken to be in its first object, too; its table says whether that is true.
public final class PackLocations implements PackLocator {
    private static final int CACHE_BYTES = 2 << 20;

    private final Heads heads;

    /// Set once, before anything is located.
    private volatile @Nullable NodeCache nodes;

    /// The newest that this process has met; written under the lock of `this`.
    private volatile @Nullable Head head;

    public PackLocations(Heads heads) {
        this.heads = heads;
    }

    /// Reads the packs tree from this store of blocks, which asks this in turn for all others.
    public void readFrom(BlockStore blocks) {
        nodes = new NodeCache(blocks.inFirstObjects(), CACHE_BYTES);
    }

    /// Tells of a head; older ones than the newest do not count.
    public synchronized void use(Head met) {
        Head known = head;
        if (known == null || known.generation() < met.generation()) {
            head = met;
        }
    }

    @Override
    public String objectOf(long packNumber) throws IOException {
        Head known = head;
        if (known == null || known.relocatedPacks() == 0) {
            return PackFormat.objectName(packNumber);
        }
        return lookUp(known, packNumber);
    }

    /// Whoever deleted the object has said in a newer head where its blocks are. That head's own
    /// tree may be gone in its turn before it is read, but then there is a newer one still.
    @Override
    public String objectOf(long packNumber, String gone) throws IOException {
        long generation = -1;
        while (true) {
            Head newest;
            try {
                newest = heads.newest();
            } catch (CorruptionException | NoSuchFileException _) {
                return objectOf(packNumber);
            }
            if (newest.generation() == generation) {
                return PackFormat.objectName(packNumber);
            }
            use(newest);
            generation = newest.generation();
            Optional<String> found = find(newest, packNumber);
            if (found.isPresent()) {
                return found.get();
            }
        }
    }

    private String lookUp(Head at, long packNumber) throws IOException {
        return find(at, packNumber).orElse(PackFormat.objectName(packNumber));
    }

    /// Empty if the tree cannot be read.
    private Optional<String> find(Head at, long packNumber) throws IOException {
        NodeCache reader = nodes;
        if (reader == null) {
            throw new IllegalStateException("nowhere to read the packs tree from");
        }
        TreeReader packs = new TreeReader(reader, Subvolumes.treeRoot(at.packs()));
        try {
            byte[] value = packs.get(PackItem.key(packNumber));
            return Optional.of(
                    PackFormat.objectName(
                            value == null
                                    ? packNumber
                                    : PackItem.read(packNumber, value).objectOf(packNumber)));
        } catch (CorruptionException _) {
            return Optional.empty();
        }
    }
}
