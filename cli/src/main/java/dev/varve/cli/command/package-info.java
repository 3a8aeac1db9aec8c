/// One class per command: its flags, its help and a thin run. Entry:
/// [dev.varve.cli.command.CommandTable]. Commands import the layers below and this module's output
/// and pool packages, never each other; only [dev.varve.cli.Main] turns what they throw into a
/// message and an exit code.
@NullMarked
package dev.varve.cli.command;

import org.jspecify.annotations.NullMarked;
