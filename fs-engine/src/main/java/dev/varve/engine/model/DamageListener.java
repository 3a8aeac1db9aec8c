package dev.varve.engine.model;

/// Told of what a reader that reads around damage had to leave out. May be called by many threads.
@FunctionalInterface
public interface DamageListener {
    /// Something of a subvolume cannot be read.
    ///
    /// @param damage what is lost
    void lost(Damage damage);

    /// What is lost of a subvolume.
    ///
    /// @param subvolume its path
    /// @param inode the file; 0 if a node is lost, which held items of any
    /// @param offset where in the file zeros stand for what is lost
    /// @param length how many
    /// @param detail which block, and what is wrong with it
    record Damage(String subvolume, long inode, long offset, long length, String detail) {}
}
