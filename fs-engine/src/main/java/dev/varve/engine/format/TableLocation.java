package dev.varve.engine.format;

/// Where the table of a pack stands in an object.
public record TableLocation(long packNumber, long offset, int lengthBytes) {}
