package dev.varve.cli.pool;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.CRC32C;

/// X25519 keys as text: a word that says which half it is, then key and CRC-32C in Base64 as URLs
/// have it. A mistyped key is refused.
public final class KeyText {
    private static final String RECIPIENT = "varve-recipient-";
    private static final String IDENTITY = "varve-identity-";
    private static final int KEY_BYTES = 32;
    private static final int SUM_BYTES = 4;

    private KeyText() {}

    /// The public half: who has the private one can open the pool.
    public static String recipient(byte[] publicKey) {
        return RECIPIENT + text(publicKey);
    }

    /// The private half.
    public static String identity(byte[] privateKey) {
        return IDENTITY + text(privateKey);
    }

    public static byte[] readRecipient(String text) throws UsageException {
        return read(text, RECIPIENT, "a recipient");
    }

    public static byte[] readIdentity(String text) throws UsageException {
        return read(text, IDENTITY, "an identity");
    }

    private static String text(byte[] key) {
        ByteBuffer bytes = ByteBuffer.allocate(KEY_BYTES + SUM_BYTES).put(key).putInt(sum(key));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }

    private static byte[] read(String text, String word, String what) throws UsageException {
        if (text.startsWith(word)) {
            byte[] bytes = decoded(text.substring(word.length()));
            if (bytes.length == KEY_BYTES + SUM_BYTES) {
                byte[] key = Arrays.copyOf(bytes, KEY_BYTES);
                if (ByteBuffer.wrap(bytes).getInt(KEY_BYTES) == sum(key)) {
                    return key;
                }
            }
        }
        // Not shown: it may be a secret that stands where it should not.
        throw new UsageException("not " + what + ": these start with " + word);
    }

    private static byte[] decoded(String text) {
        try {
            return Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException _) {
            return new byte[0];
        }
    }

    private static int sum(byte[] key) {
        CRC32C sum = new CRC32C();
        sum.update(key);
        return (int) sum.getValue();
    }
}
