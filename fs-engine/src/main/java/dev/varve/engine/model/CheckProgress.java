package dev.varve.engine.model;

/// How far a check is.
///
/// @param stage what it is doing
/// @param done nodes or packs so far in this stage
/// @param total how many there are; 0 if unknown
public record CheckProgress(Stage stage, long done, long total) {
    /// The stages in their order. The last one happens only if something is damaged.
    public enum Stage {
        TREES,
        PACKS,
        LOSSES
    }
}
