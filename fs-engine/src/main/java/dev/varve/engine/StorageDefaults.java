package dev.varve.engine;

import dev.varve.engine.format.ChecksumKind;
import dev.varve.engine.pack.ContentKey;
import java.util.function.IntFunction;

/// What holds for the content of every subvolume of a pool unless its properties say otherwise.
///
/// @param ownKeys makes the key of a subvolume that is to have its own
/// @param contentKeys what names contents, by the domain whose key seals them
/// @param compressionLevel of zstd, 0 for none
/// @param checksum of packs
record StorageDefaults(
        OwnKeys ownKeys,
        IntFunction<ContentKey> contentKeys,
        int compressionLevel,
        ChecksumKind checksum) {}
