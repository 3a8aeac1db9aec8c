package dev.varve.ingest;

import dev.varve.engine.Catalog;
import dev.varve.engine.FileTree;
import dev.varve.engine.model.Inode;
import dev.varve.posix.FileStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/// Remembers which inode of the pool came from which inode of the source, so that a file is
/// recognised wherever it went.
///
/// The catalog's key is the source's inode number, 8 bytes big-endian, followed by the region's
/// number unless that is 0; the value is the pool's inode number, 8 bytes big-endian. An entry may
/// be stale: the inode itself, with its origin and birth time, decides.
final class Origins {
    /// The catalog's name.
    static final String CATALOG = "import";

    private final Catalog catalog;
    private final FileTree tree;

    Origins(Catalog catalog, FileTree tree) {
        this.catalog = catalog;
        this.tree = tree;
    }

    /// The pool's inode that came from this one.
    Optional<Inode> find(SourceDirectory.Region region, FileStatus status) throws IOException {
        Optional<byte[]> value = catalog.get(key(region.id(), status.inode()));
        if (value.isEmpty() || value.get().length != Long.BYTES) {
            return Optional.empty();
        }
        long number = ByteBuffer.wrap(value.get()).getLong();
        return tree.findInode(number).filter(inode -> SourceEntry.isSame(inode, status));
    }

    /// Whether the catalog says that `inode` came from where it claims.
    boolean isKnown(SourceDirectory.Region region, Inode inode) throws IOException {
        return catalog.get(key(region.id(), inode.origin()))
                .filter(value -> value.length == Long.BYTES)
                .filter(value -> ByteBuffer.wrap(value).getLong() == inode.number())
                .isPresent();
    }

    void put(SourceDirectory.Region region, long origin, long inode) throws IOException {
        byte[] value = ByteBuffer.allocate(Long.BYTES).putLong(inode).array();
        catalog.put(key(region.id(), origin), value);
    }

    /// Forgets a deleted inode.
    void remove(SourceDirectory.Region region, Inode inode) throws IOException {
        if (isKnown(region, inode)) {
            catalog.remove(key(region.id(), inode.origin()));
        }
    }

    void clear() throws IOException {
        catalog.clear();
    }

    private static byte[] key(long regionId, long origin) {
        ByteBuffer key = ByteBuffer.allocate(regionId == 0 ? Long.BYTES : 2 * Long.BYTES);
        key.putLong(origin);
        if (regionId != 0) {
            key.putLong(regionId);
        }
        return key.array();
    }
}
