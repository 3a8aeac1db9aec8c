/// Shows what a pool holds inside, for whoever debugs one. Entry:
/// [dev.varve.engine.inspect.Inspection]. May import check and every package below it.
@NullMarked
package dev.varve.engine.inspect;

import org.jspecify.annotations.NullMarked;
