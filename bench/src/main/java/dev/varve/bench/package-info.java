/// Benchmarks: costs as ratios within one run, and comparisons with other tools.
@NullMarked
package dev.varve.bench;

import org.jspecify.annotations.NullMarked;
