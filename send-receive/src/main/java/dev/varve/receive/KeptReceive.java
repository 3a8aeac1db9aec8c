package dev.varve.receive;

import dev.varve.engine.model.FileName;
import dev.varve.receive.Destination.Start;
import dev.varve.stream.ResumeToken;
import java.util.Optional;
import java.util.UUID;

/// An unfinished receive that can be taken up again.
///
/// @param name what the subvolume will be called
/// @param generation the sender's transaction id
/// @param parent what the sender calls the snapshot it is built on
/// @param token where its stream goes on
/// @param firstCommand the number of the command that started it
/// @param mark what its destination remembers it by: in a pool the generation that kept it
/// @param isExact whether nothing behind the token was applied; otherwise one command may have been
public record KeptReceive(
        FileName name,
        long generation,
        Optional<UUID> parent,
        ResumeToken token,
        long firstCommand,
        long mark,
        boolean isExact) {

    Start start() {
        return new Start(name, token.uuid(), generation, parent);
    }

    KeptReceive markedWith(long newMark) {
        return new KeptReceive(name, generation, parent, token, firstCommand, newMark, isExact);
    }
}
