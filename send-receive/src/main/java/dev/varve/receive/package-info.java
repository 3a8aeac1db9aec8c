/// Plays send streams into a pool or a directory: [Receiver] and [DirectoryReceiver] are the
/// entries. Imports the stream codec, the engine's face and, for directories, posix; nothing else
/// of this module.
///
/// Both check every number and path before use, stay inside the subvolume they receive, and show
/// either the whole subvolume or nothing. What they do with each command stands in
/// `docs/format/send-stream.md`.
@NullMarked
package dev.varve.receive;

import org.jspecify.annotations.NullMarked;
