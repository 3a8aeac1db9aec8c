/// Encryption as GnuPG reads it. The only importer of Bouncy Castle's OpenPGP.
@NullMarked
package dev.varve.archive.openpgp;

import org.jspecify.annotations.NullMarked;
