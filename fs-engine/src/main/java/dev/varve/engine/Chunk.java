package dev.varve.engine;

import dev.varve.engine.model.ContentId;

/// A piece of a file's content that becomes one block.
///
/// @param bytes 1 to [Chunker#MAX_BYTES]; owned by the pool once it is written
/// @param id names the bytes, or [ContentId#NONE] where nothing is shared by content
public record Chunk(byte[] bytes, ContentId id) {
    public Chunk {
        if (bytes.length < 1 || bytes.length > Chunker.MAX_BYTES) {
            throw new IllegalArgumentException("chunk of " + bytes.length + " bytes");
        }
    }
}
