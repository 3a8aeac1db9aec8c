package dev.varve.restore;

/// How far a restore is.
///
/// @param entries entries seen
/// @param bytesWritten content written
/// @param path where the walk is, relative to the destination; decoded for people
public record RestoreProgress(long entries, long bytesWritten, String path) {}
