/// Locate: which snapshots hold a file, and which versions of it. Fed by snapshot diffs.
@NullMarked
package dev.varve.index;

import org.jspecify.annotations.NullMarked;
