/// Archives: snapshots as plain compressed streams in an object store, each with a manifest, which
/// need no Varve to be restored. Entry: [dev.varve.archive.Archive]. May import the engine's store
/// and model.
@NullMarked
package dev.varve.archive;

import org.jspecify.annotations.NullMarked;
