/// Copy-on-write B-trees over blocks: nodes, cursors, writer, diff. Entry:
/// [dev.varve.engine.tree.TreeReader] and [dev.varve.engine.tree.TreeWriter]. May import pack,
/// format, store and model.
@NullMarked
package dev.varve.engine.tree;

import org.jspecify.annotations.NullMarked;
