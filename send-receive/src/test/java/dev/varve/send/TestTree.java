package dev.varve.send;

import dev.varve.engine.Chunk;
import dev.varve.engine.Chunker;
import dev.varve.engine.FileTree;
import dev.varve.engine.RecentExtents.FileExtent;
import dev.varve.engine.SubvolumeWriter;
import dev.varve.engine.model.Attributes;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.Extent;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.FileType;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Link;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.SubvolumeInfo;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.model.XattrName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/// A file tree on the heap, plain enough to be right: what the sender's unit tests send.
final class TestTree implements SubvolumeWriter {
    private static final int BLOCK_BYTES = 64 << 10;

    /// Blocks and inode numbers of one lineage.
    private static final class Lineage {
        private final Map<Long, byte[]> blocks = new TreeMap<>();
        private long nextInode = Inode.ROOT + 1;
        private long generation = 7;

        /// Makes the UUIDs of its snapshots its own.
        private final long id;

        private Lineage(long id) {
            this.id = id;
        }
    }

    private final Lineage lineage;
    private final NavigableMap<Long, TestNode> nodes;
    private final SubvolumeInfo info;
    private long lookups;

    private TestTree(Lineage lineage, NavigableMap<Long, TestNode> nodes, SubvolumeInfo info) {
        this.lineage = lineage;
        this.nodes = nodes;
        this.info = info;
    }

    static TestTree empty() {
        return empty(0);
    }

    static TestTree empty(long id) {
        return empty(new Lineage(id));
    }

    /// An empty tree that can share data with this one.
    TestTree emptyBeside() {
        return empty(lineage);
    }

    private static TestTree empty(Lineage lineage) {
        TestTree tree = new TestTree(lineage, new TreeMap<>(), info(lineage, "live", 1, false));
        Attributes attributes = Attributes.of(0755, new Timestamp(1_700_000_000, 5));
        tree.nodes.put(Inode.ROOT, new TestNode(Inode.ROOT, FileType.DIRECTORY, 0, 1, attributes));
        return tree;
    }

    private static SubvolumeInfo info(Lineage lineage, String name, long number, boolean readOnly) {
        UUID uuid = new UUID(lineage.id, number);
        Timestamp time = Timestamp.EPOCH;
        return new SubvolumeInfo(
                new SubvolumeId(256 + number),
                "/" + name,
                Optional.of(SubvolumeId.TOP_LEVEL),
                Inode.ROOT,
                readOnly,
                uuid,
                Optional.empty(),
                Optional.empty(),
                100 + number,
                1,
                0,
                0,
                time,
                time,
                time,
                time);
    }

    /// A read-only copy.
    TestTree snapshot(String name) {
        NavigableMap<Long, TestNode> copies = new TreeMap<>();
        nodes.forEach((number, node) -> copies.put(number, node.copy()));
        lineage.generation++;
        return new TestTree(lineage, copies, info(lineage, name, lineage.generation, true));
    }

    /// A copy that can be changed.
    TestTree copy() {
        NavigableMap<Long, TestNode> copies = new TreeMap<>();
        nodes.forEach((number, node) -> copies.put(number, node.copy()));
        return new TestTree(lineage, copies, info(lineage, "copy", 0, false));
    }

    NavigableMap<Long, Inode> inodes() {
        NavigableMap<Long, Inode> all = new TreeMap<>();
        nodes.forEach((number, node) -> all.put(number, node.inode()));
        return all;
    }

    /// How often something of this tree was asked for.
    long lookups() {
        return lookups;
    }

    private TestNode node(long number) throws NoSuchFileException {
        lookups++;
        TestNode node = nodes.get(number);
        if (node == null) {
            throw new NoSuchFileException("inode " + number);
        }
        return node;
    }

    @Override
    public SubvolumeInfo info() {
        return info;
    }

    @Override
    public Inode inode(long number) throws IOException {
        return node(number).inode();
    }

    @Override
    public Optional<Inode> findInode(long number) {
        lookups++;
        return Optional.ofNullable(nodes.get(number)).map(TestNode::inode);
    }

