package dev.varve.engine.pack;

import dev.varve.engine.model.ContentId;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The secret under which contents get their ids. Blocks are shared only under one key, for the
/// same content has another id under another. Keyed, so that an id tells nobody without the key
/// which content it names, and nobody without the key can look for two contents with one id.
///
/// 128 bits are enough for accidents: among 2^40 blocks two ids agree with probability 2^-49. Who
/// has the key could search for such a pair (2^64 tries): against that there is comparing the bytes
/// before sharing.
public final class ContentKey {
    /// The length of a key.
    public static final int BYTES = 32;

    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;

    /// @param secret [#BYTES] bytes
    public ContentKey(byte[] secret) {
        if (secret.length != BYTES) {
            throw new IllegalArgumentException("content key of " + secret.length + " bytes");
        }
        this.key = new SecretKeySpec(secret, ALGORITHM);
    }

    /// Makes what computes ids; each thread needs its own.
    public Hash hash() {
        return new Hash(key);
    }

    /// Computes ids. Used by one thread.
    public static final class Hash {
        private final Mac mac;

        private Hash(SecretKeySpec key) {
            try {
                mac = Mac.getInstance(ALGORITHM);
                mac.init(key);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every Java has " + ALGORITHM, e);
            }
        }

        /// The id of some bytes.
        public ContentId of(byte[] bytes, int offset, int length) {
            mac.update(bytes, offset, length);
            ByteBuffer sum = ByteBuffer.wrap(mac.doFinal());
            ContentId id = new ContentId(sum.getLong(), sum.getLong());
            // Once in 2^128: the one value that means no id.
            return id.isNone() ? new ContentId(0, 1) : id;
        }
    }
}
