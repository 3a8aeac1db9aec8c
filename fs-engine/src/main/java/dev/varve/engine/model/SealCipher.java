package dev.varve.engine.model;

/// What blocks are encrypted with.
public enum SealCipher {
    /// AES with 256 bits in Galois/counter mode: the fastest where the processor has AES.
    AES_256_GCM,
    /// ChaCha20-Poly1305 (RFC 8439).
    CHACHA20_POLY1305
}