    @Override
    public Optional<DirEntry> lookup(long directory, FileName name) throws IOException {
        return Optional.ofNullable(node(directory).entries.get(name));
    }

    @Override
    public Scan<DirEntry> list(long directory) throws IOException {
        return scan(node(directory).entries.values());
    }

    @Override
    public Scan<DirEntry> listAfter(long directory, FileName after) throws IOException {
        return scan(node(directory).entries.tailMap(after, false).values());
    }

    @Override
    public Scan<Link> links(long inode) throws IOException {
        return scan(node(inode).links);
    }

    @Override
    public List<XattrName> xattrs(long inode) throws IOException {
        return List.copyOf(node(inode).xattrs.keySet());
    }

    @Override
    public Optional<byte[]> xattr(long inode, XattrName name) throws IOException {
        return Optional.ofNullable(node(inode).xattrs.get(name));
    }

    @Override
    public byte[] symlinkTarget(long inode) throws IOException {
        return node(inode).target;
    }

    @Override
    public Scan<Extent> extents(long inode, long fromOffset) throws IOException {
        List<Extent> found = new ArrayList<>();
        for (Extent extent : node(inode).extents.values()) {
            if (extent.end() > fromOffset) {
                found.add(extent);
            }
        }
        return scan(found);
    }

    static <T> Scan<T> scan(Iterable<T> items) {
        Iterator<T> iterator = items.iterator();
        return new Scan<>() {
            private Optional<T> current = Optional.empty();

            @Override
            public boolean advance() {
                current = iterator.hasNext() ? Optional.of(iterator.next()) : Optional.empty();
                return current.isPresent();
            }

            @Override
            public T current() {
                return current.orElseThrow(IllegalStateException::new);
            }
        };
    }

    @Override
    public boolean isShared(long block) {
        int count = 0;
        for (TestNode node : nodes.values()) {
            for (Extent extent : node.extents.values()) {
                count += extent instanceof Extent.Data data && data.block() == block ? 1 : 0;
            }
        }
        return count > 1;
    }

    List<FileExtent> allExtents() {
        List<FileExtent> all = new ArrayList<>();
        nodes.forEach((inode, node) ->
                node.extents.values().forEach(extent -> all.add(new FileExtent(inode, extent))));
        return all;
    }

    @Override
    public int frameLength(long block) {
        return 0;
    }

    @Override
    public byte[] frame(long block) {
        throw new IllegalStateException("nothing is compressed here");
    }

    @Override
    public int read(long inode, long offset, ByteBuffer target) throws IOException {
        TestNode node = node(inode);
        int length = (int) Math.min(target.remaining(), node.sizeBytes - offset);
        if (length <= 0) {
            return 0;
        }
        byte[] bytes = new byte[length];
        for (Extent extent : node.extents.values()) {
            if (extent instanceof Extent.Data data) {
                long start = Math.max(offset, data.offset());
                long end = Math.min(offset + length, data.end());
                if (start < end) {
                    System.arraycopy(
                            lineage.blocks.get(data.block()),
                            data.blockOffset() + (int) (start - data.offset()),
                            bytes,
                            (int) (start - offset),
                            (int) (end - start));
                }
            }
        }
        target.put(bytes);
        return length;
    }

    private TestNode create(long directory, FileName name, FileType type, long rdev, Attributes a)
            throws IOException {
        if (node(directory).entries.containsKey(name)) {
            throw new FileAlreadyExistsException(name.toString());
        }
        long number = lineage.nextInode++;
        TestNode node = new TestNode(number, type, rdev, lineage.generation, a);
        nodes.put(number, node);
        add(directory, name, node);
        return node;
    }

    private void add(long directory, FileName name, TestNode node) throws IOException {
        long number = node.number;
        node.links.add(new Link(directory, name));
        node(directory).entries.put(name, new DirEntry(name, number, node.type(), false));
    }

    @Override
    public long createFile(long directory, FileName name, Attributes attributes)
            throws IOException {
        return create(directory, name, FileType.REGULAR, 0, attributes).number;
    }

