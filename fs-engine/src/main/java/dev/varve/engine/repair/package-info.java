/// Mends a pool's own books from what the packs hold, and finds a pool again whose heads are lost.
/// Entries: [dev.varve.engine.repair.Repair] and [dev.varve.engine.repair.Rescue]. May import check
/// and every package below it.
@NullMarked
package dev.varve.engine.repair;

import org.jspecify.annotations.NullMarked;
