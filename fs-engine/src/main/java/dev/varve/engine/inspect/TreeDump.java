package dev.varve.engine.inspect;

import dev.varve.engine.format.BlockAddress;
import dev.varve.engine.format.DoomedObject;
import dev.varve.engine.format.FileKey;
import dev.varve.engine.format.LittleEndian;
import dev.varve.engine.format.PackFormat;
import dev.varve.engine.format.PackItem;
import dev.varve.engine.format.RootKey;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.DumpLine;
import dev.varve.engine.tree.NodeReference;
import dev.varve.engine.tree.TreeFinding;
import dev.varve.engine.tree.TreeItem;
import dev.varve.engine.tree.TreeVisitor;
import java.util.HexFormat;
import java.util.function.Consumer;

/// Shows a tree: nodes from the root down, and the items of each leaf.
///
/// @param which tells what the keys mean
record TreeDump(String which, Consumer<DumpLine> lines) implements TreeVisitor {
    private static final int COUNT_KEY_BYTES = 8;

    @Override
    public boolean enter(NodeReference reference) {
        lines.accept(
                DumpLine.of(
                        reference.level() == 0 ? "leaf" : "node",
                        "block",
                        name(reference.address()),
                        "level",
                        reference.level(),
                        "generation",
                        reference.generation()));
        return true;
    }

    private static String name(long address) {
        return new BlockAddress(address).toString();
    }

    @Override
    public void item(long leaf, TreeItem item) {
        byte[] key = item.key();
        try {
            lines.accept(
                    switch (which) {
                        case "roots" -> rootItem(key, item);
                        case "counts" -> countItem(key, item);
                        case "packs" -> packItem(key, item);
                        default -> fileItem(key, item);
                    });
        } catch (CorruptionException e) {
            lines.accept(
                    DumpLine.of(
                            "item", "key", hex(key), "damaged", String.valueOf(e.getMessage())));
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static DumpLine rootItem(byte[] key, TreeItem item) {
        String type =
                switch (key[0]) {
                    case RootKey.SUBVOLUME -> "SUBVOLUME";
                    case RootKey.CHILD -> "CHILD";
                    case RootKey.UUID -> "UUID";
                    case RootKey.RECEIVED -> "RECEIVED";
                    case RootKey.DROPPED -> "DROPPED";
                    case RootKey.DEFAULT -> "DEFAULT";
                    case RootKey.CATALOG -> "CATALOG";
                    case RootKey.DROPPED_CATALOG -> "DROPPED_CATALOG";
                    case RootKey.DELETED -> "DELETED";
                    default -> "TYPE_" + key[0];
                };
        return DumpLine.of(
                "item", "type", type, "key", hex(key).substring(2), "bytes", item.valueLength());
    }

    private static DumpLine countItem(byte[] key, TreeItem item) throws CorruptionException {
        boolean valid = key.length == COUNT_KEY_BYTES && item.valueLength() == Integer.BYTES;
        if (!valid) {
            throw new CorruptionException("counts tree", "a block and its count", hex(key));
        }
        return DumpLine.of(
                "count",
                "block",
                name(Long.reverseBytes(LittleEndian.i64(key, 0))),
                "references",
                LittleEndian.i32(item.page(), item.valueOffset()));
    }

    private static DumpLine packItem(byte[] key, TreeItem item) throws CorruptionException {
        if (DoomedObject.isKey(key)) {
            DoomedObject doomed = DoomedObject.read(key, item.value());
            return DumpLine.of(
                    "doomed_object",
                    "object",
                    PackFormat.objectName(doomed.number()),
                    "generation",
                    doomed.generation(),
                    "bytes",
                    doomed.sizeBytes());
        }
        long number = PackItem.packNumber(key);
        PackItem pack = PackItem.read(number, item.value());
        return DumpLine.of(
                "pack",
                "pack",
                PackFormat.objectName(number),
                "object",
                PackFormat.objectName(pack.objectOf(number)),
                "kind",
                pack.kind() == PackFormat.METADATA ? "metadata" : "data",
                "slots",
                pack.slots(),
                "free",
                pack.free().cardinality(),
                "dropped",
                pack.dropped().cardinality(),
                "stored_bytes",
                pack.storedBytes(),
                "raw_bytes",
                pack.rawBytes());
    }

    private static DumpLine fileItem(byte[] key, TreeItem item) throws CorruptionException {
        if (key.length < FileKey.REST) {
            throw new CorruptionException("key", "an inode and a type", hex(key));
        }
        int type = FileKey.type(key, 0);
        String typeName =
                switch (type) {
                    case FileKey.INODE -> "INODE";
                    case FileKey.LINK -> "LINK";
                    case FileKey.XATTR -> "XATTR";
                    case FileKey.TARGET -> "TARGET";
                    case FileKey.ENTRY -> "ENTRY";
                    case FileKey.EXTENT -> "EXTENT";
                    default -> "TYPE_" + type;
                };
        return DumpLine.of(
                "item",
                "inode",
                FileKey.inode(key, 0),
                "type",
                typeName,
                "key",
                hex(key).substring(2 * FileKey.REST),
                "value",
                FileDump.value(item));
    }

    @Override
    public void found(TreeFinding finding) {
        lines.accept(
                DumpLine.of(
                        "damaged", "block", name(finding.address()), "detail", finding.detail()));
    }

    @Override
    public void leave(NodeReference reference) {
        // Shown when it was entered.
    }
}
