package dev.varve.engine.format;

import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.UnsupportedFormatException;
import java.nio.charset.StandardCharsets;

/// What stands around every small stored object (heads, claims, manifests), the same for all:
///
/// ```
/// | magic 8 ASCII | version u32 | body ... | xxh3-64 of all before u64 |
/// ```
///
/// Magic and version stay where they are in every version, so that a newer object is told from a
/// damaged one.
///
/// ```java
/// FormatWriter out = Envelope.begin("VARVHEAD", 1);
/// out.i64(generation);
/// byte[] stored = Envelope.end(out);
///
/// Envelope in = Envelope.open("heads/12", stored, "VARVHEAD", 1, 1);
/// long generation = in.body().i64();
/// in.body().requireEnd();
/// ```
///
/// @param version one of the versions asked for
/// @param body the bytes between header and footer, verified
public record Envelope(int version, FormatReader body) {
    /// Bytes before the body.
    public static final int HEADER_BYTES = 12;

    /// Bytes behind the body.
    public static final int FOOTER_BYTES = 8;

    private static final int MAGIC_BYTES = 8;
    private static final byte[] NO_PREFIX = {};

    /// Starts an object: the header is written, the body is the caller's.
    ///
    /// @param magic eight ASCII characters
    public static FormatWriter begin(String magic, int version) {
        return new FormatWriter().bytes(ascii(magic)).u32(version);
    }

    /// Ends an object that [#begin] started.
    ///
    /// @return header, body and footer
    public static byte[] end(FormatWriter out) {
        return out.i64(xxh3(out.buffer(), 0, out.size())).toBytes();
    }

    /// Checks header and footer of an object.
    ///
    /// @param where the object's name, for messages
    /// @throws UnsupportedFormatException if the version is not in `oldest..current`
    /// @throws CorruptionException if these are not the bytes that were written
    public static Envelope open(String where, byte[] bytes, String magic, int oldest, int current)
            throws CorruptionException, UnsupportedFormatException {
        int version = requireHeader(where, new FormatReader(where, bytes), magic, oldest, current);
        requireIntact(where, bytes);
        int bodyBytes = bytes.length - HEADER_BYTES - FOOTER_BYTES;
        return new Envelope(version, new FormatReader(where, bytes, HEADER_BYTES, bodyBytes));
    }

    /// Compares an object of whatever magic and version with its footer.
    ///
    /// @throws CorruptionException if these are not the bytes that were written
    public static void requireIntact(String where, byte[] bytes) throws CorruptionException {
        int footer = bytes.length - FOOTER_BYTES;
        if (footer < HEADER_BYTES) {
            throw new CorruptionException(where, "a footer", bytes.length + " bytes in all");
        }
        long stored = LittleEndian.i64(bytes, footer);
        long computed = xxh3(bytes, 0, footer);
        if (stored != computed) {
            throw new CorruptionException(
                    where, "checksum " + Long.toHexString(stored), Long.toHexString(computed));
        }
    }

    /// Reads magic and version and checks them.
    ///
    /// @return the version
    static int requireHeader(String where, FormatReader in, String magic, int oldest, int current)
            throws CorruptionException, UnsupportedFormatException {
        String found = new String(in.bytes(MAGIC_BYTES), StandardCharsets.ISO_8859_1);
        if (!found.equals(magic)) {
            throw new CorruptionException(where, "magic " + magic, printable(found));
        }
        long version = in.u32();
        if (version < oldest || version > current) {
            throw new UnsupportedFormatException(where, version, oldest, current);
        }
        return (int) version;
    }

    /// The checksum of the footer.
    static long xxh3(byte[] bytes, int offset, int length) {
        return StandardChecksums.xxh3Long(NO_PREFIX, bytes, offset, length);
    }

    /// The eight bytes of a magic.
    static byte[] ascii(String magic) {
        byte[] bytes = magic.getBytes(StandardCharsets.US_ASCII);
        if (bytes.length != MAGIC_BYTES) {
            throw new IllegalArgumentException("magic of " + bytes.length + " bytes: " + magic);
        }
        return bytes;
    }

    private static String printable(String text) {
        return text.replaceAll("[^ -~]", "?");
    }
}
