package dev.varve.engine;

import dev.varve.engine.ModelTree.Node;
import dev.varve.engine.WriteTransaction.Place;
import dev.varve.engine.commit.DataBlocks;
import dev.varve.engine.commit.DataBlocks.Dedup;
import dev.varve.engine.format.ChecksumKind;
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
import dev.varve.engine.pack.ContentKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// The model's side of a subvolume, as plainly as it can be said.
final class ModelWriter implements SubvolumeWriter {
    private final ModelPool pool;
    private final SubvolumeId id;

    ModelWriter(ModelPool pool, SubvolumeId id) {
        this.pool = pool;
        this.id = id;
    }

    private ModelTree tree() {
        return pool.get(id).tree();
    }

    SubvolumeId id() {
        return id;
    }

    Map<Long, Node> nodes() {
        return tree().nodes;
    }

    boolean isNested(long directory, DirEntry entry) {
        return pool.isNested(id, directory, entry);
    }

    void moved(SubvolumeId child, Place place) {
        pool.moved(child.value(), place);
    }

    /// The node, with the right to change it.
    private Node own(long number) throws IOException {
        Node node = node(number);
        return pool.own(id).own(node);
    }

    Node node(long number) throws NoSuchFileException {
        Node node = tree().nodes.get(number);
        if (node == null) {
            throw new NoSuchFileException("inode " + number);
        }
        return node;
    }

    private Node directory(long number) throws IOException {
        Node node = node(number);
        if (!node.inode.isDirectory()) {
            throw new NotDirectoryException("inode " + number);
        }
        return node;
    }

    private Node file(long number) throws IOException {
        Node node = node(number);
        if (!node.inode.isRegular()) {
            throw failed("not a regular file");
        }
        return node;
    }

    static FileSystemException failed(String reason) {
        return new FileSystemException("model", null, reason);
    }

    @Override
    public SubvolumeInfo info() {
        return pool.info(id);
    }

    @Override
    public Inode inode(long number) throws IOException {
        return node(number).inode;
    }

    @Override
    public Optional<Inode> findInode(long number) {
        return Optional.ofNullable(tree().nodes.get(number)).map(node -> node.inode);
    }

    @Override
    public Optional<DirEntry> lookup(long directory, FileName name) throws IOException {
        return Optional.ofNullable(directory(directory).entries.get(name));
    }

    private DirEntry require(long directory, FileName name) throws IOException {
        return lookup(directory, name).orElseThrow(() -> new NoSuchFileException(name.toString()));
    }

    private void requireFree(long directory, FileName name) throws IOException {
        if (lookup(directory, name).isPresent()) {
            throw new FileAlreadyExistsException(name.toString());
        }
    }

    @Override
    public Scan<DirEntry> list(long directory) throws IOException {
        return ModelPool.scan(directory(directory).entries.values());
    }

    @Override
    public Scan<DirEntry> listAfter(long directory, FileName after) throws IOException {
        return ModelPool.scan(directory(directory).entries.tailMap(after, false).values());
    }

    @Override
    public Scan<Link> links(long inode) throws IOException {
        return ModelPool.scan(node(inode).links);
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
        if (node(inode).inode.type() != FileType.SYMLINK) {
            throw failed("no link");
        }
        return node(inode).target;
    }

    @Override
    public Scan<Extent> extents(long inode, long fromOffset) {
        throw new UnsupportedOperationException("the model has no extents");
    }

    @Override
    public boolean isShared(long block) {
        return true;
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
        Node node = node(inode);
        int length = (int) Math.clamp(node.inode.sizeBytes() - offset, 0L, target.remaining());
        target.put(node.content.read(offset, length));
        return length;
    }

    // --- names ---

