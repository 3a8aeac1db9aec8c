package dev.varve.engine.model;

/// How a pool is checked.
///
/// @param readData whether every block of every pack is read, not only the trees
/// @param nodeCacheBytes heap for decoded tree nodes
/// @param unlocking asked for secrets if the pool is sealed
public record CheckOptions(boolean readData, long nodeCacheBytes, Unlocking unlocking) {
    /// Trees only, with 64 MiB of nodes cached.
    public static CheckOptions defaults() {
        return new CheckOptions(false, 64L << 20, Unlocking.NONE);
    }

    public CheckOptions withReadData(boolean read) {
        return new CheckOptions(read, nodeCacheBytes, unlocking);
    }

    public CheckOptions withUnlocking(Unlocking way) {
        return new CheckOptions(readData, nodeCacheBytes, way);
    }
}
