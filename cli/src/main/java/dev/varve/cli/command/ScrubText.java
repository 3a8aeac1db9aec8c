package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.output.Sizes;
import dev.varve.cli.output.Times;
import dev.varve.engine.model.ScrubOptions;
import dev.varve.engine.model.ScrubStatus;
import dev.varve.engine.model.ScrubStatus.State;
import dev.varve.engine.model.Timestamp;
import java.io.IOException;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/// A scrub's status in the words of `btrfs scrub status`.
final class ScrubText {
    private ScrubText() {}

    static void print(
            Output output, UUID poolId, Optional<ScrubStatus> status, Timestamp now, ZoneId zone)
            throws IOException {
        line(output, "UUID:", poolId.toString());
        if (status.isEmpty()) {
            output.line("\tno stats available");
            return;
        }
        ScrubStatus at = status.get();
        State state = at.stateAt(now);
        line(output, "Scrub started:", Times.plain(at.started(), zone));
        line(output, "Status:", word(state));
        line(output, "Duration:", Sizes.duration(at.elapsedMillis() / 1000));
        if (state == State.RUNNING && at.doneBytes() > 0) {
            long left = Math.max(0, at.totalBytes() - at.doneBytes());
            long millis = (long) ((double) left * at.elapsedMillis() / at.doneBytes());
            line(output, "Time left:", Sizes.duration(millis / 1000));
        }
        line(output, "Total to scrub:", Sizes.human(at.totalBytes()));
        line(output, "Bytes scrubbed:", Sizes.human(at.doneBytes()) + percent(at));
        line(output, "Rate:", Sizes.human(rate(at)) + "/s" + limit(at.options()));
        if (at.options().sampleMillionths() < ScrubOptions.ALL || !at.options().maxAge().isZero()) {
            line(output, "Never verified:", at.neverVerified() + " packs");
            line(output, "Oldest verified:", oldest(at, zone));
        }
        if (at.errors() == 0) {
            line(output, "Error summary:", "no errors found");
        } else {
            line(output, "Error summary:", "csum=" + at.errors());
            output.line("  Corrected:      0");
            output.line("  Uncorrectable:  " + at.errors());
            output.line("  Unverified:     0");
        }
    }

    private static String oldest(ScrubStatus at, ZoneId zone) {
        return at.oldestVerified().seconds() == 0 ? "-" : Times.plain(at.oldestVerified(), zone);
    }

    private static String word(State state) {
        return switch (state) {
            case RUNNING -> "running";
            case FINISHED -> "finished";
            case CANCELLED -> "aborted";
            case INTERRUPTED -> "interrupted";
        };
    }

    private static String percent(ScrubStatus at) {
        double share = at.totalBytes() == 0 ? 100 : 100.0 * at.doneBytes() / at.totalBytes();
        return " (%.2f%%)".formatted(Math.min(100, share));
    }

    private static long rate(ScrubStatus at) {
        return (long) (at.doneBytes() * 1000.0 / Math.max(1, at.elapsedMillis()));
    }

    private static String limit(ScrubOptions options) {
        return options.bytesPerSecond() == 0
                ? ""
                : " (limit " + Sizes.human(options.bytesPerSecond()) + "/s)";
    }

    private static void line(Output output, String name, String value) throws IOException {
        output.line("%-17s %s".formatted(name, value));
    }

    static void print(JsonWriter json, UUID poolId, Optional<ScrubStatus> status, Timestamp now)
            throws IOException {
        json.field("pool_id", poolId.toString());
        json.field("status", status.map(at -> at.stateAt(now).name().toLowerCase(Locale.ROOT)));
        if (status.isPresent()) {
            ScrubStatus at = status.get();
            json.field("run", at.run())
                    .field("started", at.started())
                    .field("updated", at.updated())
                    .field("elapsed_millis", at.elapsedMillis())
                    .field("limit_bytes_per_second", at.options().bytesPerSecond())
                    .field("sample_percent", at.options().sampleMillionths() / 10_000.0)
                    .field("max_age_seconds", at.options().maxAge().toSeconds())
                    .field("total_bytes", at.totalBytes())
                    .field("done_bytes", at.doneBytes())
                    .field("packs", at.objects())
                    .field("blocks", at.blocks())
                    .field("errors", at.errors())
                    .field("never_verified_packs", at.neverVerified())
                    .field(
                            "oldest_verified",
                            Optional.of(at.oldestVerified())
                                    .filter(time -> time.seconds() > 0)
                                    .map(Timestamp::toInstant));
        }
    }
}