    @Override
    public long createDirectory(long directory, FileName name, Attributes attributes)
            throws IOException {
        return create(directory, name, FileType.DIRECTORY, 0, attributes).number;
    }

    @Override
    public long createSymlink(long directory, FileName name, byte[] target, Attributes attributes)
            throws IOException {
        TestNode node = create(directory, name, FileType.SYMLINK, 0, attributes);
        node.target = target.clone();
        return node.number;
    }

    @Override
    public long createNode(
            long directory, FileName name, FileType type, long rdev, Attributes attributes)
            throws IOException {
        return create(directory, name, type, rdev, attributes).number;
    }

    @Override
    public void link(long inode, long directory, FileName name) throws IOException {
        if (node(directory).entries.containsKey(name)) {
            throw new FileAlreadyExistsException(name.toString());
        }
        add(directory, name, node(inode));
    }

    @Override
    public void unlink(long directory, FileName name) throws IOException {
        remove(directory, name);
    }

    private void remove(long directory, FileName name) throws IOException {
        TestNode node = detach(directory, name);
        if (node.links.isEmpty()) {
            nodes.remove(node.number);
        }
    }

    private TestNode detach(long directory, FileName name) throws IOException {
        DirEntry entry = node(directory).entries.remove(name);
        if (entry == null) {
            throw new NoSuchFileException(name.toString());
        }
        TestNode node = node(entry.target());
        node.links.remove(new Link(directory, name));
        return node;
    }

    @Override
    public void removeDirectory(long directory, FileName name) throws IOException {
        DirEntry entry = lookup(directory, name).orElseThrow();
        if (!node(entry.target()).entries.isEmpty()) {
            throw new DirectoryNotEmptyException(name.toString());
        }
        remove(directory, name);
    }

    @Override
    public void rename(
            long fromDirectory,
            FileName fromName,
            long toDirectory,
            FileName toName,
            RenameMode mode)
            throws IOException {
        if (mode == RenameMode.EXCHANGE) {
            TestNode first = detach(fromDirectory, fromName);
            TestNode second = detach(toDirectory, toName);
            add(toDirectory, toName, first);
            add(fromDirectory, fromName, second);
            return;
        }
        Optional<DirEntry> old = lookup(toDirectory, toName);
        if (old.isPresent()) {
            if (mode == RenameMode.NO_REPLACE) {
                throw new FileAlreadyExistsException(toName.toString());
            }
            if (!node(old.get().target()).entries.isEmpty()) {
                throw new DirectoryNotEmptyException(toName.toString());
            }
            remove(toDirectory, toName);
        }
        add(toDirectory, toName, detach(fromDirectory, fromName));
    }

    @Override
    public Chunker chunker() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Presence presence(long inode, long offset, Chunk chunk) {
        return Presence.UNKNOWN;
    }

    @Override
    public boolean writeChunk(long inode, long offset, Chunk chunk) throws IOException {
        write(inode, offset, ByteBuffer.wrap(chunk.bytes()));
        return true;
    }

    @Override
    public void write(long inode, long offset, ByteBuffer data) throws IOException {
        long at = offset;
        while (data.hasRemaining()) {
            byte[] bytes = new byte[Math.min(data.remaining(), BLOCK_BYTES)];
            data.get(bytes);
            long block = lineage.blocks.size() + 1L;
            lineage.blocks.put(block, bytes);
            put(inode, new Extent.Data(at, bytes.length, block, 0, bytes.length, 1));
            at += bytes.length;
        }
        grow(inode, at);
    }

    private void grow(long inode, long size) throws IOException {
        if (size > node(inode).sizeBytes) {
            node(inode).sizeBytes = size;
        }
    }

    private void put(long inode, Extent extent) throws IOException {
        cut(inode, extent.offset(), extent.length());
        node(inode).extents.put(extent.offset(), extent);
    }

