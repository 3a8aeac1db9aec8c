package dev.varve.cli.command;

import dev.varve.cli.pool.UsageException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Durations, rates and percentages as they are typed.
final class Amounts {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})([smhdw]?)");
    private static final Pattern BYTES = Pattern.compile("(\\d{1,12})([KMGT]?)(iB|B)?(/s)?");
    private static final Pattern PERCENT = Pattern.compile("(\\d{1,3})%?");
    private static final Pattern SHARE = Pattern.compile("(\\d{1,3})(?:\\.(\\d{1,4}))?%?");
    private static final long DAYS_OF_A_WEEK = 7;
    private static final int UNIT_BITS = 10;

    private Amounts() {}

    /// `0`, `90s`, `15m`, `36h`, `7d` or `2w`.
    static Duration duration(String option, String text) throws UsageException {
        Matcher typed = DURATION.matcher(text);
        if (!typed.matches() || (typed.group(2).isEmpty() && !typed.group(1).equals("0"))) {
            throw new UsageException(
                    option + ": not a duration like 0, 90s, 15m, 36h, 7d or 2w: '" + text + "'");
        }
        long count = Long.parseLong(typed.group(1));
        return switch (typed.group(2)) {
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            case "d" -> Duration.ofDays(count);
            case "w" -> Duration.ofDays(count * DAYS_OF_A_WEEK);
            default -> Duration.ofSeconds(count);
        };
    }

    /// The duration that an option of the command has.
    static Duration duration(Invocation call, String option, Duration otherwise)
            throws UsageException {
        Optional<String> text = call.value(option);
        return text.isPresent() ? duration(option, text.get()) : otherwise;
    }

    /// Bytes, or bytes a second: `1000000`, `512K`, `20M`, `1GiB/s`; units are powers of 1024.
    static long bytes(String option, String text) throws UsageException {
        Matcher typed = BYTES.matcher(text);
        if (!typed.matches()) {
            throw new UsageException(option + ": not an amount like 512K or 20M: '" + text + "'");
        }
        int unit = typed.group(2).isEmpty() ? 0 : 1 + "KMGT".indexOf(typed.group(2));
        try {
            return Math.multiplyExact(Long.parseLong(typed.group(1)), 1L << (unit * UNIT_BITS));
        } catch (ArithmeticException _) {
            throw new UsageException(option + ": too much: '" + text + "'");
        }
    }

    /// `0` to `100`, with or without a percent sign.
    static int percent(String option, String text) throws UsageException {
        Matcher typed = PERCENT.matcher(text);
        if (!typed.matches() || Integer.parseInt(typed.group(1)) > 100) {
            throw new UsageException(option + ": not a percentage: '" + text + "'");
        }
        return Integer.parseInt(typed.group(1));
    }

    /// A share above none, as millionths: `5%` and `0.5%`.
    static int millionths(String option, String text) throws UsageException {
        Matcher typed = SHARE.matcher(text);
        int share = 0;
        if (typed.matches()) {
            String fraction = typed.group(2) == null ? "" : typed.group(2);
            share = Integer.parseInt(typed.group(1) + (fraction + "0000").substring(0, 4));
        }
        if (share < 1 || share > 1_000_000) {
            throw new UsageException(option + ": not a share like 5%: '" + text + "'");
        }
        return share;
    }
}
