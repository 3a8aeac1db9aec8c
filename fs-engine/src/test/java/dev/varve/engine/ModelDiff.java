package dev.varve.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.ModelTree.Node;
import dev.varve.engine.model.Change;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Link;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.XattrName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// The difference between two subvolumes of the model, found by looking at everything, compared
/// with what [SnapshotDiff] says.
final class ModelDiff {
    private static final Node NONE =
            new Node(
                    new Object(),
                    new Inode(
                            0,
                            0100000,
                            0,
                            0,
                            0,
                            0,
                            0,
                            0,
                            dev.varve.engine.model.Timestamp.EPOCH,
                            dev.varve.engine.model.Timestamp.EPOCH,
                            dev.varve.engine.model.Timestamp.EPOCH,
                            dev.varve.engine.model.Timestamp.EPOCH,
                            0,
                            0),
                    new byte[0],
                    new ModelContent());

    private final Map<Long, Node> older;
    private final Map<Long, Node> newer;
    private final Map<Long, List<Change.DataChanged>> data = new HashMap<>();

    private ModelDiff(Map<Long, Node> older, Map<Long, Node> newer) {
        this.older = older;
        this.newer = newer;
    }

    static void compare(Scan<Change> actual, Map<Long, Node> older, Map<Long, Node> newer)
            throws IOException {
        new ModelDiff(older, newer).compare(actual);
    }

    private void compare(Scan<Change> actual) throws IOException {
        Set<Change> found = new HashSet<>();
        long last = 0;
        while (actual.advance()) {
            Change change = actual.current();
            assertTrue(change.inode() >= last, "changes out of order");
            last = change.inode();
            if (change instanceof Change.DataChanged range) {
                data.computeIfAbsent(range.inode(), _ -> new ArrayList<>()).add(range);
            } else {
                assertTrue(found.add(change), () -> "told twice: " + change);
            }
        }
        Set<Change> expected = new HashSet<>();
        TreeSet<Long> numbers = new TreeSet<>(older.keySet());
        numbers.addAll(newer.keySet());
        for (long number : numbers) {
            Node was = older.getOrDefault(number, NONE);
            Node is = newer.getOrDefault(number, NONE);
            if (was != is) {
                add(number, was, is, expected);
            }
            compareData(number, was, is);
        }
        assertEquals(texts(expected), texts(found));
    }

    private static Set<String> texts(Set<Change> changes) {
        Set<String> texts = new TreeSet<>();
        changes.forEach(change -> texts.add(change.toString()));
        return texts;
    }

    private static void add(long number, Node was, Node is, Set<Change> expected) {
        if (was == NONE) {
            expected.add(new Change.Created(is.inode));
        } else if (is == NONE) {
            expected.add(new Change.Deleted(was.inode));
        } else if (!was.inode.equals(is.inode)) {
            expected.add(new Change.AttributesChanged(was.inode, is.inode));
        }
        for (Link link : was.links) {
            if (!is.links.contains(link)) {
                expected.add(new Change.Unlinked(number, link));
            }
        }
        for (Link link : is.links) {
            if (!was.links.contains(link)) {
                expected.add(new Change.Linked(number, link));
            }
        }
        if (is != NONE) {
            addXattrs(number, was, is, expected);
        }
        addSubvolumes(number, was, is, expected);
    }

    @SuppressWarnings("ReferenceEquality")
    private static void addXattrs(long number, Node was, Node is, Set<Change> expected) {
        for (XattrName name : was.xattrs.keySet()) {
            if (!is.xattrs.containsKey(name)) {
                expected.add(new Change.XattrRemoved(number, name));
            }
        }
        is.xattrs.forEach((name, value) -> {
            // A long value set anew is another block, though its bytes are the same.
            byte[] before = was.xattrs.get(name);
            if (before == null
                    || (before != value && (value.length > 4096 || !same(before, value)))) {
                expected.add(new Change.XattrSet(number, name));
            }
        });
    }

    private static boolean same(byte[] a, byte[] b) {
        return Arrays.equals(a, b);
    }

    private static void addSubvolumes(long number, Node was, Node is, Set<Change> expected) {
        for (FileName name : was.entries.keySet()) {
            addSubvolume(number, was.entries.get(name), is.entries.get(name), true, expected);
        }
        for (FileName name : is.entries.keySet()) {
            addSubvolume(number, is.entries.get(name), was.entries.get(name), false, expected);
        }
    }

    private static void addSubvolume(
            long number,
            DirEntry entry,
            @org.jspecify.annotations.Nullable DirEntry other,
            boolean gone,
            Set<Change> expected) {
        if (entry.isSubvolume() && !entry.equals(other)) {
            SubvolumeId child = new SubvolumeId(entry.target());
            expected.add(
                    gone
                            ? new Change.SubvolumeUnlinked(number, entry.name(), child)
                            : new Change.SubvolumeLinked(number, entry.name(), child));
        }
    }

    private void compareData(long number, Node was, Node is) {
        List<Change.DataChanged> ranges = data.getOrDefault(number, List.of());
        if (was == is || is == NONE) {
            assertEquals(List.of(), ranges, "data of an unchanged or deleted inode " + number);
        }
        long end = -1;
        for (Change.DataChanged range : ranges) {
            assertTrue(range.offset() > end, () -> "ranges out of order or adjoining: " + ranges);
            assertTrue(range.length() > 0, () -> "empty range: " + ranges);
            end = range.offset() + range.length();
        }
        if (is == NONE) {
            return;
        }
        TreeSet<Long> chunks = new TreeSet<>(was.content.chunkOffsets());
        chunks.addAll(is.content.chunkOffsets());
        for (long offset : chunks) {
            byte[] before = was.content.read(offset, ModelContent.CHUNK_BYTES);
            byte[] after = is.content.read(offset, ModelContent.CHUNK_BYTES);
            for (Change.DataChanged range : ranges) {
                blank(range, offset, before);
                blank(range, offset, after);
            }
            assertTrue(
                    same(before, after),
                    () -> "inode " + number + " differs near " + offset + " outside " + ranges);
        }
    }

    private static void blank(Change.DataChanged range, long offset, byte[] bytes) {
        long from = Math.clamp(range.offset() - offset, 0L, bytes.length);
        long to = Math.clamp(range.offset() + range.length() - offset, 0L, bytes.length);
        Arrays.fill(bytes, (int) from, (int) to, (byte) 0);
    }
}
