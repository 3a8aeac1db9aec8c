package dev.varve.engine.file;

import dev.varve.engine.format.EntryFormat;
import dev.varve.engine.format.ExtentFormat;
import dev.varve.engine.format.FileKey;
import dev.varve.engine.format.InodeFormat;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.Extent;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Link;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.XattrName;
import dev.varve.engine.pack.Blocks;
import dev.varve.engine.tree.ItemReferences;
import dev.varve.engine.tree.TreeCursor;
import dev.varve.engine.tree.TreeItems;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads the items of one subvolume's tree. As safe for threads as the tree it reads.
public final class FileItems {
    /// Finds the blocks that items of a subvolume's tree refer to.
    public static final ItemReferences REFERENCES =
            (page, keyOffset, keyLength, valueOffset, valueLength) -> {
                if (keyLength < FileKey.REST) {
                    return ItemReferences.NONE;
                }
                int type = FileKey.type(page, keyOffset);
                return type == FileKey.EXTENT || type == FileKey.XATTR
                        ? ExtentFormat.block(page, valueOffset, valueLength)
                        : ItemReferences.NONE;
            };

    private final TreeItems items;
    private final Blocks blocks;
    private final @Nullable LostContent lostContent;

    public FileItems(TreeItems items, Blocks blocks) {
        this(items, blocks, null);
    }

    /// @param lostContent told of extents that cannot be read, which then read as zeros; null if
    ///   they are errors
    public FileItems(TreeItems items, Blocks blocks, @Nullable LostContent lostContent) {
        this.items = items;
        this.blocks = blocks;
        this.lostContent = lostContent;
    }

    /// Told of a file's extent that cannot be read.
    @FunctionalInterface
    public interface LostContent {
        void lost(long inode, Extent.Data extent, CorruptionException damage);
    }

    /// Where the bytes are.
    public Blocks blocks() {
        return blocks;
    }

    public Optional<Inode> findInode(long number) throws IOException {
        byte[] value = items.get(FileKey.of(number, FileKey.INODE));
        return value == null
                ? Optional.empty()
                : Optional.of(InodeFormat.read(number, value, 0, value.length));
    }

    public Inode inode(long number) throws IOException {
        return findInode(number).orElseThrow(() -> noInode(number));
    }

    static NoSuchFileException noInode(long number) {
        return new NoSuchFileException("inode " + number);
    }

    public Optional<DirEntry> lookup(long directory, FileName name) throws IOException {
        byte[] value = items.get(FileKey.named(directory, FileKey.ENTRY, name.bytes()));
        if (value == null) {
            requireDirectory(directory);
            return Optional.empty();
        }
        return Optional.of(EntryFormat.read(directory, name, value, 0, value.length));
    }

    /// @throws NotDirectoryException if it is something else
    public void requireDirectory(long number) throws IOException {
        if (!inode(number).isDirectory()) {
            throw new NotDirectoryException("inode " + number);
        }
    }

    public Scan<DirEntry> list(long directory) throws IOException {
        requireDirectory(directory);
        byte[] prefix = FileKey.of(directory, FileKey.ENTRY);
        return entries(prefix, prefix);
    }

    public Scan<DirEntry> listAfter(long directory, FileName after) throws IOException {
        requireDirectory(directory);
        byte[] prefix = FileKey.of(directory, FileKey.ENTRY);
        byte[] last = FileKey.named(directory, FileKey.ENTRY, after.bytes());
        // The next possible key: the same name with a NUL behind it, which no name has.
        return entries(prefix, Arrays.copyOf(last, last.length + 1));
    }

    private Scan<DirEntry> entries(byte[] prefix, byte[] start) {
        return new ItemScan<>(items.cursor(), prefix, start, FileItems::entry);
    }

    private static DirEntry entry(TreeCursor at) throws IOException {
        byte[] page = at.page();
        FileName name = EntryFormat.name(page, at.keyOffset(), at.keyLength());
        long directory = FileKey.inode(page, at.keyOffset());
        return EntryFormat.read(directory, name, page, at.valueOffset(), at.valueLength());
    }

