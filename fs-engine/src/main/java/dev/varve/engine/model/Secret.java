package dev.varve.engine.model;

import java.util.Arrays;

/// What opens a sealed pool. Owns its bytes until they are wiped.
public sealed interface Secret {
    /// The bytes themselves; not to be kept.
    byte[] bytes();

    /// Overwrites the bytes.
    default void wipe() {
        Arrays.fill(bytes(), (byte) 0);
    }

    /// Words that a person knows.
    ///
    /// @param bytes of the text in UTF-8, not empty
    record Passphrase(byte[] bytes) implements Secret {
        @Override
        public String toString() {
            return "a passphrase";
        }
    }

    /// The content of a file that is kept secret.
    ///
    /// @param bytes at least [#MIN_BYTES], none of them guessable
    record KeyFile(byte[] bytes) implements Secret {
        public static final int MIN_BYTES = 32;

        @Override
        public String toString() {
            return "a key file";
        }
    }

    /// The private half of an X25519 key pair (RFC 7748); its public half is a recipient.
    ///
    /// @param bytes 32 of them
    record Identity(byte[] bytes) implements Secret {
        public static final int BYTES = 32;

        @Override
        public String toString() {
            return "an identity";
        }
    }
}
