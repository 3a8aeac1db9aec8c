package dev.varve.archive;

/// One object of a stream that is too long for a single one.
///
/// @param sha256 in hexadecimal
public record Part(String name, int sizeBytes, String sha256) {}
