/// The consistency checker: everything a pool holds against everything else, and what is lost where
/// something is damaged. Entry: [dev.varve.engine.check.Check]. May import file and every package
/// below it.
@NullMarked
package dev.varve.engine.check;

import org.jspecify.annotations.NullMarked;
