package dev.varve.engine.format;

import com.dynatrace.hash4j.hashing.Hashing;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.zip.CRC32C;

/// The checksums that need no cryptographic library.
public final class StandardChecksums {
    private StandardChecksums() {}

    /// CRC-32C, 4 bytes.
    public static byte[] crc32c(byte[] prefix, byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(prefix);
        crc.update(bytes, offset, length);
        byte[] checksum = new byte[ChecksumKind.CRC32C.lengthBytes()];
        LittleEndian.putU32(checksum, 0, crc.getValue());
        return checksum;
    }

    /// XXH3 with 64 bits, 8 bytes.
    public static byte[] xxh3(byte[] prefix, byte[] bytes, int offset, int length) {
        byte[] checksum = new byte[ChecksumKind.XXH3.lengthBytes()];
        LittleEndian.putI64(checksum, 0, xxh3Long(prefix, bytes, offset, length));
        return checksum;
    }

    /// XXH3 with 64 bits.
    static long xxh3Long(byte[] prefix, byte[] bytes, int offset, int length) {
        return prefix.length == 0
                ? Hashing.xxh3_64().hashBytesToLong(bytes, offset, length)
                : Hashing.xxh3_64()
                        .hashStream()
                        .putBytes(prefix)
                        .putBytes(bytes, offset, length)
                        .getAsLong();
    }

    /// SHA-256, 32 bytes.
    public static byte[] sha256(byte[] prefix, byte[] bytes, int offset, int length) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(prefix);
            digest.update(bytes, offset, length);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
