/// tar archives: a tree of a pool written as one, one read into a subvolume. Names and attribute
/// values are bytes, so the pax records are coded here: libraries decode them as text. Entries:
/// [dev.varve.tar.TarExport] and [dev.varve.tar.TarImport]. May import the engine and
/// [dev.varve.local.TreePath]'s package.
@NullMarked
package dev.varve.tar;

import org.jspecify.annotations.NullMarked;
