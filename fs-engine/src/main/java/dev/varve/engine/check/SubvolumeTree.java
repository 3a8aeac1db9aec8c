package dev.varve.engine.check;

import dev.varve.engine.commit.Subvolumes;
import dev.varve.engine.format.SubvolumeRecord;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.tree.TreeRoot;

/// A subvolume to check.
record SubvolumeTree(SubvolumeId id, SubvolumeRecord record) {
    TreeRoot root() {
        return Subvolumes.treeRoot(record.root());
    }
}
