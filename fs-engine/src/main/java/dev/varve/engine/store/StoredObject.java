package dev.varve.engine.store;

/// An object in a listing.
public record StoredObject(String name, long sizeBytes) {}
