package dev.varve.tar;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.apache.commons.compress.archivers.zip.ZipEncoding;
import org.apache.commons.compress.archivers.zip.ZipEncodingHelper;

/// Names pass through the library unchanged as ISO 8859-1 text: one character for each byte.
final class TarBytes {
    static final Charset CHARSET = StandardCharsets.ISO_8859_1;
    static final ZipEncoding ENCODING = ZipEncodingHelper.getZipEncoding(CHARSET.name());

    private TarBytes() {}

    static byte[] of(String text) {
        return text.getBytes(CHARSET);
    }

    /// @param limit at most so many bytes, from the start
    static String text(byte[] bytes, int limit) {
        return new String(bytes, 0, Math.min(bytes.length, limit), CHARSET);
    }
}
