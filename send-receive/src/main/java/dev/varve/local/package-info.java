/// What import, restore and tar share when they speak of files on this machine: paths as bytes,
/// include and exclude patterns, chattr flags. Entry: [dev.varve.local.PathFilter]. May import the
/// engine's model and posix.
@NullMarked
package dev.varve.local;

import org.jspecify.annotations.NullMarked;
