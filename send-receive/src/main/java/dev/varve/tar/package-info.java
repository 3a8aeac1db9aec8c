/// tar archives: a tree of a pool written as one, one read into a subvolume. Commons Compress codes
/// the blocks; names and attribute values are bytes, so the pax records, which it decodes as text,
/// are coded here. Entries: [dev.varve.tar.TarExport] and [dev.varve.tar.TarImport]. May import the
/// engine and [dev.varve.local.TreePath]'s package; alone imports Commons Compress.
@NullMarked
package dev.varve.tar;

import org.jspecify.annotations.NullMarked;