    private long create(Link at, FileType type, long rdev, byte[] target, Attributes a)
            throws IOException {
        requireFree(at.directory(), at.name());
        ModelTree tree = pool.own(id);
        long number = tree.nextInode++;
        int mode = type.modeBits() | a.permissions();
        Inode inode =
                new Inode(
                        number,
                        mode,
                        a.uid(),
                        a.gid(),
                        1,
                        target.length,
                        rdev,
                        0,
                        a.accessTime(),
                        a.modifyTime(),
                        a.changeTime(),
                        a.birthTime(),
                        pool.generation(),
                        a.origin());
        tree.nodes.put(number, new Node(tree.epoch, inode, target, new ModelContent()));
        putEntry(at, new DirEntry(at.name(), number, type, false));
        return number;
    }

    void putEntry(Link at, DirEntry entry) throws IOException {
        DirEntry named = new DirEntry(at.name(), entry.target(), entry.type(), entry.isSubvolume());
        own(at.directory()).entries.put(at.name(), named);
        if (!entry.isSubvolume()) {
            own(entry.target()).links.add(at);
        }
    }

    void takeEntry(Link at) throws IOException {
        DirEntry entry = require(at.directory(), at.name());
        own(at.directory()).entries.remove(at.name());
        if (!entry.isSubvolume()) {
            own(entry.target()).links.remove(at);
        }
    }

    @Override
    public long createFile(long directory, FileName name, Attributes attributes)
            throws IOException {
        return create(new Link(directory, name), FileType.REGULAR, 0, new byte[0], attributes);
    }

    @Override
    public long createDirectory(long directory, FileName name, Attributes attributes)
            throws IOException {
        return create(new Link(directory, name), FileType.DIRECTORY, 0, new byte[0], attributes);
    }

    @Override
    public long createSymlink(long directory, FileName name, byte[] target, Attributes attributes)
            throws IOException {
        if (target.length == 0 || target.length > 4095) {
            throw failed("target length");
        }
        return create(new Link(directory, name), FileType.SYMLINK, 0, target, attributes);
    }

    @Override
    public long createNode(
            long directory, FileName name, FileType type, long rdev, Attributes attributes)
            throws IOException {
        return create(new Link(directory, name), type, rdev, new byte[0], attributes);
    }

    @Override
    public void link(long inode, long directory, FileName name) throws IOException {
        Inode was = inode(inode);
        if (was.isDirectory()) {
            throw failed("is a directory");
        }
        requireFree(directory, name);
        own(inode).inode = ModelInodes.withLinks(was, was.links() + 1);
        putEntry(new Link(directory, name), new DirEntry(name, inode, was.type(), false));
    }

    @Override
    public void unlink(long directory, FileName name) throws IOException {
        DirEntry entry = require(directory, name);
        if (entry.type() == FileType.DIRECTORY) {
            throw failed("is a directory");
        }
        remove(new Link(directory, name));
    }

    private void remove(Link at) throws IOException {
        DirEntry entry = require(at.directory(), at.name());
        takeEntry(at);
        Inode inode = inode(entry.target());
        if (inode.links() > 1) {
            own(entry.target()).inode = ModelInodes.withLinks(inode, inode.links() - 1);
        } else {
            pool.own(id).nodes.remove(entry.target());
        }
    }

    @Override
    public void removeDirectory(long directory, FileName name) throws IOException {
        DirEntry entry = require(directory, name);
        if (entry.isSubvolume() && !pool.isNested(id, directory, entry)) {
            takeEntry(new Link(directory, name));
            return;
        }
        requireEmpty(entry);
        remove(new Link(directory, name));
    }

    private void requireEmpty(DirEntry entry) throws IOException {
        if (entry.type() != FileType.DIRECTORY) {
            throw new NotDirectoryException(entry.name().toString());
        }
        if (entry.isSubvolume()) {
            throw failed("is a subvolume");
        }
        if (!node(entry.target()).entries.isEmpty()) {
            throw new DirectoryNotEmptyException(entry.name().toString());
        }
    }

