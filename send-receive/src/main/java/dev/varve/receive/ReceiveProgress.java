package dev.varve.receive;

import dev.varve.engine.model.FileName;
import dev.varve.stream.ResumeToken;
import java.util.Optional;

/// How far a receive has come.
///
/// @param name the subvolume being received
/// @param commands how many commands were applied, over the whole input
/// @param streamBytes how much of the input they took
/// @param kept where the stream goes on if the receive ends now; empty if nothing is kept
public record ReceiveProgress(
        FileName name, long commands, long streamBytes, Optional<ResumeToken> kept) {}
