package dev.varve.engine;

import dev.varve.engine.file.AttributeEditor;
import dev.varve.engine.file.ContentEditor;
import dev.varve.engine.file.ContentEditor.CloneSource;
import dev.varve.engine.file.FileItems;
import dev.varve.engine.file.NameEditor;
import dev.varve.engine.file.TreeDraft;
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
import dev.varve.engine.tree.TreeRoot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/// A subvolume inside a transaction: the editors of one draft behind one face. What concerns the
/// pool, not the files (a moved nested subvolume, a placeholder), goes to the transaction.
final class EditedTree implements SubvolumeWriter {
    private static final byte[] NO_TARGET = {};

    private final SubvolumeId id;
    private final Transaction transaction;
    private final TreeDraft draft;
    private final ContentEditor content;
    private final NameEditor names;
    private final AttributeEditor attributes;
    private SubvolumeInfo info;

    /// @param info the subvolume when it was opened
    EditedTree(SubvolumeInfo info, Transaction transaction, TreeDraft draft) {
        this.id = info.id();
        this.info = info;
        this.transaction = transaction;
        this.draft = draft;
        this.content = new ContentEditor(draft);
        this.names = new NameEditor(draft, content);
        this.attributes = new AttributeEditor(draft);
    }

    SubvolumeId id() {
        return id;
    }

    /// The same tree, after something in its record may have changed.
    EditedTree describedAs(SubvolumeInfo now) {
        info = now;
        return this;
    }

    TreeDraft draft() {
        return draft;
    }

    NameEditor names() {
        return names;
    }

    /// Appends the blocks of all content.
    void settle() throws IOException {
        content.settle();
    }

    /// Everything written out, for a snapshot or a commit.
    TreeRoot flush() throws IOException {
        settle();
        return draft.flush();
    }

    /// The items with everything written so far.
    FileItems items() throws IOException {
        settle();
        return draft.items();
    }

    private FileItems items(long inode) throws IOException {
        content.settle(inode);
        return draft.items();
    }

    @Override
    public SubvolumeInfo info() {
        return info;
    }

    @Override
    public Inode inode(long number) throws IOException {
        return draft.items().inode(number);
    }

    @Override
    public Optional<Inode> findInode(long number) throws IOException {
        return draft.items().findInode(number);
    }

    @Override
    public Optional<DirEntry> lookup(long directory, FileName name) throws IOException {
        return draft.items().lookup(directory, name);
    }

    @Override
    public Scan<DirEntry> list(long directory) throws IOException {
        return draft.items().list(directory);
    }

    @Override
    public Scan<DirEntry> listAfter(long directory, FileName after) throws IOException {
        return draft.items().listAfter(directory, after);
    }

    @Override
    public Scan<Link> links(long inode) throws IOException {
        return draft.items().links(inode);
    }

    @Override
    public List<XattrName> xattrs(long inode) throws IOException {
        return draft.items().xattrs(inode);
    }

    @Override
    public Optional<byte[]> xattr(long inode, XattrName name) throws IOException {
        return draft.items().xattr(inode, name);
    }

    @Override
    public byte[] symlinkTarget(long inode) throws IOException {
        return draft.items().symlinkTarget(inode);
    }

    @Override
    public Scan<Extent> extents(long inode, long fromOffset) throws IOException {
        return items(inode).extents(inode, fromOffset);
    }

    @Override
    public int read(long inode, long offset, ByteBuffer target) throws IOException {
        return items(inode).read(inode, offset, target);
    }

    @Override
    public boolean isShared(long block) throws IOException {
        return transaction.commitInMaking().sharing().isShared(block);
    }

    @Override
    public int frameLength(long block) throws IOException {
        return draft.items().blocks().frameLength(block);
    }

    @Override
    public byte[] frame(long block) throws IOException {
        return draft.items().blocks().frame(block);
    }

    @Override
    public long createFile(long directory, FileName name, Attributes attributes)
            throws IOException {
        return names.create(new Link(directory, name), FileType.REGULAR, attributes, 0, NO_TARGET);
    }

    @Override
    public long createDirectory(long directory, FileName name, Attributes attributes)
            throws IOException {
        return names.create(
                new Link(directory, name), FileType.DIRECTORY, attributes, 0, NO_TARGET);
    }

    @Override
    public long createSymlink(long directory, FileName name, byte[] target, Attributes attributes)
            throws IOException {
        return names.create(new Link(directory, name), FileType.SYMLINK, attributes, 0, target);
    }

    @Override
    public long createNode(
            long directory, FileName name, FileType type, long rdev, Attributes attributes)
            throws IOException {
        return switch (type) {
            case FIFO, SOCKET, CHARACTER_DEVICE, BLOCK_DEVICE ->
                    names.create(new Link(directory, name), type, attributes, rdev, NO_TARGET);
            case REGULAR, DIRECTORY, SYMLINK ->
                    throw new IllegalArgumentException("not a node: " + type);
        };
    }

    @Override
    public void link(long inode, long directory, FileName name) throws IOException {
        names.link(inode, new Link(directory, name));
    }

