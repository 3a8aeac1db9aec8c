/// What the user sees: text, JSON, progress, and names that are bytes. Entry:
/// [dev.varve.cli.output.Output]. May import only the engine's model; the one place that writes to
/// standard output and error.
@NullMarked
package dev.varve.cli.output;

import org.jspecify.annotations.NullMarked;
