package dev.varve.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.format.FileKey;
import dev.varve.engine.model.Extent;
import dev.varve.engine.model.FileType;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.SubvolumeInfo;
import dev.varve.engine.model.XattrName;
import dev.varve.engine.tree.TreeCursor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/// Compares everything that can be read of a pool with the model.
final class ModelComparison {
    private static final int STEP_BYTES = 1 << 16;

    /// The engine's UUIDs by the subvolume that had them first.
    private final Map<UUID, SubvolumeId> uuids = new HashMap<>();

    /// What was compared before and has not changed in the model since.
    private final Map<SubvolumeId, Map<Long, ModelTree.Node>> compared = new HashMap<>();

    /// Compares all, or only what changed in the model since the last time.
    void compare(ReadView actual, ModelPool expected, boolean all) throws IOException {
        if (all) {
            compared.clear();
        }
        assertEquals(expected.defaultSubvolume(), actual.defaultSubvolume());
        List<SubvolumeId> ids = new ArrayList<>();
        for (Scan<SubvolumeInfo> scan = actual.subvolumes(); scan.advance(); ) {
            SubvolumeInfo info = scan.current();
            ids.add(info.id());
            compare(info, expected.info(info.id()));
            assertEquals(info.id(), actual.findByUuid(info.uuid()).orElseThrow().id());
        }
        assertEquals(expected.ids(), ids);
        compared.keySet().retainAll(ids);
        for (SubvolumeId id : ids) {
            compare(actual.open(id), expected.open(id));
        }
    }

    private void compare(SubvolumeInfo actual, SubvolumeInfo expected) {
        assertEquals(expected.path(), actual.path());
        assertEquals(expected.parent(), actual.parent(), actual.path());
        assertEquals(expected.directory(), actual.directory(), actual.path());
        assertEquals(expected.readOnly(), actual.readOnly(), actual.path());
        assertEquals(expected.receivedUuid(), actual.receivedUuid(), actual.path());
        assertEquals(expected.createdGeneration(), actual.createdGeneration(), actual.path());
        assertTrue(actual.generation() >= actual.createdGeneration(), actual.path());
        uuids.putIfAbsent(actual.uuid(), actual.id());
        assertEquals(actual.id(), uuids.get(actual.uuid()), "two subvolumes with one UUID");
        assertEquals(expected.isSnapshot(), actual.isSnapshot());
        Optional<SubvolumeId> source = actual.parentUuid().map(uuids::get);
        if (source.isPresent()) {
            assertEquals(expected.parentUuid(), source.map(id -> ModelPool.uuid(id.value())));
        }
    }

    private void compare(FileTree actual, ModelWriter expected) throws IOException {
        SubvolumeId id = expected.id();
        Map<Long, ModelTree.Node> known = compared.computeIfAbsent(id, _ -> new TreeMap<>());
        Map<Long, ModelTree.Node> nodes = expected.nodes();
        boolean committed = actual instanceof CommittedTree;
        known.keySet().retainAll(nodes.keySet());
        for (Map.Entry<Long, ModelTree.Node> entry : nodes.entrySet()) {
            if (known.get(entry.getKey()) != entry.getValue()) {
                String where = "subvolume " + id + " inode " + entry.getKey();
                compare(actual, expected, entry.getKey(), where);
                if (committed) {
                    known.put(entry.getKey(), entry.getValue());
                }
            }
        }
        if (actual instanceof CommittedTree tree) {
            assertEquals(nodes.keySet(), inodes(tree), "inodes of " + id);
        }
    }

    /// All inodes that any item belongs to.
    private static TreeSet<Long> inodes(CommittedTree tree) throws IOException {
        TreeSet<Long> inodes = new TreeSet<>();
        TreeCursor cursor = tree.reader().cursor();
        for (boolean on = cursor.seekFirst(); on; on = cursor.next()) {
            inodes.add(FileKey.inode(cursor.page(), cursor.keyOffset()));
        }
        return inodes;
    }

    private static void compare(FileTree actual, ModelWriter expected, long inode, String where)
            throws IOException {
        assertEquals(expected.inode(inode), actual.inode(inode), where);
        assertEquals(all(expected.links(inode)), all(actual.links(inode)), where);
        List<XattrName> names = expected.xattrs(inode);
        assertEquals(names, actual.xattrs(inode), where);
        for (XattrName name : names) {
            assertArrayEquals(
                    expected.xattr(inode, name).orElseThrow(),
                    actual.xattr(inode, name).orElseThrow(),
                    where);
        }
        FileType type = expected.inode(inode).type();
        if (type == FileType.DIRECTORY) {
            assertEquals(all(expected.list(inode)), all(actual.list(inode)), where);
        } else if (type == FileType.SYMLINK) {
            assertArrayEquals(expected.symlinkTarget(inode), actual.symlinkTarget(inode), where);
        } else if (type == FileType.REGULAR) {
            compareContent(actual, expected, inode, where);
        }
    }

    static <T> List<T> all(Scan<T> scan) throws IOException {
        List<T> all = new ArrayList<>();
        while (scan.advance()) {
            all.add(scan.current());
        }
        return all;
    }

    private static void compareContent(
            FileTree actual, ModelWriter expected, long inode, String where) throws IOException {
        long size = expected.inode(inode).sizeBytes();
        TreeMap<Long, Long> ranges = new TreeMap<>();
        for (long offset : expected.node(inode).content.chunkOffsets()) {
            ranges.put(offset, (long) ModelContent.CHUNK_BYTES);
        }
        long end = 0;
        for (Scan<Extent> scan = actual.extents(inode, 0); scan.advance(); ) {
            Extent extent = scan.current();
            assertTrue(extent.offset() >= end, where);
            end = extent.end();
            boolean zeros = extent instanceof Extent.Preallocated;
            assertTrue(zeros || end <= size, where + ": data behind the end");
            ranges.merge(extent.offset(), zeros ? 64 : extent.length(), Math::max);
        }
        long done = 0;
        for (Map.Entry<Long, Long> range : ranges.entrySet()) {
            long position = Math.max(done, range.getKey());
            long stop = Math.min(size, range.getKey() + range.getValue());
            stop = range.getKey() + range.getValue() < 0 ? size : stop;
            while (position < stop) {
                int length = (int) Math.min(STEP_BYTES, stop - position);
                compareBytes(actual, expected, inode, position, length);
                position += length;
            }
            done = Math.max(done, position);
        }
        assertEquals(0, actual.read(inode, size, ByteBuffer.allocate(1)), where);
    }

    private static void compareBytes(
            FileTree actual, ModelWriter expected, long inode, long offset, int length)
            throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        String where = "inode " + inode + " at " + offset + "+" + length;
        assertEquals(length, actual.read(inode, offset, bytes), where);
        assertArrayEquals(expected.node(inode).content.read(offset, length), bytes.array(), where);
    }
}
