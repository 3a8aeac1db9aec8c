/// The object-store port and its local implementations. Entry:
/// [dev.varve.engine.store.ObjectStore]. May import only the model.
@NullMarked
package dev.varve.engine.store;

import org.jspecify.annotations.NullMarked;
