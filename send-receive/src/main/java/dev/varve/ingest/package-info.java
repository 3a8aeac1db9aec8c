/// Makes a subvolume's content equal a directory of this machine. Entry:
/// [dev.varve.ingest.DirectoryImport]. May import the engine, posix and
/// [dev.varve.local.PathFilter]'s package.
@NullMarked
package dev.varve.ingest;

import org.jspecify.annotations.NullMarked;
