package dev.varve.engine.model;

/// A way into a sealed pool.
///
/// @param id unique among all that a pool ever had
/// @param publicKey of a recipient; empty for the other kinds
/// @param isInUse whether this is the one that opened the pool just now
public record KeySlot(
        long id, Kind kind, Timestamp created, String name, byte[] publicKey, boolean isInUse) {
    /// What a slot asks for.
    public enum Kind {
        PASSPHRASE,
        KEY_FILE,
        RECIPIENT
    }

    /// The id as people type it.
    public String idText() {
        return "%016x".formatted(id);
    }
}
