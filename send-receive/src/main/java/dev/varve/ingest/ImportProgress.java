package dev.varve.ingest;

/// How far an import is.
///
/// @param entries entries seen
/// @param bytesRead content read
/// @param path where it is, relative to the directory; decoded for people
public record ImportProgress(long entries, long bytesRead, String path) {}
