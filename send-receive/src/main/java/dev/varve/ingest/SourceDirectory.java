package dev.varve.ingest;

import dev.varve.engine.model.FileName;
import dev.varve.local.PathFilter;
import dev.varve.local.TreePath;
import dev.varve.posix.Directory;
import dev.varve.posix.DirectoryEntry;
import dev.varve.posix.Errno;
import dev.varve.posix.FileStatus;
import dev.varve.posix.PosixException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/// An open directory of the source, listed in chunks. It stays open while somebody holds it: the
/// walk, and every file in it that is still to be read.
final class SourceDirectory {
    /// Entries held at once. A directory with more is compared chunk by chunk.
    static final int CHUNK_ENTRIES = 65_536;

    private static final Comparator<SourceEntry> BY_NAME = Comparator.comparing(SourceEntry::name);

    private final Directory directory;
    private final TreePath path;
    private final PathFilter exclude;
    private final Region region;
    private final AtomicInteger holders = new AtomicInteger(1);

    private Iterator<DirectoryEntry> batch = List.<DirectoryEntry>of().iterator();
    private boolean ended;
    private List<SourceEntry> chunk = List.of();

    /// The directories in it that are listed ahead.
    private final Map<FileName, SourceScanner.Listing> listings = new HashMap<>();

    /// What tells inode numbers apart where several file systems hang together.
    ///
    /// @param id 0 for the root's file system, else a number made of the path of the crossing
    record Region(long id, long device, long mountId) {
        /// The region of a directory found in this one.
        Region of(FileStatus status, TreePath path) {
            if (status.device() == device && status.mountId() == mountId) {
                return this;
            }
            long hash = 0xcbf29ce484222325L; // FNV-1a
            for (byte b : path.bytes()) {
                hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
            }
            return new Region(hash | 1, status.device(), status.mountId());
        }
    }

    SourceDirectory(Directory directory, TreePath path, Region region, PathFilter exclude) {
        this.directory = directory;
        this.path = path;
        this.region = region;
        this.exclude = exclude;
    }

    Directory directory() {
        return directory;
    }

    TreePath path() {
        return path;
    }

    Region region() {
        return region;
    }

    PathFilter exclude() {
        return exclude;
    }

    /// Reads the next chunk; afterwards [#chunk] is that.
    void advance() throws PosixException {
        List<SourceEntry> entries = new ArrayList<>();
        while (entries.size() < CHUNK_ENTRIES && !ended) {
            if (!batch.hasNext()) {
                batch = directory.nextEntries().iterator();
                ended = !batch.hasNext();
            } else {
                add(entries, batch.next());
            }
        }
        entries.sort(BY_NAME);
        chunk = entries;
    }

    private void add(List<SourceEntry> entries, DirectoryEntry entry) {
        FileName name = FileName.of(entry.name());
        boolean typeIsKnown = entry.type() != DirectoryEntry.TYPE_UNKNOWN;
        boolean isDirectory = entry.type() == DirectoryEntry.TYPE_DIRECTORY;
        if (typeIsKnown && isLeftOut(entry.name(), isDirectory)) {
            return;
        }
        try {
            FileStatus status = directory.status(entry.name());
            if (typeIsKnown || !isLeftOut(entry.name(), status.isDirectory())) {
                entries.add(new SourceEntry(name, entry.name(), status, null));
            }
        } catch (PosixException e) {
            if (e.errno() != Errno.ENOENT) { // else it went while we looked: it is not there
                entries.add(new SourceEntry(name, entry.name(), null, e.reason()));
            }
        }
    }

    private boolean isLeftOut(byte[] name, boolean isDirectory) {
        return !exclude.isEmpty() && exclude.matches(path.child(name), isDirectory);
    }

    /// The entries read last, ordered by name.
    List<SourceEntry> chunk() {
        return chunk;
    }

    /// The listings of directories in what was read so far, but for those the walk took out.
    Map<FileName, SourceScanner.Listing> listings() {
        return listings;
    }

    /// Whether [#chunk] was the last.
    boolean isEnded() {
        return ended;
    }

    /// Whether the source has this name now and wants it imported.
    boolean has(FileName name) throws PosixException {
        Optional<FileStatus> status = directory.findStatus(name.bytes());
        return status.isPresent()
                && !exclude.matches(path.child(name.bytes()), status.get().isDirectory());
    }

    SourceDirectory hold() {
        holders.incrementAndGet();
        return this;
    }

    /// Lets go; the last one closes.
    void release() {
        if (holders.decrementAndGet() == 0) {
            try {
                directory.close();
            } catch (PosixException _) {
                return; // close(2) tells of earlier writes, and there were none
            }
        }
    }
}
