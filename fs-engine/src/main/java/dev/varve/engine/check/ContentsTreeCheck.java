package dev.varve.engine.check;

import dev.varve.engine.format.BlockAddress;
import dev.varve.engine.format.ContentItem;
import dev.varve.engine.format.PackFormat;
import dev.varve.engine.model.ContentId;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.Finding;
import dev.varve.engine.tree.NodeCache;
import dev.varve.engine.tree.TreeItem;
import dev.varve.engine.tree.TreeRoot;
import dev.varve.engine.tree.TreeWalker;
import java.io.IOException;

/// Reads which block is said to have which content. Whether the packs' own tables agree is found
/// when they are read. An entry may outlive its block: what was reclaimed is no error.
final class ContentsTreeCheck {
    private static final String TREE = "contents tree";

    private final BlockUse use;
    private final Report report;

    ContentsTreeCheck(BlockUse use, Report report) {
        this.use = use;
        this.report = report;
    }

    /// After the packs tree was read.
    void check(NodeCache nodes, TreeRoot root) throws IOException {
        report.trees++;
        NodeTally tally = new NodeTally(() -> TREE, use, report);
        new TreeWalker(nodes, new PlainWalk(tally, this::checkItem)).walk(root);
    }

    private void checkItem(TreeItem item) {
        report.items++;
        try {
            ContentId id = ContentItem.id(item.key());
            checkEntry(id, ContentItem.address(id, item.value()));
        } catch (CorruptionException e) {
            report.add(new Finding.BrokenItem(TREE, "item", String.valueOf(e.getMessage())));
        }
    }

    private void checkEntry(ContentId id, long address) {
        PackUse pack = use.find(BlockAddress.packOf(address));
        int slot = BlockAddress.slotOf(address);
        if (pack == null || !pack.isListed() || pack.dropped().get(slot)) {
            return;
        }
        if (slot >= pack.slots() || pack.kind() != PackFormat.DATA) {
            broken(id, "names block " + BlockUse.name(address) + ", which is no data block");
        } else if (!pack.expectContent(slot, id)) {
            broken(id, "names block " + BlockUse.name(address) + ", which has another id too");
        }
    }

    private void broken(ContentId id, String detail) {
        report.add(new Finding.BrokenItem(TREE, "id " + id, detail));
    }
}
