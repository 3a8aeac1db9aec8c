package dev.varve.engine.model;

import java.util.UUID;

/// A subvolume that was deleted and can still be brought back.
///
/// @param path where it was, for people to read
/// @param generation the commit that deleted it
/// @param time of that commit
public record DeletedSubvolume(
        SubvolumeId id,
        String path,
        UUID uuid,
        boolean readOnly,
        long generation,
        Timestamp time) {}
