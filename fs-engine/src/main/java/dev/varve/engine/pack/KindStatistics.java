package dev.varve.engine.pack;

/// What was written of one kind of block since the store was opened.
///
/// @param rawBytes before compression
/// @param storedBytes of the blocks in their packs
/// @param packs objects created
/// @param objectBytes of those objects, with headers and tables
public record KindStatistics(
        long blocks, long rawBytes, long storedBytes, long packs, long objectBytes) {
    static final KindStatistics NONE = new KindStatistics(0, 0, 0, 0, 0);

    KindStatistics plus(KindStatistics other) {
        return new KindStatistics(
                blocks + other.blocks,
                rawBytes + other.rawBytes,
                storedBytes + other.storedBytes,
                packs + other.packs,
                objectBytes + other.objectBytes);
    }
}
