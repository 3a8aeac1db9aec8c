/// Writes a subvolume's content into a directory of this machine. Entry:
/// [dev.varve.restore.Restore]. May import the engine, posix and [dev.varve.local.PathFilter]'s
/// package.
@NullMarked
package dev.varve.restore;

import org.jspecify.annotations.NullMarked;