    public Scan<Link> links(long inode) {
        byte[] prefix = FileKey.of(inode, FileKey.LINK);
        return new ItemScan<>(items.cursor(), prefix, prefix, FileItems::link);
    }

    private static Link link(TreeCursor at) throws CorruptionException {
        return linkOf(at.page(), at.keyOffset(), at.keyLength());
    }

    /// The link in a LINK key.
    public static Link linkOf(byte[] page, int keyOffset, int keyLength)
            throws CorruptionException {
        byte[] name =
                FileKey.isValid(keyLength, FileKey.LINK)
                        ? FileKey.linkName(page, keyOffset, keyLength)
                        : new byte[0];
        if (!FileName.isValid(name)) {
            throw new CorruptionException(
                    "link of inode " + FileKey.inode(page, keyOffset), "a name", "other bytes");
        }
        return new Link(FileKey.number(page, keyOffset), FileName.of(name));
    }

    public List<XattrName> xattrs(long inode) throws IOException {
        List<XattrName> names = new ArrayList<>();
        byte[] prefix = FileKey.of(inode, FileKey.XATTR);
        Scan<XattrName> scan =
                new ItemScan<>(
                        items.cursor(),
                        prefix,
                        prefix,
                        at -> xattrName(at.page(), at.keyOffset(), at.keyLength()));
        while (scan.advance()) {
            names.add(scan.current());
        }
        return names;
    }

    /// The name in an XATTR key.
    public static XattrName xattrName(byte[] page, int keyOffset, int keyLength)
            throws CorruptionException {
        byte[] name = FileKey.name(page, keyOffset, keyLength);
        if (!XattrName.isValid(name)) {
            throw new CorruptionException(
                    "xattr of inode " + FileKey.inode(page, keyOffset), "a name", "other bytes");
        }
        return XattrName.of(name);
    }

    public Optional<byte[]> xattr(long inode, XattrName name) throws IOException {
        byte[] value = items.get(FileKey.named(inode, FileKey.XATTR, name.bytes()));
        if (value == null) {
            return Optional.empty();
        }
        if (value.length > 0 && ExtentFormat.isInline(value, 0)) {
            return Optional.of(ExtentFormat.inlineBytes(value, 0, value.length));
        }
        Extent extent = ExtentFormat.read(inode, 0, value, 0, value.length);
        if (!(extent instanceof Extent.Data data)) {
            throw new CorruptionException("xattr of inode " + inode, "a value", extent.toString());
        }
        byte[] block = block(inode, data);
        int end = Math.toIntExact(data.blockOffset() + data.length());
        return Optional.of(Arrays.copyOfRange(block, data.blockOffset(), end));
    }

    public byte[] symlinkTarget(long inode) throws IOException {
        byte[] value = items.get(FileKey.of(inode, FileKey.TARGET));
        if (value == null) {
            inode(inode);
            throw new java.nio.file.NotLinkException("inode " + inode);
        }
        return value;
    }

    public Scan<Extent> extents(long inode, long fromOffset) throws IOException {
        Extent first = firstEndingBehind(inode, fromOffset);
        byte[] prefix = FileKey.of(inode, FileKey.EXTENT);
        byte[] start = FileKey.extent(inode, first == null ? Long.MAX_VALUE : first.offset());
        return new ItemScan<>(items.cursor(), prefix, start, FileItems::extent);
    }

    static Extent extent(TreeCursor at) throws CorruptionException {
        byte[] page = at.page();
        long inode = FileKey.inode(page, at.keyOffset());
        if (!FileKey.isValid(at.keyLength(), FileKey.EXTENT)) {
            throw new CorruptionException(
                    "extent of inode " + inode, "a key", at.keyLength() + " bytes");
        }
        long offset = FileKey.number(page, at.keyOffset());
        return ExtentFormat.read(inode, offset, page, at.valueOffset(), at.valueLength());
    }

