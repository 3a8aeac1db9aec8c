package dev.varve.engine.inspect;

import dev.varve.engine.check.BlockOwners;
import dev.varve.engine.check.PoolAccess;
import dev.varve.engine.commit.Heads;
import dev.varve.engine.commit.PackLocations;
import dev.varve.engine.commit.Subvolumes;
import dev.varve.engine.format.BlockAddress;
import dev.varve.engine.format.Head;
import dev.varve.engine.format.Head.NewPack;
import dev.varve.engine.format.HeadFormat;
import dev.varve.engine.format.PackFormat;
import dev.varve.engine.format.PackSlot;
import dev.varve.engine.format.PackTable;
import dev.varve.engine.format.SubvolumeRecord.Root;
import dev.varve.engine.model.DumpLine;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.Unlocking;
import dev.varve.engine.pack.BlockStore;
import dev.varve.engine.pack.PackReader;
import dev.varve.engine.store.ObjectStore;
import dev.varve.engine.tree.NodeCache;
import dev.varve.engine.tree.TreeReader;
import dev.varve.engine.tree.TreeRoot;
import dev.varve.engine.tree.TreeWalker;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.HexFormat;
import java.util.function.Consumer;

/// Dumps heads, packs and trees line by line, and finds who refers to a block. Reads alone; what is
/// damaged is shown as such. Used by one thread.
public final class Inspection implements Closeable {
    private static final long NODE_CACHE_BYTES = 64L << 20;

    private final PoolAccess access;
    private final Heads heads;
    private final PackLocations locations;
    private final BlockStore blocks;
    private final NodeCache nodes;

    /// @param access closed with this
    private Inspection(PoolAccess access) throws IOException {
        this.access = access;
        this.heads = new Heads(access.store(), access.poolId(), access.sealer());
        this.locations = new PackLocations(heads);
        this.blocks = access.blocks(locations);
        locations.readFrom(blocks);
        this.nodes = new NodeCache(blocks, NODE_CACHE_BYTES);
    }

    /// Begins.
    ///
    /// @param unlocking asked for secrets if the pool is sealed
    /// @throws dev.varve.engine.model.WrongKeyException if none opens it
    public static Inspection of(ObjectStore store, Unlocking unlocking) throws IOException {
        PoolAccess access = new PoolAccess(store, unlocking);
        try {
            return new Inspection(access);
        } catch (IOException e) {
            access.close();
            throw e;
        }
    }

    /// Shows a head.
    ///
    /// @param generation 0 for the newest
    public void head(long generation, Consumer<DumpLine> lines) throws IOException {
        Head head = load(generation);
        lines.accept(
                DumpLine.of(
                        "head",
                        "name",
                        HeadFormat.name(head.generation()),
                        "generation",
                        head.generation(),
                        "pool_id",
                        head.poolId(),
                        "time",
                        head.time().toInstant(),
                        "next_subvolume",
                        head.nextSubvolume(),
                        "relocated_packs",
                        head.relocatedPacks()));
        root("root_tree", head.roots(), lines);
        root("counts_tree", head.counts(), lines);
        root("packs_tree", head.packs(), lines);
        for (NewPack pack : head.newPacks()) {
            lines.accept(
                    DumpLine.of(
                            "new_pack",
                            "object",
                            PackFormat.objectName(pack.number()),
                            "kind",
                            kind(pack.kind()),
                            "slots",
                            pack.slots(),
                            "stored_bytes",
                            pack.storedBytes(),
                            "raw_bytes",
                            pack.rawBytes()));
        }
        for (long address : head.freed()) {
            lines.accept(DumpLine.of("freed", "block", new BlockAddress(address)));
        }
    }

    private static void root(String name, Root root, Consumer<DumpLine> lines) {
        boolean isEmpty = root.address() == TreeRoot.EMPTY.address();
        lines.accept(
                DumpLine.of(
                        name,
                        "root",
                        isEmpty ? "-" : new BlockAddress(root.address()),
                        "level",
                        root.level(),
                        "generation",
                        root.generation()));
    }

