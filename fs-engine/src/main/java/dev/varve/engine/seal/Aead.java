package dev.varve.engine.seal;

import dev.varve.engine.format.RingFormat;
import dev.varve.engine.format.SealFormat;
import dev.varve.engine.pack.Spares;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Authenticated encryption by the JDK: keys of 32 bytes, nonces of 12, tags of 16. Thread-safe.
final class Aead implements AutoCloseable {
    private static final int TAG_BITS = 8 * SealFormat.TAG_BYTES;

    private final boolean isGcm;
    private final Spares<Cipher> ciphers;

    /// @param cipher a code of [RingFormat]
    Aead(int cipher) {
        this.isGcm = cipher == RingFormat.AES_256_GCM;
        String name = isGcm ? "AES/GCM/NoPadding" : "ChaCha20-Poly1305";
        this.ciphers = new Spares<>(() -> cipher(name), _ -> {});
    }

    private static Cipher cipher(String name) {
        try {
            return Cipher.getInstance(name);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + name, e);
        }
    }

    /// Encrypts `bytes` into `out` from `at` on: ciphertext and tag.
    void seal(byte[] key, byte[] nonce, byte[] bound, byte[] bytes, byte[] out, int at) {
        Cipher cipher = ciphers.take();
        try {
            cipher.init(Cipher.ENCRYPT_MODE, key(key), nonce(nonce, 0));
            cipher.updateAAD(bound);
            cipher.doFinal(bytes, 0, bytes.length, out, at);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot encrypt", e);
        } finally {
            ciphers.giveBack(cipher);
        }
    }

    byte[] seal(byte[] key, byte[] nonce, byte[] bound, byte[] bytes) {
        byte[] out = new byte[bytes.length + SealFormat.TAG_BYTES];
        seal(key, nonce, bound, bytes, out, 0);
        return out;
    }

    /// Decrypts what stands in `sealed` from `at` on; empty if it is not what was encrypted.
    ///
    /// @param nonceAt where the nonce stands in `sealed`
    Optional<byte[]> open(byte[] key, int nonceAt, byte[] bound, byte[] sealed, int at) {
        return open(key, nonce(sealed, nonceAt), bound, sealed, at);
    }

    Optional<byte[]> open(byte[] key, byte[] nonce, byte[] bound, byte[] sealed) {
        return open(key, nonce(nonce, 0), bound, sealed, 0);
    }

    private Optional<byte[]> open(
            byte[] key, AlgorithmParameterSpec nonce, byte[] bound, byte[] sealed, int at) {
        if (sealed.length - at < SealFormat.TAG_BYTES) {
            return Optional.empty();
        }
        Cipher cipher = ciphers.take();
        try {
            cipher.init(Cipher.DECRYPT_MODE, key(key), nonce);
            cipher.updateAAD(bound);
            return Optional.of(cipher.doFinal(sealed, at, sealed.length - at));
        } catch (AEADBadTagException _) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot decrypt", e);
        } finally {
            ciphers.giveBack(cipher);
        }
    }

    @Override
    public void close() {
        ciphers.close();
    }

    private Key key(byte[] bytes) {
        return new SecretKeySpec(bytes, isGcm ? "AES" : "ChaCha20");
    }

    private AlgorithmParameterSpec nonce(byte[] bytes, int at) {
        return isGcm
                ? new GCMParameterSpec(TAG_BITS, bytes, at, SealFormat.NONCE_BYTES)
                : new IvParameterSpec(bytes, at, SealFormat.NONCE_BYTES);
    }
}
