package dev.varve.engine.format;

import dev.varve.engine.format.ScrubRecord.Verified;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.ScrubOptions;
import dev.varve.engine.model.ScrubStatus;
import dev.varve.engine.model.ScrubStatus.State;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.model.UnsupportedFormatException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The objects `scrub/<run>-<segment>-<revision>`, eight hexadecimal digits each, inside an
/// [Envelope]. Of a segment the highest revision counts.
///
/// ```
/// pool id 16 | run u32 | segment u32 | state u8 | started i64 | updated i64 | elapsed ms i64
/// | rate i64 | sample u32 | max age s i64 | total bytes i64 | done bytes i64 | objects i64
/// | blocks i64 | errors i64 | never verified i64 | oldest verified i64
/// | position i64 | threshold day i64 | quota bytes i64
/// | n u32 | n packs: object i64, verified i64, errors u32
/// ```
public final class ScrubFormat {
    public static final String PREFIX = "scrub/";

    /// The most packs in a segment.
    public static final int MAX_PACKS = 1 << 13;

    private static final String MAGIC = "VARVSCRB";
    private static final int OLDEST = 1;
    private static final int CURRENT = 1;
    private static final int ENTRY_BYTES = 8 + 8 + 4;
    private static final String HEX = "([0-9a-f]{8})";
    private static final Pattern NAME = Pattern.compile(PREFIX + HEX + "-" + HEX + "-" + HEX);

    private ScrubFormat() {}

    /// What a segment's object is called.
    public record Name(int run, int segment, int revision) {
        @Override
        public String toString() {
            return prefix(run) + "%08x-%08x".formatted(segment, revision);
        }

        /// Reads an object's name; null if it is none.
        public static @Nullable Name parse(String name) {
            Matcher parts = NAME.matcher(name);
            if (!parts.matches()) {
                return null;
            }
            long run = Long.parseLong(parts.group(1), 16);
            long segment = Long.parseLong(parts.group(2), 16);
            long revision = Long.parseLong(parts.group(3), 16);
            return Math.max(run, Math.max(segment, revision)) > Integer.MAX_VALUE
                    ? null
                    : new Name((int) run, (int) segment, (int) revision);
        }
    }

    /// What the names of a run's objects start with.
    public static String prefix(int run) {
        return PREFIX + "%08x-".formatted(run);
    }

    /// The object whose presence asks a run to stop.
    public static String cancelName(int run) {
        return prefix(run) + "cancel";
    }

    public static byte[] write(ScrubRecord record) {
        ScrubStatus status = record.status();
        FormatWriter out = Envelope.begin(MAGIC, CURRENT);
        out.uuid(record.poolId())
                .u32(status.run())
                .u32(record.segment())
                .u8(status.state().ordinal() + 1)
                .i64(status.started().seconds())
                .i64(status.updated().seconds())
                .i64(status.elapsedMillis())
                .i64(status.options().bytesPerSecond())
                .u32(status.options().sampleMillionths())
                .i64(status.options().maxAge().toSeconds())
                .i64(status.totalBytes())
                .i64(status.doneBytes())
                .i64(status.objects())
                .i64(status.blocks())
                .i64(status.errors())
                .i64(status.neverVerified())
                .i64(status.oldestVerified().seconds())
                .i64(record.position())
                .i64(record.thresholdDay())
                .i64(record.quotaBytes())
                .u32(record.verified().size());
        for (Verified pack : record.verified()) {
            out.i64(pack.object()).i64(pack.seconds()).u32(pack.errors());
        }
        return Envelope.end(out);
    }

    public static ScrubRecord read(String where, byte[] bytes)
            throws CorruptionException, UnsupportedFormatException {
        FormatReader in = Envelope.open(where, bytes, MAGIC, OLDEST, CURRENT).body();
        var poolId = in.uuid();
        int run = in.u32("run", 1, Integer.MAX_VALUE);
        int segment = in.u32("segment", 0, Integer.MAX_VALUE);
        int state = in.u8();
        if (state < 1 || state > State.values().length) {
            throw in.corrupt(in.position() - 1, "a state", Integer.toString(state));
        }
        Timestamp started = time(in);
        Timestamp updated = time(in);
        long elapsed = number(in, "elapsed");
        long rate = number(in, "rate");
        int sample = in.u32("sample", 1, ScrubOptions.ALL);
        Duration maxAge = Duration.ofSeconds(number(in, "max age"));
        ScrubStatus status =
                new ScrubStatus(
                        run,
                        State.values()[state - 1],
                        started,
                        updated,
                        elapsed,
                        new ScrubOptions(rate, sample, maxAge),
                        number(in, "total"),
                        number(in, "done"),
                        number(in, "objects"),
                        number(in, "blocks"),
                        number(in, "errors"),
                        number(in, "never verified"),
                        time(in));
        long position = number(in, "position");
        long threshold = in.i64("day", 0, Long.MAX_VALUE);
        long quota = number(in, "quota");
        List<Verified> verified = verified(in);
        in.requireEnd();
        return new ScrubRecord(poolId, segment, status, position, threshold, quota, verified);
    }

    private static List<Verified> verified(FormatReader in) throws CorruptionException {
        int count = in.u32("packs", 0, Math.min(MAX_PACKS, in.remaining() / ENTRY_BYTES));
        List<Verified> verified = new ArrayList<>(count);
        long before = 0;
        for (int i = 0; i < count; i++) {
            long object = in.i64("pack above the one before", before + 1, Long.MAX_VALUE);
            if (!BlockAddress.isPackNumber(object)) {
                throw in.corrupt(in.position() - 8, "a pack number", Long.toHexString(object));
            }
            long seconds = number(in, "verified");
            verified.add(new Verified(object, seconds, in.u32("errors", 0, Integer.MAX_VALUE)));
            before = object;
        }
        return verified;
    }

    private static Timestamp time(FormatReader in) throws CorruptionException {
        return new Timestamp(number(in, "time"), 0);
    }

    private static long number(FormatReader in, String name) throws CorruptionException {
        return in.i64(name, 0, Long.MAX_VALUE);
    }
}
