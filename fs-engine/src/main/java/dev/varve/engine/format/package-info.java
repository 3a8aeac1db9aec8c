/// Every on-disk constant and codec; only here does anyone know an offset, a magic number or an
/// endianness. May import store and model.
@NullMarked
package dev.varve.engine.format;

import org.jspecify.annotations.NullMarked;
