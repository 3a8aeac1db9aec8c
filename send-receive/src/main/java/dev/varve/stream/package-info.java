/// The btrfs send stream: commands, reader, writer, dump. Imports nothing of ours.
@NullMarked
package dev.varve.stream;

import org.jspecify.annotations.NullMarked;