    @Override
    public void rename(
            long fromDirectory,
            FileName fromName,
            long toDirectory,
            FileName toName,
            RenameMode mode)
            throws IOException {
        Link from = new Link(fromDirectory, fromName);
        Link to = new Link(toDirectory, toName);
        DirEntry entry = require(fromDirectory, fromName);
        if (mode == RenameMode.EXCHANGE) {
            exchange(from, to);
            return;
        }
        Optional<DirEntry> existing = lookup(toDirectory, toName);
        if (existing.isPresent()) {
            if (mode == RenameMode.NO_REPLACE) {
                throw new FileAlreadyExistsException(toName.toString());
            }
            if (isSame(from, entry, to, existing.get())) {
                return;
            }
            if (entry.type() == FileType.DIRECTORY) {
                requireEmpty(existing.get());
            } else if (existing.get().type() == FileType.DIRECTORY) {
                throw failed("is a directory");
            }
        }
        requireNotInside(entry, toDirectory);
        if (existing.isPresent()) {
            remove(to);
        }
        takeEntry(from);
        putMoved(to, entry, pool.isNested(id, fromDirectory, entry));
    }

    private void exchange(Link a, Link b) throws IOException {
        DirEntry first = require(a.directory(), a.name());
        DirEntry second = require(b.directory(), b.name());
        if (isSame(a, first, b, second)) {
            return;
        }
        requireNotInside(first, b.directory());
        requireNotInside(second, a.directory());
        boolean firstNested = pool.isNested(id, a.directory(), first);
        boolean secondNested = pool.isNested(id, b.directory(), second);
        takeEntry(a);
        takeEntry(b);
        putMoved(b, first, firstNested);
        putMoved(a, second, secondNested);
    }

    private static boolean isSame(Link a, DirEntry first, Link b, DirEntry second) {
        boolean files = !first.isSubvolume() && !second.isSubvolume();
        return a.equals(b) || (files && first.target() == second.target());
    }

    /// A nested subvolume, unlike its placeholder, moves with its entry.
    private void putMoved(Link to, DirEntry entry, boolean nested) throws IOException {
        putEntry(to, entry);
        if (nested) {
            pool.moved(entry.target(), new Place(id, to.directory(), to.name()));
        }
    }

    private void requireNotInside(DirEntry moving, long directory) throws IOException {
        long at = directory;
        while (!moving.isSubvolume() && at != Inode.ROOT) {
            if (at == moving.target()) {
                throw failed("into itself");
            }
            at = directory(at).links.getFirst().directory();
        }
    }

    // --- content ---

    private static long end(long offset, long length) throws IOException {
        if (offset < 0 || length < 0 || offset + length < 0) {
            throw failed("range");
        }
        return offset + length;
    }

    private void resize(long inode, long sizeBytes) throws IOException {
        own(inode).inode = ModelInodes.withSize(inode(inode), sizeBytes);
    }

    private void grow(long inode, long end) throws IOException {
        resize(inode, Math.max(end, inode(inode).sizeBytes()));
    }

    @Override
    public void write(long inode, long offset, ByteBuffer data) throws IOException {
        file(inode);
        if (!data.hasRemaining()) {
            return;
        }
        byte[] bytes = new byte[data.remaining()];
        long end = end(offset, bytes.length);
        data.get(bytes);
        own(inode).content.write(offset, bytes);
        grow(inode, end);
    }

