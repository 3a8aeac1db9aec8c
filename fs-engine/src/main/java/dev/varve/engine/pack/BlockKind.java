package dev.varve.engine.pack;

/// What a block holds. The kinds go to different packs.
public enum BlockKind {
    /// Tree nodes.
    METADATA,
    /// File content and large xattrs.
    DATA
}
