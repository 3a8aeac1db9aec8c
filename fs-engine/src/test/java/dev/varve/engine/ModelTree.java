package dev.varve.engine;

import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Link;
import dev.varve.engine.model.XattrName;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// One subvolume as the model keeps it: plain maps. Trees and nodes are shared between snapshots
/// and copied when one whose epoch has passed is to change.
final class ModelTree {
    final Object epoch;
    final TreeMap<Long, Node> nodes;
    long nextInode;

    ModelTree(Object epoch, Map<Long, Node> nodes, long nextInode) {
        this.epoch = epoch;
        this.nodes = new TreeMap<>(nodes);
        this.nextInode = nextInode;
    }

    ModelTree copy(Object newEpoch) {
        return new ModelTree(newEpoch, nodes, nextInode);
    }

    /// An inode with all that belongs to it.
    static final class Node {
        final Object epoch;
        Inode inode;
        final byte[] target;
        final TreeSet<Link> links = new TreeSet<>(ModelTree::compare);
        final TreeMap<XattrName, byte[]> xattrs = new TreeMap<>();
        final TreeMap<FileName, DirEntry> entries = new TreeMap<>();
        final ModelContent content;

        Node(Object epoch, Inode inode, byte[] target, ModelContent content) {
            this.epoch = epoch;
            this.inode = inode;
            this.target = target;
            this.content = content;
        }

        private Node copy(Object newEpoch) {
            Node copy = new Node(newEpoch, inode, target, content.copy());
            copy.links.addAll(links);
            copy.xattrs.putAll(xattrs);
            copy.entries.putAll(entries);
            return copy;
        }
    }

    static int compare(Link a, Link b) {
        int byDirectory = Long.compare(a.directory(), b.directory());
        return byDirectory != 0 ? byDirectory : a.name().compareTo(b.name());
    }

    /// The node, for changing it.
    Node own(Node node) {
        if (node.epoch.equals(epoch)) {
            return node;
        }
        Node copy = node.copy(epoch);
        nodes.put(node.inode.number(), copy);
        return copy;
    }
}