    @Override
    public Chunker chunker() {
        var traits =
                new DataBlocks.Traits(Dedup.OFF, 1, ChecksumKind.XXH3, DataBlocks.Chunking.AUTO);
        return new Chunker(traits, new ContentKey(new byte[ContentKey.BYTES]));
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
    public void truncate(long inode, long sizeBytes) throws IOException {
        file(inode);
        end(sizeBytes, 0);
        own(inode).content.clear(sizeBytes, Long.MAX_VALUE);
        resize(inode, sizeBytes);
    }

    @Override
    public void punchHole(long inode, long offset, long length) throws IOException {
        file(inode);
        long end = end(offset, length);
        own(inode).content.clear(offset, end);
    }

    @Override
    public void zeroRange(long inode, long offset, long length, boolean keepSize)
            throws IOException {
        file(inode);
        long end = end(offset, length);
        if (length > 0) {
            own(inode).content.clear(offset, end);
            grow(inode, keepSize ? 0 : end);
        }
    }

    @Override
    public void allocate(long inode, long offset, long length, boolean keepSize)
            throws IOException {
        file(inode);
        long end = end(offset, length);
        grow(inode, keepSize ? 0 : end);
    }

    @Override
    public void collapseRange(long inode, long offset, long length) throws IOException {
        Inode file = file(inode).inode;
        long end = end(offset, length);
        if (end >= file.sizeBytes()) {
            throw failed("range");
        }
        ModelContent content = own(inode).content;
        content.clear(offset, end);
        content.shift(end, -length);
        resize(inode, file.sizeBytes() - length);
    }

    @Override
    public void insertRange(long inode, long offset, long length) throws IOException {
        Inode file = file(inode).inode;
        end(offset, length);
        long size = end(file.sizeBytes(), length);
        if (offset >= file.sizeBytes()) {
            throw failed("range");
        }
        own(inode).content.shift(offset, length);
        resize(inode, size);
    }

    @Override
    public void cloneRange(
            FileTree source, long sourceInode, long sourceOffset, long length, CloneTarget target)
            throws IOException {
        ModelWriter from = (ModelWriter) source;
        file(target.inode());
        long end = end(target.offset(), length);
        long sourceEnd = end(sourceOffset, length);
        if (sourceEnd > from.file(sourceInode).inode.sizeBytes()) {
            throw failed("range");
        }
        boolean same = from.pool == pool && from.id.equals(id) && sourceInode == target.inode();
        if (same && sourceOffset < end && target.offset() < sourceEnd) {
            throw failed("overlap");
        }
        if (length > 0) {
            ModelContent content = own(target.inode()).content;
            content.copyRange(
                    from.node(sourceInode).content, sourceOffset, length, target.offset());
            grow(target.inode(), end);
        }
    }

    // --- attributes ---

    private void change(long inode, UnaryOperator<Inode> change) throws IOException {
        Inode now = change.apply(inode(inode));
        own(inode).inode = now;
    }

    @Override
    public void setPermissions(long inode, int permissions) throws IOException {
        change(inode, was -> ModelInodes.withPermissions(was, permissions));
    }

    @Override
    public void setOwner(long inode, long uid, long gid) throws IOException {
        if ((uid | gid) >>> 32 != 0) {
            throw failed("owner");
        }
        change(inode, was -> ModelInodes.withOwner(was, uid, gid));
    }

    @Override
    public void setTimes(long inode, Timestamp access, Timestamp modify, Timestamp change)
            throws IOException {
        change(inode, was -> ModelInodes.withTimes(was, access, modify, change));
    }

    @Override
    public void setBirthTime(long inode, Timestamp birth) throws IOException {
        change(inode, was -> ModelInodes.withRest(was, birth, was.flags(), was.origin()));
    }

    @Override
    public void setFlags(long inode, long flags) throws IOException {
        change(inode, was -> ModelInodes.withRest(was, was.birthTime(), flags, was.origin()));
    }

    @Override
    public void setOrigin(long inode, long origin) throws IOException {
        change(inode, was -> ModelInodes.withRest(was, was.birthTime(), was.flags(), origin));
    }

    @Override
    public void setXattr(long inode, XattrName name, byte[] value) throws IOException {
        node(inode);
        if (value.length > WriteTransaction.MAX_XATTR_BYTES) {
            throw failed("value");
        }
        own(inode).xattrs.put(name, value.clone());
    }

    @Override
    public void removeXattr(long inode, XattrName name) throws IOException {
        if (!node(inode).xattrs.containsKey(name)) {
            throw new NoSuchFileException(name.toString());
        }
        own(inode).xattrs.remove(name);
    }
}
