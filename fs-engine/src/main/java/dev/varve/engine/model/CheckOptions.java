package dev.varve.engine.model;

/// How a pool is checked.
///
/// @param readData whether every block of every pack is read, not only the trees
/// @param nodeCacheBytes heap for decoded tree nodes
public record CheckOptions(boolean readData, long nodeCacheBytes) {
    /// Trees only, with 64 MiB of nodes cached.
    public static CheckOptions defaults() {
        return new CheckOptions(false, 64L << 20);
    }

    public CheckOptions withReadData(boolean read) {
        return new CheckOptions(read, nodeCacheBytes);
    }
}
