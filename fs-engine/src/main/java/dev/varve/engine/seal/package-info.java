/// Keys and encryption, and the only importer of Bouncy Castle. Entry:
/// [dev.varve.engine.seal.PoolKeys]. May import pack, format, store and model.
@NullMarked
package dev.varve.engine.seal;

import org.jspecify.annotations.NullMarked;
