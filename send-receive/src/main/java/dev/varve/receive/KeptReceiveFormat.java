package dev.varve.receive;

import dev.varve.engine.model.FileName;
import dev.varve.stream.ResumeToken;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;

/// How an unfinished receive is remembered: one line of ASCII, its fields separated by blanks,
/// filled up with blanks so that it can be written over in one piece.
///
/// ```
/// varve-receive 1 TOKEN NAME GENERATION PARENT FIRSTCOMMAND MARK exact|rough CRC
/// ```
///
/// NAME is in hexadecimal, PARENT a UUID or `-`, CRC the CRC-32C in hexadecimal of everything up to
/// the blank before it.
final class KeptReceiveFormat {
    /// Every line is as long as this; a name of 255 bytes leaves room.
    static final int LENGTH_BYTES = 1024;

    private static final String MAGIC = "varve-receive 1 ";
    private static final int FIELDS = 10;
    private static final String NO_PARENT = "-";
    private static final String EXACT = "exact";
    private static final String ROUGH = "rough";

    private KeptReceiveFormat() {}

    static byte[] write(KeptReceive kept) {
        StringBuilder line = new StringBuilder(LENGTH_BYTES).append(MAGIC);
        line.append(kept.token()).append(' ');
        line.append(HexFormat.of().formatHex(kept.name().bytes())).append(' ');
        line.append(Long.toUnsignedString(kept.generation())).append(' ');
        line.append(kept.parent().map(UUID::toString).orElse(NO_PARENT)).append(' ');
        line.append(kept.firstCommand()).append(' ').append(kept.mark()).append(' ');
        line.append(kept.isExact() ? EXACT : ROUGH);
        int crc = crc(line.toString());
        line.append(' ').append(HexFormat.of().toHexDigits(crc));
        line.append(" ".repeat(LENGTH_BYTES - 1 - line.length())).append('\n');
        return line.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static int crc(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.ISO_8859_1));
        return (int) crc.getValue();
    }

    /// Reads a line; empty if it is not one that was written so.
    static Optional<KeptReceive> read(byte[] bytes) {
        String line = new String(bytes, StandardCharsets.ISO_8859_1).strip();
        int end = line.lastIndexOf(' ');
        if (bytes.length != LENGTH_BYTES
                || !line.startsWith(MAGIC)
                || !line.substring(end + 1)
                        .equals(
                                HexFormat.of()
                                        .toHexDigits(crc(line.substring(0, Math.max(0, end)))))) {
            return Optional.empty();
        }
        String[] fields = line.split(" ", -1);
        if (fields.length != FIELDS) {
            return Optional.empty();
        }
        try {
            return ResumeToken.parse(fields[2]).map(token -> kept(token, fields));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static KeptReceive kept(ResumeToken token, String[] fields) {
        return new KeptReceive(
                FileName.of(HexFormat.of().parseHex(fields[3])),
                Long.parseUnsignedLong(fields[4]),
                fields[5].equals(NO_PARENT)
                        ? Optional.empty()
                        : Optional.of(UUID.fromString(fields[5])),
                token,
                Long.parseLong(fields[6]),
                Long.parseLong(fields[7]),
                fields[8].equals(EXACT));
    }
}
