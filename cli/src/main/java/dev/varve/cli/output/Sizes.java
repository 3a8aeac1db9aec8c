package dev.varve.cli.output;

/// Sizes and durations as btrfs-progs shows them.
public final class Sizes {
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

    private Sizes() {}

    /// A size with two decimals and a binary unit: `1.50MiB`.
    public static String human(long bytes) {
        double value = bytes;
        int unit = 0;
        while (Math.abs(value) >= 1024 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        long hundredths = Math.round(value * 100);
        return hundredths / 100 + decimals(Math.abs(hundredths % 100)) + UNITS[unit];
    }

    private static String decimals(long hundredths) {
        return "." + hundredths / 10 + hundredths % 10;
    }

    /// Whole seconds as `m:ss` or `h:mm:ss`.
    public static String duration(long seconds) {
        String tail = two(seconds % 60);
        long minutes = seconds / 60;
        return minutes < 60
                ? minutes + ":" + tail
                : minutes / 60 + ":" + two(minutes % 60) + ":" + tail;
    }

    private static String two(long value) {
        return value < 10 ? "0" + value : Long.toString(value);
    }

    /// Seconds with two decimals, for reports: `1.50 s`.
    public static String seconds(long nanos) {
        long hundredths = Math.round(nanos / 1e7);
        return hundredths / 100 + decimals(hundredths % 100) + " s";
    }
}
