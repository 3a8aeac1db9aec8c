package dev.varve.engine.check;

import dev.varve.engine.format.BlockAddress;
import dev.varve.engine.format.LittleEndian;
import dev.varve.engine.model.Finding;
import dev.varve.engine.tree.NodeCache;
import dev.varve.engine.tree.TreeItem;
import dev.varve.engine.tree.TreeRoot;
import dev.varve.engine.tree.TreeWalker;
import java.io.IOException;

/// Compares the tree of reference counts with the references found. It has a count exactly where
/// there is more than one. Where nodes could not be read references are missing, and only counts
/// that are too small are wrong for certain.
final class CountsTreeCheck {
    private static final String TREE = "counts tree";
    private static final int KEY_BYTES = 8;
    private static final int VALUE_BYTES = 4;

    private final BlockUse use;
    private final Report report;

    CountsTreeCheck(BlockUse use, Report report) {
        this.use = use;
        this.report = report;
    }

    /// The key of a block's count.
    static byte[] key(long address) {
        byte[] key = new byte[KEY_BYTES];
        LittleEndian.putI64(key, 0, Long.reverseBytes(address));
        return key;
    }

    /// After everything else was walked.
    void check(NodeCache nodes, TreeRoot root) throws IOException {
        report.trees++;
        NodeTally tally = new NodeTally(() -> TREE, use, report);
        new TreeWalker(nodes, new PlainWalk(tally, this::checkItem)).walk(root);
        if (tally.isComplete()) {
            findUncounted();
        } else {
            report.add(new Finding.Unchecked("some reference counts", TREE + " is damaged"));
        }
    }

    private void checkItem(TreeItem item) {
        report.items++;
        long address = address(item);
        long count = count(item);
        if (!BlockAddress.isValid(address) || count < 2) {
            String detail = "expected a block and a count above 1, found count " + count;
            report.add(new Finding.BrokenItem(TREE, BlockUse.name(address), detail));
            return;
        }
        use.packOf(address).setCounted(BlockAddress.slotOf(address));
        compare(address, count);
    }

    /// The block that an item counts, or 0.
    static long address(TreeItem item) {
        byte[] key = item.key();
        return key.length == KEY_BYTES ? Long.reverseBytes(LittleEndian.i64(key, 0)) : 0;
    }

    /// An item's count, or 0.
    static long count(TreeItem item) {
        return item.valueLength() == VALUE_BYTES
                ? LittleEndian.i32(item.page(), item.valueOffset())
                : 0;
    }

    private void compare(long address, long recorded) {
        long found = use.references(address);
        boolean wrong = report.referencesMissing ? recorded < found : recorded != found;
        if (wrong) {
            report.add(new Finding.WrongCount(BlockUse.name(address), recorded, found));
        }
    }

    private void findUncounted() {
        for (PackUse pack : use.packs()) {
            for (int slot = 0; slot < pack.sharedEnd(); slot++) {
                if (pack.references(slot) > 1 && !pack.isCounted(slot)) {
                    compare(BlockAddress.of(pack.number(), slot), 1);
                }
            }
        }
    }
}
