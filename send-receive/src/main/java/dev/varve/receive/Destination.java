package dev.varve.receive;

import dev.varve.engine.model.FileName;
import dev.varve.stream.ResumeToken;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;

/// Where received subvolumes come to be.
interface Destination {
    /// Starts a subvolume.
    ///
    /// @throws UnknownSubvolumeException if its parent is not here
    /// @throws java.nio.file.FileAlreadyExistsException if the name is taken
    SubvolumeSink begin(Start start) throws IOException;

    /// Goes on with an unfinished subvolume.
    ///
    /// @throws dev.varve.stream.ResumeMismatchException if none was left at this place of its
    ///   stream
    Resumed resume(ResumeToken token) throws IOException;

    /// An unfinished subvolume and what is known of it.
    record Resumed(KeptReceive kept, SubvolumeSink sink) {}

    /// @param uuid what the sender calls it, and clone sources that mean itself
    /// @param generation the sender's transaction id
    /// @param parent what the sender calls the snapshot it starts from; empty if it starts empty
    record Start(FileName name, UUID uuid, long generation, Optional<UUID> parent) {}
}