    private Head load(long generation) throws IOException {
        Head head = generation == 0 ? heads.newest() : heads.load(generation);
        locations.use(head);
        return head;
    }

    private static String kind(int kind) {
        return kind == PackFormat.METADATA ? "metadata" : kind == PackFormat.DATA ? "data" : "-";
    }

    /// Shows a pack object's tables.
    ///
    /// @param name of the object, with or without `packs/`
    /// @throws NoSuchFileException if there is none
    public void pack(String name, Consumer<DumpLine> lines) throws IOException {
        String object = name.startsWith("packs/") ? name : "packs/" + name;
        if (PackFormat.packNumber(object) == 0) {
            throw new NoSuchFileException(name, null, "not a pack: expected packs/WWWWWW-SSSSSS");
        }
        PackReader reader = blocks.openPack(object);
        lines.accept(
                DumpLine.of(
                        "pack_object",
                        "name",
                        object,
                        "bytes",
                        reader.sizeBytes(),
                        "packs",
                        reader.packNumbers().size()));
        reader.verifyHeader();
        for (long number : reader.packNumbers()) {
            PackTable table = reader.table(number);
            lines.accept(
                    DumpLine.of(
                            "table",
                            "pack",
                            PackFormat.objectName(number),
                            "slots",
                            table.slots(),
                            "checksum",
                            table.checksum()));
            for (int slot = 0; slot < table.slots(); slot++) {
                lines.accept(line(number, slot, table.slot(slot)));
            }
        }
    }

    private static DumpLine line(long pack, int number, PackSlot slot) {
        String block = new BlockAddress(BlockAddress.of(pack, number)).toString();
        return slot.isPresent()
                ? DumpLine.of(
                        "slot",
                        "block",
                        block,
                        "offset",
                        slot.offset(),
                        "stored",
                        slot.storedLength(),
                        "raw",
                        slot.rawLength(),
                        "kind",
                        kind(slot.kind()),
                        "codec",
                        slot.codec() == PackFormat.ZSTD ? "zstd" : "none",
                        "sealed",
                        slot.sealed(),
                        "checksum",
                        HexFormat.of().formatHex(slot.checksum()))
                : DumpLine.of("slot", "block", block, "state", "reclaimed");
    }

    /// Shows a tree's nodes and items.
    ///
    /// @param which `roots`, `counts`, `packs`, or a subvolume's id
    public void tree(String which, Consumer<DumpLine> lines) throws IOException {
        Head head = load(0);
        TreeRoot root =
                switch (which) {
                    case "roots" -> Subvolumes.treeRoot(head.roots());
                    case "counts" -> Subvolumes.treeRoot(head.counts());
                    case "packs" -> Subvolumes.treeRoot(head.packs());
                    default -> subvolume(head, which);
                };
        new TreeWalker(nodes, new TreeDump(which, lines)).walk(root);
    }

    private TreeRoot subvolume(Head head, String id) throws IOException {
        return Subvolumes.treeRoot(
                subvolumes(head)
                        .find(new SubvolumeId(Long.parseLong(id)))
                        .orElseThrow(() -> new NoSuchFileException("subvolume " + id))
                        .root());
    }

    private Subvolumes subvolumes(Head head) {
        return new Subvolumes(new TreeReader(nodes, Subvolumes.treeRoot(head.roots())));
    }

    /// Shows all that refers to a block: files by their paths, trees by their names.
    ///
    /// @param address as shown in findings, `writer-pack:slot` in hexadecimal digits
    /// @return whether anything does
    public boolean owners(String address, Consumer<DumpLine> lines) throws IOException {
        long block = BlockAddress.parse(address);
        Head head = load(0);
        return new BlockOwners(nodes, blocks, head, block, lines).find();
    }

    @Override
    public void close() {
        blocks.close();
        access.close();
    }
}
