package dev.varve.tar;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.tar.TarUtils;
import org.apache.commons.compress.compressors.CompressorException;
import org.apache.commons.compress.compressors.CompressorStreamFactory;

/// Tells a compressed archive from a plain one by its first bytes.
final class Decompression {
    private static final Set<String> KNOWN =
            Set.of(
                    CompressorStreamFactory.GZIP,
                    CompressorStreamFactory.BZIP2,
                    CompressorStreamFactory.ZSTANDARD,
                    CompressorStreamFactory.Z);

    // The library needs org.tukaani:xz for these, which varve does without.
    private static final byte[] XZ = {(byte) 0xfd, '7', 'z', 'X', 'Z', 0};

    private Decompression() {}

    /// The archive inside; closing it closes `in`.
    ///
    /// @param in with mark and reset
    /// @throws MalformedTarException if it is compressed with what is not supported
    static InputStream open(InputStream in) throws IOException {
        in.mark(TarConstants.DEFAULT_RCDSIZE);
        byte[] start = in.readNBytes(TarConstants.DEFAULT_RCDSIZE);
        in.reset();
        // A member's name may look like a compressed file's start; its checksum does not.
        if (isHeader(start)) {
            return in;
        }
        if (Arrays.equals(start, 0, Math.min(start.length, XZ.length), XZ, 0, XZ.length)) {
            throw new MalformedTarException(
                    0, "compressed with xz, which is not supported; unpack it with xz -dc first");
        }
        try {
            return new CompressorStreamFactory(true).createCompressorInputStream(in, KNOWN);
        } catch (CompressorException e) {
            // Either of no known form, or of one and broken at once.
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            return in;
        }
    }

    private static boolean isHeader(byte[] block) {
        try {
            return block.length == TarConstants.DEFAULT_RCDSIZE && TarUtils.verifyCheckSum(block);
        } catch (IllegalArgumentException _) {
            return false; // no number where the checksum should be
        }
    }
}
