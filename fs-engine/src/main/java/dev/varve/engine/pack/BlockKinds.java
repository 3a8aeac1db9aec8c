package dev.varve.engine.pack;

import dev.varve.engine.format.PackFormat;

/// Kinds of blocks and their numbers on disk.
final class BlockKinds {
    private BlockKinds() {}

    static int id(BlockKind kind) {
        return switch (kind) {
            case METADATA -> PackFormat.METADATA;
            case DATA -> PackFormat.DATA;
        };
    }

    /// The kind of a number that was checked when its table was read.
    static BlockKind of(int id) {
        return id == PackFormat.METADATA ? BlockKind.METADATA : BlockKind.DATA;
    }
}
