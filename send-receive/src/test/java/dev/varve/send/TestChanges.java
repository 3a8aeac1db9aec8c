package dev.varve.send;

import dev.varve.engine.model.Change;
import dev.varve.engine.model.Extent;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Link;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.XattrName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// The changes between two test trees, found by comparing everything.
final class TestChanges {
    private final TestTree older;
    private final TestTree newer;
    private final List<Change> found = new ArrayList<>();

    private TestChanges(TestTree older, TestTree newer) {
        this.older = older;
        this.newer = newer;
    }

    static List<Change> between(TestTree older, TestTree newer) throws IOException {
        TestChanges changes = new TestChanges(older, newer);
        Set<Long> numbers = new TreeSet<>(older.inodes().keySet());
        numbers.addAll(newer.inodes().keySet());
        for (long number : numbers) {
            changes.compare(number);
        }
        return changes.found;
    }

    private void compare(long number) throws IOException {
        Optional<Inode> was = older.findInode(number);
        Optional<Inode> now = newer.findInode(number);
        if (was.isEmpty()) {
            found.add(new Change.Created(now.orElseThrow()));
        } else if (now.isEmpty()) {
            found.add(new Change.Deleted(was.get()));
        } else if (!was.equals(now)) {
            found.add(new Change.AttributesChanged(was.get(), now.get()));
        }
        List<Link> oldLinks = was.isEmpty() ? List.of() : drain(older.links(number));
        List<Link> newLinks = now.isEmpty() ? List.of() : drain(newer.links(number));
        for (Link link : oldLinks) {
            if (!newLinks.contains(link)) {
                found.add(new Change.Unlinked(number, link));
            }
        }
        for (Link link : newLinks) {
            if (!oldLinks.contains(link)) {
                found.add(new Change.Linked(number, link));
            }
        }
        if (now.isPresent()) {
            compareXattrs(number, was.isPresent());
            compareData(number, was.map(Inode::sizeBytes).orElse(0L), now.get().sizeBytes());
        }
    }

    private void compareXattrs(long number, boolean wasThere) throws IOException {
        for (XattrName name : newer.xattrs(number)) {
            byte[] now = newer.xattr(number, name).orElseThrow();
            boolean isSame =
                    wasThere
                            && older.xattr(number, name)
                                    .map(old -> Arrays.equals(old, now))
                                    .orElse(false);
            if (!isSame) {
                found.add(new Change.XattrSet(number, name));
            }
        }
        if (wasThere) {
            for (XattrName name : older.xattrs(number)) {
                if (newer.xattr(number, name).isEmpty()) {
                    found.add(new Change.XattrRemoved(number, name));
                }
            }
        }
    }

    private void compareData(long number, long oldSize, long newSize) throws IOException {
        List<Extent> old = oldSize == 0 ? List.of() : drain(older.extents(number, 0));
        List<Extent> now = drain(newer.extents(number, 0));
        TreeSet<Long> edges = new TreeSet<>(List.of(0L, oldSize, newSize));
        for (List<Extent> extents : List.of(old, now)) {
            for (Extent extent : extents) {
                edges.add(extent.offset());
                edges.add(extent.end());
            }
        }
        long runStart = -1;
        long end = Math.max(oldSize, newSize);
        for (long edge : edges) {
            boolean differs = edge < end && !place(old, edge).equals(place(now, edge));
            if (differs && runStart < 0) {
                runStart = edge;
            } else if (!differs && runStart >= 0) {
                found.add(new Change.DataChanged(number, runStart, Math.min(edge, end) - runStart));
                runStart = -1;
            }
        }
    }

    private static String place(List<Extent> extents, long offset) {
        for (Extent extent : extents) {
            if (extent.offset() <= offset && offset < extent.end()) {
                return switch (extent) {
                    case Extent.Data d -> d.block() + "@" + (d.blockOffset() - d.offset());
                    case Extent.Preallocated _ -> "preallocated";
                    case Extent.Inline _ -> "inline";
                };
            }
        }
        return "hole";
    }

    static <T> List<T> drain(Scan<T> scan) throws IOException {
        List<T> all = new ArrayList<>();
        while (scan.advance()) {
            all.add(scan.current());
        }
        return all;
    }
}