    /// The first extent whose end is greater than `offset`.
    @Nullable Extent firstEndingBehind(long inode, long offset) throws IOException {
        byte[] prefix = FileKey.of(inode, FileKey.EXTENT);
        TreeCursor cursor = items.cursor().within(prefix);
        if (cursor.seek(FileKey.extent(inode, offset)) && cursor.keyStartsWith(prefix)) {
            Extent at = extent(cursor);
            if (at.offset() == offset) {
                return at;
            }
            boolean before = cursor.previous() && cursor.keyStartsWith(prefix);
            Extent previous = before ? extent(cursor) : at;
            return previous.end() > offset ? previous : at;
        }
        if (cursor.seekBefore(FileKey.extent(inode, offset)) && cursor.keyStartsWith(prefix)) {
            Extent last = extent(cursor);
            return last.end() > offset ? last : null;
        }
        return null;
    }

    byte[] inlineContent(long inode) throws IOException {
        byte[] value = items.get(FileKey.extent(inode, 0));
        return value == null ? new byte[0] : ExtentFormat.inlineBytes(value, 0, value.length);
    }

    public int read(long inode, long offset, ByteBuffer target) throws IOException {
        long size = inode(inode).sizeBytes();
        int wanted = (int) Math.clamp(size - offset, 0L, target.remaining());
        if (wanted == 0) {
            return 0;
        }
        long end = offset + wanted;
        long position = offset;
        announce(inode, offset, size);
        Scan<Extent> extents = extents(inode, offset);
        while (position < end && extents.advance()) {
            Extent extent = extents.current();
            if (extent.offset() >= end) {
                break;
            }
            long from = Math.max(position, extent.offset());
            long to = Math.min(end, extent.end());
            zeros(target, from - position);
            copy(inode, extent, from, Math.toIntExact(to - from), target);
            position = to;
        }
        zeros(target, end - position);
        return wanted;
    }

    /// Where calls to the store take long, has the file's blocks from here on fetched together.
    private void announce(long inode, long offset, long size) throws IOException {
        int ahead = blocks.readAheadBytes();
        if (ahead == 0) {
            return;
        }
        long end = Math.min(size, offset + ahead);
        List<Long> addresses = new ArrayList<>();
        Scan<Extent> extents = extents(inode, offset);
        long bytes = 0;
        while (bytes < ahead && extents.advance() && extents.current().offset() < end) {
            if (extents.current() instanceof Extent.Data data
                    && (addresses.isEmpty() || addresses.getLast() != data.block())) {
                addresses.add(data.block());
                bytes += data.blockLength();
            }
        }
        blocks.prefetch(addresses);
    }

    private void copy(long inode, Extent extent, long from, int length, ByteBuffer target)
            throws IOException {
        // Preallocated extents may be longer than any array.
        long skip = from - extent.offset();
        switch (extent) {
            case Extent.Preallocated _ -> zeros(target, length);
            case Extent.Inline _ -> target.put(inlineContent(inode), (int) skip, length);
            case Extent.Data data ->
                    target.put(content(inode, data), data.blockOffset() + (int) skip, length);
        }
    }

    private byte[] content(long inode, Extent.Data data) throws IOException {
        if (lostContent == null) {
            return block(inode, data);
        }
        try {
            return block(inode, data);
        } catch (CorruptionException e) {
            lostContent.lost(inode, data, e);
            return new byte[data.blockLength()];
        }
    }

    private byte[] block(long inode, Extent.Data data) throws IOException {
        byte[] block = blocks.read(data.block());
        if (block.length != data.blockLength()) {
            throw new CorruptionException(
                    "extent of inode " + inode + " at " + data.offset(),
                    "a block of " + data.blockLength() + " bytes",
                    Integer.toString(block.length));
        }
        return block;
    }

    private static void zeros(ByteBuffer target, long count) {
        int left = Math.toIntExact(count);
        while (left > 0) {
            int part = Math.min(left, ZEROS.length);
            target.put(ZEROS, 0, part);
            left -= part;
        }
    }

    private static final byte[] ZEROS = new byte[8192];
}
