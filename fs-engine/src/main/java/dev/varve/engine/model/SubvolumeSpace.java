package dev.varve.engine.model;

/// The stored bytes of a subvolume: nodes and content as they are in packs, compressed.
///
/// @param totalBytes everything reachable; what it refers to several times counts each time
/// @param exclusiveBytes what nothing else holds: deleting just this one frees it
public record SubvolumeSpace(long totalBytes, long exclusiveBytes) {
    public long sharedBytes() {
        return totalBytes - exclusiveBytes;
    }
}
