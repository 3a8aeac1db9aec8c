package dev.varve.engine.check;

import dev.varve.engine.commit.Subvolumes;
import dev.varve.engine.format.BlockAddress;
import dev.varve.engine.format.DoomedObject;
import dev.varve.engine.format.Head;
import dev.varve.engine.format.Head.NewPack;
import dev.varve.engine.format.HeadFormat;
import dev.varve.engine.format.PackFormat;
import dev.varve.engine.format.PackItem;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.Finding;
import dev.varve.engine.tree.NodeCache;
import dev.varve.engine.tree.TreeItem;
import dev.varve.engine.tree.TreeWalker;
import java.io.IOException;

/// Reads what the pool says of its packs and of what is free in them: the packs tree, and what the
/// head adds to it.
final class PacksTreeCheck {
    private static final String TREE = "packs tree";

    private final BlockUse use;
    private final Report report;
    private long relocated;

    PacksTreeCheck(BlockUse use, Report report) {
        this.use = use;
        this.report = report;
    }

    /// @return whether all of it could be read
    boolean check(NodeCache nodes, Head head) throws IOException {
        report.trees++;
        NodeTally tally = new NodeTally(() -> TREE, use, report);
        new TreeWalker(nodes, new PlainWalk(tally, this::checkItem))
                .walk(Subvolumes.treeRoot(head.packs()));
        String where = HeadFormat.name(head.generation());
        for (NewPack pack : head.newPacks()) {
            checkNew(where, pack);
        }
        for (long address : head.freed()) {
            checkFreed(where, address, tally.isComplete());
        }
        if (tally.isComplete() && relocated != head.relocatedPacks()) {
            String detail = "%d packs in other objects, but %d are listed so";
            String message = detail.formatted(head.relocatedPacks(), relocated);
            report.add(new Finding.BrokenItem(where, "relocated packs", message));
        }
        return tally.isComplete();
    }

    private void checkItem(TreeItem item) {
        report.items++;
        try {
            byte[] key = item.key();
            if (DoomedObject.isKey(key)) {
                use.doom(DoomedObject.read(key, item.value()).number());
                return;
            }
            long number = PackItem.packNumber(key);
            PackItem pack = PackItem.read(number, item.value());
            if (!isPack(number, pack.kind(), pack.slots())) {
                broken(TREE, number, "no pack: kind " + pack.kind() + ", slots " + pack.slots());
                return;
            }
            PackUse known = use.pack(number);
            known.list(pack.slots(), pack.kind(), pack.storedBytes(), pack.rawBytes());
            known.free().or(pack.free());
            known.move(pack.objectOf(number), pack.dropped());
            relocated += pack.object() == 0 ? 0 : 1;
        } catch (CorruptionException e) {
            report.add(new Finding.BrokenItem(TREE, "item", String.valueOf(e.getMessage())));
        }
    }

    private static boolean isPack(long number, int kind, int slots) {
        return BlockAddress.isPackNumber(number)
                && (kind == PackFormat.METADATA || kind == PackFormat.DATA)
                && slots > 0;
    }

    private void checkNew(String where, NewPack pack) {
        if (!isPack(pack.number(), pack.kind(), pack.slots())) {
            broken(where, pack.number(), "no pack: kind " + pack.kind());
            return;
        }
        PackUse known = use.pack(pack.number());
        if (known.isListed()) {
            broken(where, pack.number(), "said to be new, but listed already");
        }
        known.list(pack.slots(), pack.kind(), pack.storedBytes(), pack.rawBytes());
    }

    private void checkFreed(String where, long address, boolean complete) {
        if (!BlockAddress.isValid(address)) {
            report.add(new Finding.BrokenItem(where, BlockUse.name(address), "no block is freed"));
            return;
        }
        PackUse pack = use.packOf(address);
        int slot = BlockAddress.slotOf(address);
        if (pack.free().get(slot)) {
            report.add(new Finding.BrokenItem(where, BlockUse.name(address), "freed twice"));
        } else if (complete && slot >= pack.slots()) {
            report.add(
                    new Finding.BrokenItem(
                            where, BlockUse.name(address), "freed, but in no pack of the pool"));
        }
        pack.free().set(slot);
    }

    private void broken(String where, long number, String detail) {
        report.add(new Finding.BrokenItem(where, "pack " + Long.toHexString(number), detail));
    }
}
