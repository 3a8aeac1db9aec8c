package dev.varve.engine;

import dev.varve.engine.format.ChecksumKind;
import dev.varve.engine.pack.ContentKey;

/// What holds for the content of every subvolume of a pool unless its properties say otherwise.
///
/// @param contentKey names contents
/// @param compressionLevel of zstd, 0 for none
/// @param checksum of packs
record StorageDefaults(ContentKey contentKey, int compressionLevel, ChecksumKind checksum) {}
