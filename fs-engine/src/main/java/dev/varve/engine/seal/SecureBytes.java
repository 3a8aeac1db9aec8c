package dev.varve.engine.seal;

import java.security.SecureRandom;

/// Unpredictable bytes: salts, nonces, keys. Thread-safe.
final class SecureBytes {
    private final SecureRandom random = new SecureRandom();

    byte[] next(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    long nextLong() {
        return random.nextLong();
    }
}
