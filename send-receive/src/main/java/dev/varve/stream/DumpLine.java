package dev.varve.stream;

import dev.varve.engine.model.Timestamp;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;

/// One line of a dump: the command's name in 15 columns, its path in 32, then details.
final class DumpLine {
    private static final int NAME_COLUMNS = 15;
    private static final int PATH_COLUMNS = 32;

    private final ZoneId zone;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);

    /// The directory that paths are shown below, such as `./name`.
    private byte[] root = {'.'};

    /// Columns owed before the next detail: nothing is printed behind a path that ends its line.
    private int padding;

    DumpLine(ZoneId zone) {
        this.zone = zone;
    }

    DumpLine start(String name, byte[] path) {
        name(name);
        int before = bytes.size();
        escapedPath(path);
        padding = Math.max(1, PATH_COLUMNS - (bytes.size() - before));
        return this;
    }

    /// Starts a line about a subvolume itself; the paths of later lines are below it.
    void enterSubvolume(String name, byte[] path) {
        root = new byte[] {'.'};
        name(name);
        int before = bytes.size();
        escapedPath(path);
        padding = Math.max(1, PATH_COLUMNS - (bytes.size() - before));
        root = join(path);
    }

    private void name(String name) {
        bytes.reset();
        padding = 0;
        text(name);
        text(" ".repeat(NAME_COLUMNS + 1 - name.length()));
    }

    private byte[] join(byte[] path) {
        int length = path.length;
        while (length > 0 && path[length - 1] == '/') {
            length--;
        }
        byte[] joined = new byte[root.length + 1 + length];
        System.arraycopy(root, 0, joined, 0, root.length);
        joined[root.length] = '/';
        System.arraycopy(path, 0, joined, root.length + 1, length);
        return joined;
    }

    DumpLine escapedPath(byte[] path) {
        return escaped(join(path));
    }

    DumpLine rawPath(byte[] path) {
        pad();
        bytes.writeBytes(join(path));
        return this;
    }

    DumpLine text(String ascii) {
        pad();
        bytes.writeBytes(ascii.getBytes(StandardCharsets.US_ASCII));
        return this;
    }

    DumpLine u64(long value) {
        return text(Long.toUnsignedString(value));
    }

    DumpLine octal(long value) {
        return text(Long.toOctalString(value));
    }

    DumpLine range(long offset, long length) {
        return text("offset=").u64(offset).text(" len=").u64(length);
    }

    /// The bytes as they are, up to the first NUL, as C prints a string.
    DumpLine untilNul(byte[] value) {
        pad();
        for (byte b : value) {
            if (b == 0) {
                break;
            }
            bytes.write(b);
        }
        return this;
    }

    /// Backslash, blank and what is not printable ASCII as C escapes.
    DumpLine escaped(byte[] value) {
        pad();
        for (byte b : value) {
            switch (b) {
                case 7 -> text("\\a");
                case '\b' -> text("\\b");
                case 27 -> text("\\e");
                case '\f' -> text("\\f");
                case '\n' -> text("\\n");
                case '\r' -> text("\\r");
                case '\t' -> text("\\t");
                case 11 -> text("\\v");
                case ' ' -> text("\\ ");
                case '\\' -> text("\\\\");
                default -> {
                    if (b > ' ' && b < 127) {
                        bytes.write(b);
                    } else {
                        octalEscape(b);
                    }
                }
            }
        }
        return this;
    }

    private void octalEscape(byte b) {
        bytes.write('\\');
        bytes.write('0' + (b >> 6 & 3));
        bytes.write('0' + (b >> 3 & 7));
        bytes.write('0' + (b & 7));
    }

    /// Seconds and zone offset; seconds since 1970 behind `@` if the year is beyond the calendar.
    DumpLine time(Timestamp time) {
        try {
            OffsetDateTime local =
                    Instant.ofEpochSecond(time.seconds()).atZone(zone).toOffsetDateTime();
            int offsetMinutes = local.getOffset().getTotalSeconds() / 60;
            text(Integer.toString(local.getYear()));
            twoDigits('-', local.getMonthValue());
            twoDigits('-', local.getDayOfMonth());
            twoDigits('T', local.getHour());
            twoDigits(':', local.getMinute());
            twoDigits(':', local.getSecond());
            twoDigits(offsetMinutes < 0 ? '-' : '+', Math.abs(offsetMinutes) / 60);
            digits(Math.abs(offsetMinutes) % 60);
        } catch (DateTimeException _) {
            text("@").text(Long.toString(time.seconds()));
        }
        return this;
    }

    private void twoDigits(char separator, int value) {
        bytes.write(separator);
        digits(value);
    }

    private void digits(int value) {
        bytes.write('0' + value / 10);
        bytes.write('0' + value % 10);
    }

    private void pad() {
        for (; padding > 0; padding--) {
            bytes.write(' ');
        }
    }

    void writeTo(OutputStream out) throws IOException {
        bytes.write('\n');
        bytes.writeTo(out);
    }
}
