/// The kernel's FUSE protocol over /dev/fuse.
@NullMarked
package dev.varve.mount;

import org.jspecify.annotations.NullMarked;
