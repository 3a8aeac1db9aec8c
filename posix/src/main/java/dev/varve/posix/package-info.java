/// libc through the foreign-function interface: one system-call shape, names as bytes. Imports
/// nothing of ours.
@NullMarked
package dev.varve.posix;

import org.jspecify.annotations.NullMarked;
