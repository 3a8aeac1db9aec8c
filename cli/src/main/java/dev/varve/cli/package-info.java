/// The varve command: argument parsing, output, exit codes. Only Main prints and exits.
@NullMarked
package dev.varve.cli;

import org.jspecify.annotations.NullMarked;
