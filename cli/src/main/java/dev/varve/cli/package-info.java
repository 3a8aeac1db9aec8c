/// The varve command. Entry: [dev.varve.cli.Main], the only class that prints errors and exits.
@NullMarked
package dev.varve.cli;

import org.jspecify.annotations.NullMarked;
