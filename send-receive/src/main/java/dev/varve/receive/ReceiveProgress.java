package dev.varve.receive;

import dev.varve.engine.model.FileName;

/// How far a receive has come.
///
/// @param name the subvolume being received
/// @param commands how many commands were applied, over the whole input
/// @param streamBytes how much of the input they took
public record ReceiveProgress(FileName name, long commands, long streamBytes) {}
