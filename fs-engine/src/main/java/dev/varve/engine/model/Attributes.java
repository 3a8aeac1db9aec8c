package dev.varve.engine.model;

/// What a new inode starts with; fields as in [Inode]. The engine stores them literally and never
/// sets a time by itself.
///
/// @param permissions the twelve permission bits, without the type
public record Attributes(
        int permissions,
        long uid,
        long gid,
        Timestamp accessTime,
        Timestamp modifyTime,
        Timestamp changeTime,
        Timestamp birthTime,
        long origin) {

    /// Owned by root, with one time everywhere and no origin.
    public static Attributes of(int permissions, Timestamp time) {
        return new Attributes(permissions, 0, 0, time, time, time, time, 0);
    }
}