    @Override
    public void unlink(long directory, FileName name) throws IOException {
        names.unlink(new Link(directory, name));
    }

    @Override
    public void removeDirectory(long directory, FileName name) throws IOException {
        Optional<DirEntry> entry = lookup(directory, name);
        boolean placeholder =
                entry.isPresent() && entry.get().isSubvolume() && !isNested(directory, entry.get());
        names.removeDirectory(new Link(directory, name), placeholder);
    }

    private boolean isNested(long directory, DirEntry entry) throws IOException {
        return transaction.isNested(id(), directory, entry);
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
        boolean exchange = mode == RenameMode.EXCHANGE;
        // Asked before anything moves: a placeholder and its subvolume may be the two that swap.
        Optional<Long> nestedFrom = nestedAt(from);
        Optional<Long> nestedTo = exchange ? nestedAt(to) : Optional.empty();
        if (exchange) {
            names.exchange(from, to);
        } else {
            names.move(from, to, mode == RenameMode.REPLACE);
        }
        if (nestedFrom.isPresent()) {
            transaction.subvolumeMoved(id(), nestedFrom.get(), to);
        }
        if (nestedTo.isPresent()) {
            transaction.subvolumeMoved(id(), nestedTo.get(), from);
        }
    }

    private Optional<Long> nestedAt(Link place) throws IOException {
        Optional<DirEntry> entry = lookup(place.directory(), place.name());
        return entry.isPresent() && isNested(place.directory(), entry.get())
                ? Optional.of(entry.get().target())
                : Optional.empty();
    }

    @Override
    public void write(long inode, long offset, ByteBuffer data) throws IOException {
        content.write(inode, offset, data);
    }

    @Override
    public Chunker chunker() {
        return new Chunker(draft.traits(), draft.contentKey());
    }

    @Override
    public Presence presence(long inode, long offset, Chunk chunk) throws IOException {
        long block = content.find(chunk.id());
        if (block == 0) {
            return Presence.UNKNOWN;
        }
        boolean isHere = content.holds(inode, offset, chunk.bytes().length, block);
        return isHere ? Presence.HERE : Presence.ELSEWHERE;
    }

    @Override
    public boolean writeChunk(long inode, long offset, Chunk chunk) throws IOException {
        return content.writeChunk(inode, offset, chunk.bytes(), chunk.id());
    }

    @Override
    public void truncate(long inode, long sizeBytes) throws IOException {
        content.truncate(inode, sizeBytes);
    }

    @Override
    public void punchHole(long inode, long offset, long length) throws IOException {
        content.punchHole(inode, offset, length);
    }

    @Override
    public void zeroRange(long inode, long offset, long length, boolean keepSize)
            throws IOException {
        content.zeroRange(inode, offset, length, keepSize);
    }

    @Override
    public void allocate(long inode, long offset, long length, boolean keepSize)
            throws IOException {
        content.allocate(inode, offset, length, keepSize);
    }

    @Override
    public void collapseRange(long inode, long offset, long length) throws IOException {
        content.collapseRange(inode, offset, length);
    }

    @Override
    public void insertRange(long inode, long offset, long length) throws IOException {
        content.insertRange(inode, offset, length);
    }

    @Override
    public void cloneRange(
            FileTree source, long sourceInode, long sourceOffset, long length, CloneTarget target)
            throws IOException {
        if (transaction.keyDomain(source.info().id()) != transaction.keyDomain(id)) {
            new RangeCopy(source, this).copy(sourceInode, sourceOffset, length, target);
            return;
        }
        FileItems from =
                switch (source) {
                    case CommittedTree committed -> committed.items();
                    case EditedTree edited -> edited.items();
                    default -> throw new IllegalArgumentException("a tree of another pool");
                };
        content.cloneRange(
                new CloneSource(from, source instanceof CommittedTree, sourceInode, sourceOffset),
                length,
                target.inode(),
                target.offset());
    }

    @Override
    public void setPermissions(long inode, int permissions) throws IOException {
        attributes.setPermissions(inode, permissions);
    }

    @Override
    public void setOwner(long inode, long uid, long gid) throws IOException {
        attributes.setOwner(inode, uid, gid);
    }

    @Override
    public void setTimes(long inode, Timestamp access, Timestamp modify, Timestamp change)
            throws IOException {
        attributes.setTimes(inode, access, modify, change);
    }

    @Override
    public void setBirthTime(long inode, Timestamp birth) throws IOException {
        attributes.setBirthTime(inode, birth);
    }

    @Override
    public void setFlags(long inode, long flags) throws IOException {
        attributes.setFlags(inode, flags);
    }

    @Override
    public void setOrigin(long inode, long origin) throws IOException {
        attributes.setOrigin(inode, origin);
    }

    @Override
    public void setXattr(long inode, XattrName name, byte[] value) throws IOException {
        attributes.setXattr(inode, name, value);
    }

    @Override
    public void removeXattr(long inode, XattrName name) throws IOException {
        attributes.removeXattr(inode, name);
    }
}
