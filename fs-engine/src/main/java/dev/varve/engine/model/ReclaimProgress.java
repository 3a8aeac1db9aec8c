package dev.varve.engine.model;

/// How far a reclaim is.
///
/// @param done objects gone through
/// @param total objects chosen; 0 where it is not known yet
/// @param bytes copied so far
public record ReclaimProgress(Stage stage, long done, long total, long bytes) {
    /// In this order.
    public enum Stage {
        /// What deleted subvolumes held becomes free.
        CLEANING,
        /// What is in use in sparse packs is copied together.
        PACKING,
        /// Objects that nobody needs any more are deleted.
        DELETING
    }
}
