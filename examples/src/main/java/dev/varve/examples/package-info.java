/// Programs that use Varve as a library, through its exported packages only.
@NullMarked
package dev.varve.examples;

import org.jspecify.annotations.NullMarked;
