package dev.varve.posix;

/// A mapped range of a file as `FIEMAP` tells it.
///
/// @param flags `FIEMAP_EXTENT_*`
public record FileExtent(long offset, long length, int flags) {
    static final int UNWRITTEN = 0x800;
    static final int LAST = 0x1;

    /// Whether it is allocated and reads as zeros because nothing was written.
    public boolean isPreallocated() {
        return (flags & UNWRITTEN) != 0;
    }

    /// Whether the file has no extent behind it.
    public boolean isLast() {
        return (flags & LAST) != 0;
    }
}
