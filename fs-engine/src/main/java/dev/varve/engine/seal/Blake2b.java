package dev.varve.engine.seal;

import org.bouncycastle.crypto.digests.Blake2bDigest;

/// BLAKE2b (RFC 7693) with 256 bits and no key.
public final class Blake2b {
    private static final int BITS = 256;

    private Blake2b() {}

    /// The hash of `prefix` followed by `length` bytes from `offset`: 32 bytes.
    public static byte[] hash(byte[] prefix, byte[] bytes, int offset, int length) {
        Blake2bDigest digest = new Blake2bDigest(BITS);
        digest.update(prefix, 0, prefix.length);
        digest.update(bytes, offset, length);
        byte[] hash = new byte[BITS / 8];
        digest.doFinal(hash, 0);
        return hash;
    }
}
