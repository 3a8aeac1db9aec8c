package dev.varve.engine.seal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.varve.engine.format.RingFormat;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.junit.jupiter.api.Test;

/// Each primitive as it is called here, against the vectors that its standard gives.
class KnownAnswersTest {
    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }

    private static byte[] repeated(int value, int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    /// RFC 9106, section 5.3.
    @Test
    void argon2id() {
        Argon2Parameters parameters =
                new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                        .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                        .withMemoryAsKB(32)
                        .withIterations(3)
                        .withParallelism(4)
                        .withSalt(repeated(2, 16))
                        .withSecret(repeated(3, 8))
                        .withAdditional(repeated(4, 12))
                        .build();
        assertArrayEquals(
                hex("0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"),
                Argon2id.bytes(repeated(1, 32), parameters, 32));
    }

    /// RFC 7748, section 5.2: the first vector, and the scalar after one round of the second.
    @Test
    void x25519() {
        assertArrayEquals(
                hex("c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"),
                X25519.agree(
                        hex("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4"),
                        hex("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c")));
        byte[] nine = new byte[32];
        nine[0] = 9;
        byte[] once = hex("422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079");
        assertArrayEquals(once, X25519.agree(nine, nine));
        assertArrayEquals(once, X25519.publicKey(nine));
    }

    /// RFC 5869, appendix A.1.
    @Test
    void hkdf() {
        assertArrayEquals(
                hex(
                        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
                                + "34007208d5b887185865"),
                Hkdf.bytes(
                        repeated(0x0b, 22),
                        hex("000102030405060708090a0b0c"),
                        hex("f0f1f2f3f4f5f6f7f8f9"),
                        42));
    }

    /// The Galois/Counter Mode of Operation (McGrew, Viega), as NIST's validation took it over:
    /// test case 16.
    @Test
    void aes256Gcm() {
        byte[] key = hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
        byte[] nonce = hex("cafebabefacedbaddecaf888");
        byte[] bound = hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
        byte[] text =
                hex(
                        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                                + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
        byte[] sealed =
                hex(
                        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                                + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                                + "76fc6ece0f4e1768cddf8853bb2d551b");
        check(RingFormat.AES_256_GCM, key, nonce, bound, text, sealed);
    }

    /// RFC 8439, section 2.8.2.
    @Test
    void chaCha20Poly1305() {
        byte[] key = hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");
        byte[] nonce = hex("070000004041424344454647");
        byte[] bound = hex("50515253c0c1c2c3c4c5c6c7");
        byte[] text =
                ("Ladies and Gentlemen of the class of '99: If I could offer you only one tip for"
                                + " the future, sunscreen would be it.")
                        .getBytes(StandardCharsets.US_ASCII);
        byte[] sealed =
                hex(
                        "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6"
                                + "3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36"
                                + "92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc"
                                + "3ff4def08e4b7a9de576d26586cec64b6116"
                                + "1ae10b594f09e26a7e902ecbd0600691");
        check(RingFormat.CHACHA20_POLY1305, key, nonce, bound, text, sealed);
    }

    private static void check(
            int cipher, byte[] key, byte[] nonce, byte[] bound, byte[] text, byte[] sealed) {
        try (Aead aead = new Aead(cipher)) {
            assertArrayEquals(sealed, aead.seal(key, nonce, bound, text));
            assertArrayEquals(text, aead.open(key, nonce, bound, sealed).orElseThrow());
            for (int at = 0; at < sealed.length; at++) {
                byte[] flipped = sealed.clone();
                flipped[at] ^= 1;
                assertEquals(Optional.empty(), aead.open(key, nonce, bound, flipped));
            }
            byte[] other = bound.clone();
            other[0] ^= 1;
            assertEquals(Optional.empty(), aead.open(key, nonce, other, sealed));
            byte[] shorter = Arrays.copyOf(sealed, sealed.length - 1);
            assertEquals(Optional.empty(), aead.open(key, nonce, bound, shorter));
        }
    }

    @Test
    void aPublicKeyThatLeadsNowhereIsRefused() {
        byte[] identity = repeated(7, 32);
        assertThrows(IllegalStateException.class, () -> X25519.agree(identity, new byte[32]));
    }
}
