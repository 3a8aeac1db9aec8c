package dev.varve.receive;

import dev.varve.engine.model.FileName;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// A subvolume that was published.
///
/// @param uuid what the sender calls it; its received UUID here if complete
/// @param parent what the sender calls the snapshot it was built on
/// @param commands how many commands made it
/// @param errors commands that could not be applied
/// @param leftOut what the medium has no place for, each with its place in the stream; contents and
///   names are what the sender sent all the same
public record ReceivedSubvolume(
        FileName name,
        UUID uuid,
        Optional<UUID> parent,
        long commands,
        List<IOException> errors,
        List<String> leftOut) {

    /// Whether it is what the sender sent.
    public boolean isComplete() {
        return errors.isEmpty();
    }
}
