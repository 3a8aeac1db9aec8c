/// Cryptography for stored blocks, and the only importer of Bouncy Castle. Entry:
/// [dev.varve.engine.seal.Blake2b]. May import format and model.
@NullMarked
package dev.varve.engine.seal;

import org.jspecify.annotations.NullMarked;
