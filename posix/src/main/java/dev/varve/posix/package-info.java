/// The Linux file calls that `java.nio.file` lacks, through the foreign-function interface: one
/// system-call shape, names as bytes, everything relative to an open directory. Entry:
/// [dev.varve.posix.Directory]. Nothing native is touched before the first call; on anything but
/// Linux that call says so. Imports nothing of ours.
@NullMarked
package dev.varve.posix;

import org.jspecify.annotations.NullMarked;
