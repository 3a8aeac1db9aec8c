package dev.varve.engine.model;

/// What a block takes.
///
/// @param storedBytes in its pack
/// @param rawBytes before compression
public record StoredSize(int storedBytes, int rawBytes) {}
