/// Reads everything a pool holds and compares it with its checksums, over days if need be. Entry:
/// [dev.varve.engine.scrub.Scrub]. May import check and every package below it.
@NullMarked
package dev.varve.engine.scrub;

import org.jspecify.annotations.NullMarked;
