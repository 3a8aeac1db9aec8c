package dev.varve.engine.file;

import dev.varve.engine.format.FileKey;
import dev.varve.engine.model.FileType;
import dev.varve.engine.model.Link;
import dev.varve.engine.model.Scan;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Which of the directories made in a transaction, or in the steps of a longer change, have most of
/// its names below them. Their entries are what the paths of most files go through, so the leaves
/// that hold them are written side by side: whoever looks up one file in a store that is far away
/// gets them with one request.
///
/// Directories made earlier are left where they are. Memory is bounded: when too many are known,
/// the less busy half is forgotten, and what was counted for it.
public final class BusyDirectories {
    private static final int MOST = 64;
    private static final int MOST_KNOWN = 16_384;

    /// Below this the leaves would lie together anyway, or nearly so.
    private static final long BUSY_NAMES = 1024;

    private final long firstNew;
    private final Map<Long, Busy> known = new HashMap<>();

    /// Names come directory by directory; these are not yet counted.
    private long directory;

    private long names;

    /// @param firstNew the first inode number of the transaction or the first step
    public BusyDirectories(long firstNew) {
        this.firstNew = firstNew;
    }

    private static final class Busy {
        private Link place;
        private long names;

        private Busy(Link place) {
            this.place = place;
        }
    }

    /// A name was put into the tree, of something new or moved.
    ///
    /// @param items of the tree as it is now
    void added(Link place, long target, FileType type, FileItems items) throws IOException {
        if (place.directory() != directory) {
            count(items);
            directory = place.directory();
        }
        names++;
        if (type == FileType.DIRECTORY && target >= firstNew) {
            known.computeIfAbsent(target, _ -> new Busy(place)).place = place;
        }
        if (known.size() > MOST_KNOWN) {
            forgetHalf();
        }
    }

    /// How many directories are remembered.
    int known() {
        return known.size();
    }

    private void count(FileItems items) throws IOException {
        long at = directory;
        while (at >= firstNew && names > 0) {
            Busy busy = known.get(at);
            if (busy == null) {
                Scan<Link> places = items.links(at);
                if (!places.advance()) {
                    break;
                }
                busy = new Busy(places.current());
                known.put(at, busy);
            }
            busy.names += names;
            at = busy.place.directory();
        }
        names = 0;
    }

    private void forgetHalf() {
        long[] counts = known.values().stream().mapToLong(busy -> busy.names).sorted().toArray();
        long median = counts[counts.length / 2];
        known.values().removeIf(busy -> busy.names <= median);
    }

    /// The keys of the busiest directories' entries, the busiest first. Counts anew from here.
    List<byte[]> take(FileItems items) throws IOException {
        count(items);
        List<byte[]> entries =
                known.values().stream()
                        .filter(busy -> busy.names >= BUSY_NAMES)
                        .sorted(Comparator.comparingLong((Busy busy) -> busy.names).reversed())
                        .limit(MOST)
                        .map(busy -> key(busy.place))
                        .toList();
        known.clear();
        return entries;
    }

    private static byte[] key(Link place) {
        return FileKey.named(place.directory(), FileKey.ENTRY, place.name().bytes());
    }
}
