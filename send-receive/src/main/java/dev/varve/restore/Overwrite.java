package dev.varve.restore;

/// What happens to a file that is there already. Directories are always merged.
public enum Overwrite {
    /// It is replaced.
    ALWAYS,
    /// It is replaced if its size or modification time differs; else only its attributes are set.
    IF_CHANGED,
    /// It is replaced if its modification time is older.
    IF_NEWER,
    /// It stays as it is.
    NEVER
}
