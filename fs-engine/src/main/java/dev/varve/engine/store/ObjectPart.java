package dev.varve.engine.store;

/// Bytes read from an object.
///
/// @param bytes owned by the caller
/// @param objectSizeBytes size of the whole object
public record ObjectPart(byte[] bytes, long objectSizeBytes) {}
