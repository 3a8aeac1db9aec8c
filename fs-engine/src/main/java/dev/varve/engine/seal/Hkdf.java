package dev.varve.engine.seal;

import java.nio.charset.StandardCharsets;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;

/// HKDF with SHA-256 (RFC 5869).
final class Hkdf {
    static final int KEY_BYTES = 32;

    private Hkdf() {}

    /// A key for one purpose.
    static byte[] key(byte[] secret, byte[] salt, String purpose) {
        return bytes(secret, salt, purpose.getBytes(StandardCharsets.US_ASCII), KEY_BYTES);
    }

    static byte[] bytes(byte[] secret, byte[] salt, byte[] info, int length) {
        HKDFBytesGenerator generator = new HKDFBytesGenerator(new SHA256Digest());
        generator.init(new HKDFParameters(secret, salt, info));
        byte[] out = new byte[length];
        generator.generateBytes(out, 0, length);
        return out;
    }
}
