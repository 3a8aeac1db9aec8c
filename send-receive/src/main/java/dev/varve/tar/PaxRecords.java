package dev.varve.tar;

import dev.varve.engine.model.Timestamp;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The records of a pax extended header (IEEE Std 1003.1, pax, "pax Extended Header"): each is
/// `LENGTH KEY=VALUE\n`, LENGTH counting itself. Keys are kept as ISO 8859-1 strings, one character
/// per byte, values as bytes.
final class PaxRecords {
    /// Prefix of the records that hold extended attributes (star, GNU tar, libarchive).
    static final String XATTR = "SCHILY.xattr.";

    /// The map of a sparse file: offsets and lengths in turn.
    static final String SPARSE_PIECES = "GNU.sparse.map";

    private static final int LENGTH_DIGITS = 10;
    private static final int TIME_DIGITS = 32;

    private final Map<String, byte[]> records = new LinkedHashMap<>();

    void put(String key, byte[] value) {
        records.put(key, value);
    }

    void put(String key, long value) {
        put(key, Long.toString(value).getBytes(StandardCharsets.US_ASCII));
    }

    void put(String key, Timestamp time) {
        BigDecimal value =
                BigDecimal.valueOf(time.seconds()).add(BigDecimal.valueOf(time.nanos(), 9));
        put(key, value.toPlainString().getBytes(StandardCharsets.US_ASCII));
    }

    /// GNU tar writes `=` and `%` in attribute names as `%3D` and `%25`.
    void putXattr(byte[] name, byte[] value) {
        String text = new String(name, StandardCharsets.ISO_8859_1);
        put(XATTR + text.replace("%", "%25").replace("=", "%3D"), value);
    }

    static byte[] xattrName(String key) {
        String text = key.substring(XATTR.length()).replace("%3D", "=").replace("%25", "%");
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    boolean isEmpty() {
        return records.isEmpty();
    }

    Map<String, byte[]> asMap() {
        return records;
    }

    /// Takes others over these; an empty value takes back what a global header said.
    void putAll(PaxRecords others) {
        records.putAll(others.records);
    }

    Optional<byte[]> get(String key) {
        return Optional.ofNullable(records.get(key)).filter(value -> value.length > 0);
    }

    Optional<String> text(String key) {
        return get(key).map(value -> new String(value, StandardCharsets.ISO_8859_1));
    }

    long number(String key, long otherwise, long offset) throws MalformedTarException {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            return Long.parseLong(text.get());
        } catch (NumberFormatException _) {
            throw new MalformedTarException(offset, "pax record " + key + " is no number");
        }
    }

    Optional<Timestamp> time(String key, long offset) throws MalformedTarException {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        // An exponent would let few bytes ask for a number of any length.
        if (text.get().length() > TIME_DIGITS || !text.get().matches("-?[0-9]+(\\.[0-9]*)?")) {
            throw new MalformedTarException(offset, "pax record " + key + " is no time");
        }
        BigDecimal value = new BigDecimal(text.get());
        BigInteger seconds = value.setScale(0, RoundingMode.FLOOR).toBigInteger();
        if (seconds.bitLength() > 63) {
            throw new MalformedTarException(offset, "pax record " + key + " is out of range");
        }
        BigDecimal fraction = value.subtract(new BigDecimal(seconds));
        int nanos = fraction.movePointRight(9).intValue();
        return Optional.of(new Timestamp(seconds.longValue(), nanos));
    }

    byte[] write() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (Map.Entry<String, byte[]> entry : records.entrySet()) {
            byte[] key = entry.getKey().getBytes(StandardCharsets.ISO_8859_1);
            int length = key.length + entry.getValue().length + 3; // space, =, line end
            int total = length + digits(length);
            total = length + digits(total);
            bytes.writeBytes((total + " ").getBytes(StandardCharsets.US_ASCII));
            bytes.writeBytes(key);
            bytes.write('=');
            bytes.writeBytes(entry.getValue());
            bytes.write('\n');
        }
        return bytes.toByteArray();
    }

    private static int digits(int number) {
        return Integer.toString(number).length();
    }

    /// @param offset where the records stand in the archive
    static PaxRecords read(byte[] bytes, long offset) throws MalformedTarException {
        PaxRecords records = new PaxRecords();
        for (int at = 0; at < bytes.length && bytes[at] != 0; ) {
            int space = indexOf(bytes, ' ', at, Math.min(bytes.length, at + LENGTH_DIGITS));
            int length = space < 0 ? 0 : length(bytes, at, space);
            int end = at + length;
            boolean isWhole = length > 0 && length <= bytes.length - at;
            int equals = isWhole ? indexOf(bytes, '=', space, end) : -1;
            if (equals < 0 || bytes[end - 1] != '\n') {
                throw new MalformedTarException(offset + at, "broken pax record");
            }
            int keyLength = equals - space - 1;
            String key = new String(bytes, space + 1, keyLength, StandardCharsets.ISO_8859_1);
            byte[] value = Arrays.copyOfRange(bytes, equals + 1, end - 1);
            records.addRead(key, value);
            at = end;
        }
        return records;
    }

    // GNU's oldest sparse form repeats two keys once per piece: they are gathered in one list.
    private void addRead(String key, byte[] value) {
        boolean isPiece = key.equals("GNU.sparse.offset") || key.equals("GNU.sparse.numbytes");
        byte[] before = isPiece ? records.get(SPARSE_PIECES) : null;
        if (isPiece) {
            ByteArrayOutputStream pieces = new ByteArrayOutputStream();
            if (before != null) {
                pieces.writeBytes(before);
                pieces.write(',');
            }
            pieces.writeBytes(value);
            records.put(SPARSE_PIECES, pieces.toByteArray());
        } else {
            records.put(key, value);
        }
    }

    private static int length(byte[] bytes, int from, int to) {
        int length = 0;
        for (int i = from; i < to; i++) {
            if (bytes[i] < '0' || bytes[i] > '9' || length > Integer.MAX_VALUE / 10 - 1) {
                return 0;
            }
            length = length * 10 + bytes[i] - '0';
        }
        return length;
    }

    private static int indexOf(byte[] bytes, char wanted, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        return -1;
    }
}
