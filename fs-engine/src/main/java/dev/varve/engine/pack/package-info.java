/// Immutable blocks in pack objects: compression, checksums, addresses. Entry:
/// [dev.varve.engine.pack.BlockStore]. May import format, store and model.
@NullMarked
package dev.varve.engine.pack;

import org.jspecify.annotations.NullMarked;