    private void cut(long inode, long offset, long length) throws IOException {
        NavigableMap<Long, Extent> extents = node(inode).extents;
        for (Extent extent : List.copyOf(extents.values())) {
            if (extent.end() <= offset || extent.offset() >= offset + length) {
                continue;
            }
            extents.remove(extent.offset());
            keep(extents, extent, extent.offset(), offset);
            keep(extents, extent, offset + length, extent.end());
        }
    }

    private static void keep(NavigableMap<Long, Extent> extents, Extent old, long from, long to) {
        if (from < to) {
            extents.put(from, part(old, from, to, from));
        }
    }

    private static Extent part(Extent old, long from, long to, long at) {
        return switch (old) {
            case Extent.Data d ->
                    new Extent.Data(
                            at,
                            to - from,
                            d.block(),
                            d.blockOffset() + (int) (from - d.offset()),
                            d.blockLength(),
                            d.generation());
            case Extent.Preallocated _ -> new Extent.Preallocated(at, to - from);
            case Extent.Inline _ -> throw new IllegalStateException();
        };
    }

    @Override
    public void truncate(long inode, long sizeBytes) throws IOException {
        cut(inode, sizeBytes, Long.MAX_VALUE - sizeBytes);
        node(inode).sizeBytes = sizeBytes;
    }

    @Override
    public void punchHole(long inode, long offset, long length) throws IOException {
        cut(inode, offset, length);
    }

    @Override
    public void zeroRange(long inode, long offset, long length, boolean keepSize)
            throws IOException {
        put(inode, new Extent.Preallocated(offset, length));
        if (!keepSize) {
            grow(inode, offset + length);
        }
    }

    @Override
    public void allocate(long inode, long offset, long length, boolean keepSize)
            throws IOException {
        long at = offset;
        for (Extent extent : List.copyOf(node(inode).extents.values())) {
            if (extent.end() > at && at < offset + length) {
                preallocate(inode, at, Math.min(extent.offset(), offset + length));
                at = extent.end();
            }
        }
        preallocate(inode, at, offset + length);
        if (!keepSize) {
            grow(inode, offset + length);
        }
    }

    private void preallocate(long inode, long from, long to) throws IOException {
        if (from < to) {
            put(inode, new Extent.Preallocated(from, to - from));
        }
    }

    @Override
    public void collapseRange(long inode, long offset, long length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void insertRange(long inode, long offset, long length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void cloneRange(
            FileTree source, long sourceInode, long sourceOffset, long length, CloneTarget target)
            throws IOException {
        List<Extent> parts = new ArrayList<>();
        for (Scan<Extent> scan = source.extents(sourceInode, sourceOffset); scan.advance(); ) {
            Extent extent = scan.current();
            long from = Math.max(sourceOffset, extent.offset());
            long to = Math.min(sourceOffset + length, extent.end());
            if (from < to) {
                parts.add(part(extent, from, to, from - sourceOffset + target.offset()));
            }
        }
        cut(target.inode(), target.offset(), length);
        for (Extent part : parts) {
            node(target.inode()).extents.put(part.offset(), part);
        }
        grow(target.inode(), target.offset() + length);
    }

    @Override
    public void setPermissions(long inode, int permissions) throws IOException {
        node(inode).mode = node(inode).type().modeBits() | permissions;
    }

    @Override
    public void setOwner(long inode, long uid, long gid) throws IOException {
        node(inode).uid = uid;
        node(inode).gid = gid;
    }

    @Override
    public void setTimes(long inode, Timestamp access, Timestamp modify, Timestamp change)
            throws IOException {
        TestNode node = node(inode);
        node.access = access;
        node.modify = modify;
        node.change = change;
    }

    @Override
    public void setBirthTime(long inode, Timestamp birth) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void setFlags(long inode, long flags) throws IOException {
        node(inode).flags = flags;
    }

    @Override
    public void setOrigin(long inode, long origin) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void setXattr(long inode, XattrName name, byte[] value) throws IOException {
        node(inode).xattrs.put(name, value.clone());
    }

    @Override
    public void removeXattr(long inode, XattrName name) throws IOException {
        node(inode).xattrs.remove(name);
    }
}
