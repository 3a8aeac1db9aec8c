/// Copies snapshots from pool to pool: what a sender writes a receiver applies at once, in this
/// process or in another. Entry: [dev.varve.replicate.Replicator]. May import the engine, send,
/// receive and stream.
@NullMarked
package dev.varve.replicate;

import org.jspecify.annotations.NullMarked;
