package dev.varve.remote.s3;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The sum that S3 tells of what it received in one piece, as the object's or the part's tag.
final class Md5 {
    private static final int PIECE_BYTES = 64 << 10;

    private Md5() {}

    /// @param from where to start in all the buffers together
    static String of(List<ByteBuffer> content, long from, long length) {
        try {
            MessageDigest digest = MessageDigest.getInstance("MD5");
            PartsStream in = PartsStream.of(content, from, length, new RateLimit(0));
            byte[] piece = new byte[PIECE_BYTES];
            for (int count = in.read(piece, 0, piece.length);
                    count > 0;
                    count = in.read(piece, 0, piece.length)) {
                digest.update(piece, 0, count);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has MD5", e);
        }
    }

    /// Whether a tag, which comes in quotes, is this sum.
    static boolean isTag(@Nullable String tag, String sum) {
        return tag != null && tag.replace("\"", "").equalsIgnoreCase(sum);
    }
}
