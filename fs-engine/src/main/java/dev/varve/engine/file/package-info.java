/// What a subvolume's tree means: inodes, names, attributes and extents as items. Reading:
/// [dev.varve.engine.file.FileItems]; changing: [dev.varve.engine.file.TreeDraft] with the editors
/// that share it. May import commit and every package below it.
@NullMarked
package dev.varve.engine.file;

import org.jspecify.annotations.NullMarked;
