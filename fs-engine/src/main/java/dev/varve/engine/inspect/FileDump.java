package dev.varve.engine.inspect;

import dev.varve.engine.check.FileItem;
import dev.varve.engine.format.BlockAddress;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.Extent;
import dev.varve.engine.model.Inode;
import dev.varve.engine.tree.TreeItem;

/// What an item of a subvolume's tree says.
final class FileDump {
    private FileDump() {}

    static String value(TreeItem item) throws CorruptionException {
        return switch (FileItem.read(item)) {
            case FileItem.InodeItem(Inode inode) ->
                    "mode %o links %d uid %d gid %d size %d"
                            .formatted(
                                    inode.mode(),
                                    inode.links(),
                                    inode.uid(),
                                    inode.gid(),
                                    inode.sizeBytes());
            case FileItem.LinkItem(_, var link) ->
                    "directory " + link.directory() + " name " + link.name();
            case FileItem.TargetItem(_, int length) -> "bytes " + length;
            case FileItem.EntryItem(_, var entry) ->
                    (entry.isSubvolume() ? "subvolume " : "inode ")
                            + entry.target()
                            + " name "
                            + entry.name();
            case FileItem.ExtentItem(_, Extent extent) -> extent(extent);
            case FileItem.XattrItem(_, var name) -> "name " + name;
            case FileItem.LargeXattrItem(_, var name, Extent.Data data) ->
                    "name " + name + " " + extent(data);
        };
    }

    private static String extent(Extent extent) {
        return switch (extent) {
            case Extent.Inline inline -> "inline bytes " + inline.length();
            case Extent.Preallocated preallocated -> "preallocated bytes " + preallocated.length();
            case Extent.Data data ->
                    "offset %d bytes %d block %s at %d of %d"
                            .formatted(
                                    data.offset(),
                                    data.length(),
                                    new BlockAddress(data.block()),
                                    data.blockOffset(),
                                    data.blockLength());
        };
    }
}
