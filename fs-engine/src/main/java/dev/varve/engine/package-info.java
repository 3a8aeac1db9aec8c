/// The engine's face: open a [dev.varve.engine.Pool], read it through a
/// [dev.varve.engine.ReadView], change it in a [dev.varve.engine.WriteTransaction], compare two
/// snapshots with [dev.varve.engine.SnapshotDiff]. The only package of the engine, with `model` and
/// `store`, that other modules see; may import every package below it.
@NullMarked
package dev.varve.engine;

import org.jspecify.annotations.NullMarked;
