/// The btrfs send stream, versions 1 to 3: [StreamReader] and [StreamWriter] turn bytes into
/// [StreamCommand]s and back, [StreamDump] prints them. Imports only the engine's model, never
/// another package of this module.
///
/// Format source: the stream as kernels write it, by experiment, and the kernel's documentation.
@NullMarked
package dev.varve.stream;

import org.jspecify.annotations.NullMarked;
