/// Object stores that are not on this machine, and archives of streams. Implements the engine's
/// store port.
@NullMarked
package dev.varve.remote;

import org.jspecify.annotations.NullMarked;
