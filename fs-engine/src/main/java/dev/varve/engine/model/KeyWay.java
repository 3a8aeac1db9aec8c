package dev.varve.engine.model;

/// A way into a sealed pool that is to be made.
///
/// @param name for people; sealed, so that only who is in can read it
public record KeyWay(Lock lock, String name) {
    /// What a way in asks for.
    public sealed interface Lock {}

    /// Whoever has the secret.
    ///
    /// @param secret a passphrase or a key file; wiped by who gave it
    public record Known(Secret secret) implements Lock {}

    /// Whoever has the private half of this X25519 key.
    public record Recipient(byte[] publicKey) implements Lock {}
}
