package dev.varve.cli.output;

import dev.varve.engine.model.Timestamp;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;

/// Times as btrfs-progs and coreutils print them. Written by hand because formatters cost a short
/// command more time than everything else it does.
public final class Times {
    /// A day inside what [java.time.LocalDateTime] can hold, whatever the zone.
    private static final long LAST_SECOND = Instant.MAX.getEpochSecond() - 2 * 86_400;

    private Times() {}

    /// `2026-11-23 15:08:17` in that zone; `@` and the seconds for a time beyond any calendar.
    public static String plain(Timestamp time, ZoneId zone) {
        if (isBeyond(time)) {
            return beyond(time);
        }
        return plain(time.toInstant().atZone(zone));
    }

    /// `2026-11-23 15:08:17 +0100`.
    public static String zoned(Timestamp time, ZoneId zone) {
        if (isBeyond(time)) {
            return beyond(time);
        }
        ZonedDateTime at = time.toInstant().atZone(zone);
        return plain(at) + " " + offset(at.getOffset());
    }

    /// `2026-11-23 15:08:17.123456789 +0100`.
    public static String exact(Timestamp time, ZoneId zone) {
        if (isBeyond(time)) {
            return beyond(time);
        }
        ZonedDateTime at = time.toInstant().atZone(zone);
        String nanos = Integer.toString(1_000_000_000 + at.getNano()).substring(1);
        return plain(at) + "." + nanos + " " + offset(at.getOffset());
    }

    /// `20261123T150817Z`, fit for a name.
    public static String stamp(Instant time) {
        ZonedDateTime at = time.atZone(ZoneOffset.UTC);
        StringBuilder text = new StringBuilder(16);
        date(text, at, "");
        text.append('T');
        clock(text, at, "");
        return text.append('Z').toString();
    }

    private static boolean isBeyond(Timestamp time) {
        return time.seconds() > LAST_SECOND || time.seconds() < -LAST_SECOND;
    }

    private static String beyond(Timestamp time) {
        return "@" + time.seconds();
    }

    private static String plain(ZonedDateTime at) {
        StringBuilder text = new StringBuilder(19);
        date(text, at, "-");
        text.append(' ');
        clock(text, at, ":");
        return text.toString();
    }

    private static void date(StringBuilder text, ZonedDateTime at, String separator) {
        padded(text, at.getYear(), 4);
        padded(text.append(separator), at.getMonthValue(), 2);
        padded(text.append(separator), at.getDayOfMonth(), 2);
    }

    private static void clock(StringBuilder text, ZonedDateTime at, String separator) {
        padded(text, at.getHour(), 2);
        padded(text.append(separator), at.getMinute(), 2);
        padded(text.append(separator), at.getSecond(), 2);
    }

    private static String offset(ZoneOffset offset) {
        int minutes = offset.getTotalSeconds() / 60;
        StringBuilder text = new StringBuilder(5).append(minutes < 0 ? '-' : '+');
        padded(text, Math.abs(minutes) / 60, 2);
        padded(text, Math.abs(minutes) % 60, 2);
        return text.toString();
    }

    private static void padded(StringBuilder text, int value, int digits) {
        String plain = Integer.toString(value);
        text.repeat('0', Math.max(0, digits - plain.length())).append(plain);
    }
}
