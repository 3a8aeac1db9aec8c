package dev.varve.cli.command;

import dev.varve.cli.pool.UsageException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Amounts as people type them: `10M`, `30d`, `5%`.
final class Amounts {
    private static final Pattern BYTES =
            Pattern.compile("([0-9]{1,15})([kKmMgGtT]?)(i?[bB])?(/s)?");
    private static final Pattern TIME = Pattern.compile("([0-9]{1,9})([smhdwy])");
    private static final Pattern PERCENT = Pattern.compile("([0-9]{1,3})(?:\\.([0-9]{1,4}))?%?");
    private static final String UNITS = "kmgt";

    private Amounts() {}

    /// Bytes, in powers of 1024: `512`, `10M`, `2GiB`.
    static long bytes(String option, String text) throws UsageException {
        Matcher parts = BYTES.matcher(text);
        if (!parts.matches()) {
            throw new UsageException(option + " is a size such as 10M, not '" + text + "'");
        }
        int power = parts.group(2).isEmpty() ? 0 : 1 + UNITS.indexOf(unit(parts.group(2)));
        try {
            return Math.multiplyExact(Long.parseLong(parts.group(1)), 1L << 10 * power);
        } catch (ArithmeticException _) {
            throw new UsageException(option + ": too large: " + text);
        }
    }

    private static char unit(String text) {
        return Character.toLowerCase(text.charAt(0));
    }

    /// A time: `90s`, `10m`, `12h`, `30d`, `4w`, `1y`.
    static Duration time(String option, String text) throws UsageException {
        Matcher parts = TIME.matcher(text);
        if (!parts.matches()) {
            throw new UsageException(option + " is a time such as 12h or 30d, not '" + text + "'");
        }
        long count = Long.parseLong(parts.group(1));
        return switch (unit(parts.group(2))) {
            case 's' -> Duration.ofSeconds(count);
            case 'm' -> Duration.ofMinutes(count);
            case 'h' -> Duration.ofHours(count);
            case 'd' -> Duration.ofDays(count);
            case 'w' -> Duration.ofDays(7 * count);
            default -> Duration.ofDays(365 * count);
        };
    }

    /// A share of a million: `5%` is 50,000.
    static int millionths(String option, String text) throws UsageException {
        Matcher parts = PERCENT.matcher(text);
        int share = 0;
        if (parts.matches()) {
            String fraction = parts.group(2) == null ? "" : parts.group(2);
            share = Integer.parseInt(parts.group(1) + (fraction + "0000").substring(0, 4));
        }
        if (share < 1 || share > 1_000_000) {
            throw new UsageException(
                    option + " is a share such as 5%, above 0 and up to 100%, not '" + text + "'");
        }
        return share;
    }
}
