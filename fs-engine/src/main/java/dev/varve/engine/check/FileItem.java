package dev.varve.engine.check;

import dev.varve.engine.file.FileItems;
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
import dev.varve.engine.model.XattrName;
import dev.varve.engine.tree.TreeItem;

/// An item of a subvolume's tree, decoded.
public sealed interface FileItem {
    /// The inode whose key the item has.
    long inode();

    record InodeItem(Inode now) implements FileItem {
        @Override
        public long inode() {
            return now.number();
        }
    }

    record LinkItem(long inode, Link link) implements FileItem {}

    record TargetItem(long inode, int lengthBytes) implements FileItem {}

    /// @param inode the directory
    record EntryItem(long inode, DirEntry entry) implements FileItem {}

    record ExtentItem(long inode, Extent extent) implements FileItem {}

    /// A value kept beside its name.
    record XattrItem(long inode, XattrName name) implements FileItem {}

    /// A value in a block of its own.
    record LargeXattrItem(long inode, XattrName name, Extent.Data value) implements FileItem {}

    /// The item under a cursor or a walk.
    static FileItem read(TreeItem item) throws CorruptionException {
        byte[] page = item.page();
        int key = item.keyOffset();
        if (item.keyLength() < FileKey.REST) {
            throw new CorruptionException(
                    "key", "an inode and a type", item.keyLength() + " bytes");
        }
        long inode = FileKey.inode(page, key);
        int type = FileKey.type(page, key);
        if (!FileKey.isValid(item.keyLength(), type) || inode < Inode.ROOT) {
            throw new CorruptionException(
                    "key",
                    "one of an inode",
                    "inode " + inode + ", type " + type + ", " + item.keyLength() + " bytes");
        }
        int value = item.valueOffset();
        int length = item.valueLength();
        return switch (type) {
            case FileKey.INODE -> new InodeItem(InodeFormat.read(inode, page, value, length));
            case FileKey.LINK -> link(inode, item);
            case FileKey.XATTR -> xattr(inode, item);
            case FileKey.TARGET -> new TargetItem(inode, length);
            case FileKey.ENTRY -> {
                FileName name = EntryFormat.name(page, key, item.keyLength());
                yield new EntryItem(inode, EntryFormat.read(inode, name, page, value, length));
            }
            default -> {
                long offset = FileKey.number(page, key);
                yield new ExtentItem(inode, ExtentFormat.read(inode, offset, page, value, length));
            }
        };
    }

    private static FileItem link(long inode, TreeItem item) throws CorruptionException {
        if (item.valueLength() != 0) {
            throw new CorruptionException(
                    "link of inode " + inode, "no value", item.valueLength() + " bytes");
        }
        return new LinkItem(
                inode, FileItems.linkOf(item.page(), item.keyOffset(), item.keyLength()));
    }

    private static FileItem xattr(long inode, TreeItem item) throws CorruptionException {
        byte[] page = item.page();
        int value = item.valueOffset();
        XattrName name = FileItems.xattrName(page, item.keyOffset(), item.keyLength());
        if (item.valueLength() > 0 && ExtentFormat.isInline(page, value)) {
            return new XattrItem(inode, name);
        }
        Extent extent = ExtentFormat.read(inode, 0, page, value, item.valueLength());
        if (!(extent instanceof Extent.Data data)) {
            throw new CorruptionException("xattr of inode " + inode, "a value", extent.toString());
        }
        return new LargeXattrItem(inode, name, data);
    }
}
