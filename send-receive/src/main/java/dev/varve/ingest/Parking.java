package dev.varve.ingest;

import dev.varve.engine.SubvolumeWriter;
import dev.varve.engine.SubvolumeWriter.RenameMode;
import dev.varve.engine.model.Attributes;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.FileType;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.Timestamp;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;

/// Where entries wait that are gone from their place: the walk may find them elsewhere. What nobody
/// came for is deleted at the end.
final class Parking {
    private static final long NONE = 0;
    private static final int BATCH_ENTRIES = 1024;

    private final SubvolumeWriter tree;
    private final Origins origins;
    private final Tally tally;

    private long directory = NONE;
    private FileName directoryName = FileName.of(".varve-import");
    private long parked;

    Parking(SubvolumeWriter tree, Origins origins, Tally tally) {
        this.tree = tree;
        this.origins = origins;
        this.tally = tally;
    }

    /// Whether this is the parking itself, which the walk must not take for content.
    boolean isParking(DirEntry entry) {
        return directory != NONE && entry.target() == directory && !entry.isSubvolume();
    }

    /// Takes an entry out of a directory, unless a move has done so since it was listed.
    void take(long from, DirEntry entry, SourceDirectory.Region region) throws IOException {
        if (!tree.lookup(from, entry.name()).filter(entry::equals).isPresent()) {
            return;
        }
        if (!entry.isSubvolume()
                && entry.type() != FileType.DIRECTORY
                && tree.inode(entry.target()).links() > 1) {
            tree.unlink(from, entry.name());
            return;
        }
        if (directory == NONE) {
            open();
        }
        HexFormat hex = HexFormat.of();
        FileName name = FileName.of(hex.toHexDigits(region.id()) + hex.toHexDigits(++parked));
        tree.rename(from, entry.name(), directory, name, RenameMode.NO_REPLACE);
    }

    private void open() throws IOException {
        for (int i = 0; tree.lookup(Inode.ROOT, directoryName).isPresent(); i++) {
            directoryName = FileName.of(".varve-import-" + i);
        }
        directory =
                tree.createDirectory(
                        Inode.ROOT, directoryName, Attributes.of(0700, Timestamp.EPOCH));
    }

    /// Deletes what is left.
    void close() throws IOException {
        if (directory == NONE) {
            return;
        }
        for (List<DirEntry> batch = batch(directory); !batch.isEmpty(); batch = batch(directory)) {
            for (DirEntry entry : batch) {
                String regionId = entry.name().toString().substring(0, 2 * Long.BYTES);
                delete(
                        entry,
                        new SourceDirectory.Region(HexFormat.fromHexDigitsToLong(regionId), 0, 0));
            }
        }
        tree.removeDirectory(Inode.ROOT, directoryName);
        directory = NONE;
    }

    /// The first entries of a directory, up to and including its first subdirectory: when that is
    /// empty and gone, the next batch starts behind it.
    private List<DirEntry> batch(long of) throws IOException {
        List<DirEntry> entries = new ArrayList<>();
        for (Scan<DirEntry> scan = tree.list(of);
                entries.size() < BATCH_ENTRIES && scan.advance(); ) {
            entries.add(scan.current());
            if (scan.current().type() == FileType.DIRECTORY) {
                break;
            }
        }
        return entries;
    }

    /// A directory being emptied and where it is named.
    private record Level(long parent, DirEntry entry) {}

    private void delete(DirEntry top, SourceDirectory.Region region) throws IOException {
        Deque<Level> levels = new ArrayDeque<>();
        visit(new Level(directory, top), levels, region);
        while (!levels.isEmpty()) {
            Level level = levels.peek();
            List<DirEntry> batch = batch(level.entry.target());
            if (batch.isEmpty()) {
                levels.pop();
                forget(level.entry, region);
                tree.removeDirectory(level.parent, level.entry.name());
            }
            for (DirEntry entry : batch) {
                visit(new Level(level.entry.target(), entry), levels, region);
            }
        }
    }

    /// Deletes a file at once; a directory is pushed to be emptied first.
    private void visit(Level level, Deque<Level> levels, SourceDirectory.Region region)
            throws IOException {
        DirEntry entry = level.entry;
        if (entry.isSubvolume()) {
            throw new FileSystemException(
                    entry.name().toString(),
                    null,
                    "a nested subvolume lies in a directory that the import would remove");
        }
        if (entry.type() == FileType.DIRECTORY) {
            levels.push(level);
        } else {
            forget(entry, region);
            tree.unlink(level.parent, entry.name());
        }
    }

    private void forget(DirEntry entry, SourceDirectory.Region region) throws IOException {
        Inode inode = tree.inode(entry.target());
        if (inode.links() <= 1) {
            tally.removed++;
            origins.remove(region, inode);
        }
    }
}
