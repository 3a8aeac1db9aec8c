package dev.varve.engine.pack;

import dev.varve.engine.format.ChecksumKind;
import dev.varve.engine.model.ContentId;

/// How one block is stored.
///
/// @param content kept in the pack's table, so that all packs together know every id
/// @param level of zstd, 0 to 19; 0 stores it as it is
/// @param checksum of its whole pack
public record BlockTraits(ContentId content, int level, ChecksumKind checksum) {}
