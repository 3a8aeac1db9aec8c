package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.output.Progress;
import dev.varve.cli.output.Sizes;
import dev.varve.cli.pool.PoolSession;
import dev.varve.cli.pool.UsageException;
import dev.varve.engine.model.ReclaimOptions;
import dev.varve.engine.model.ReclaimResult;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/// `varve reclaim`
final class ReclaimCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new SpecBuilder(
                        "reclaim",
                        "[-n] [--grace DURATION] [--max-unused P | -dusage P -musage P] [--repack-small]",
                        "Give back the space of what was deleted.")
                .about(
                        "Frees what deleted subvolumes held, copies what is in use in sparse",
                        "objects together, and deletes objects that nobody needs any more. What",
                        "was deleted or replaced less than the grace ago stays: deleted",
                        "subvolumes can be brought back (varve undelete), readers and writers",
                        "that began before go on. So space comes back with the second reclaim,",
                        "a grace later, or at once with --grace 0, when nothing else uses the",
                        "pool. Less than 256 KiB unused is left alone, for the commit takes some",
                        "itself, unless --max-unused is 0. May be interrupted and started again",
                        "at any time.")
                .value("DURATION", "Like 36h, 7d or 0; default: 1d.", "--grace")
                .flag("Say what would be done, and do nothing.", "-n", "--dry-run")
                .value(
                        "P",
                        "Rewrite until at most P percent of what is in use is unused; default: 5.",
                        "--max-unused")
                .value("P", "Instead: data objects at most P percent full.", "-dusage", "--dusage")
                .value("P", "The same for metadata objects.", "-musage", "--musage")
                .flag(
                        "Merge all objects below 8 MiB; else only those below 256 KiB.",
                        "--repack-small")
                .value("RATE", "Copy at most so much a second, like 20M.", "--limit-rate")
                .example("varve reclaim --grace 7d", "")
                .example("varve reclaim -dusage 50", "as btrfs balance would")
                .example("varve reclaim --repack-small", "fewer objects in a bucket")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        ReclaimOptions options = options(call);
        ReclaimResult result;
        try (PoolSession session = call.openPool();
                Progress progress = call.output().progress("reclaim")) {
            call.watch(session);
            result =
                    session.pool()
                            .reclaim(
                                    options,
                                    at ->
                                            progress.count(
                                                    at.stage().name().toLowerCase(Locale.ROOT),
                                                    at.done(),
                                                    at.total()));
        }
        print(call.output(), options, result);
        return result.damagedObjects() > 0 ? ExitCode.CORRUPT : ExitCode.OK;
    }

    private static ReclaimOptions options(Invocation call) throws UsageException {
        ReclaimOptions options =
                ReclaimOptions.defaults()
                        .withGrace(Amounts.duration(call, "--grace", ReclaimOptions.DEFAULT_GRACE))
                        .withDryRun(call.has("--dry-run"))
                        .withRepackSmall(call.has("--repack-small"))
                        .withUsage(usage(call, "--dusage"), usage(call, "--musage"));
        Optional<String> unused = call.value("--max-unused");
        if (unused.isPresent()) {
            options = options.withMaxUnusedPercent(Amounts.percent("--max-unused", unused.get()));
        }
        Optional<String> rate = call.value("--limit-rate");
        return rate.isPresent()
                ? options.withBytesPerSecond(Amounts.bytes("--limit-rate", rate.get()))
                : options;
    }

    private static int usage(Invocation call, String option) throws UsageException {
        Optional<String> text = call.value(option);
        return text.isPresent() ? Amounts.percent(option, text.get()) : ReclaimOptions.NO_FILTER;
    }

    private static void print(Output output, ReclaimOptions options, ReclaimResult result)
            throws IOException {
        if (output.isJson()) {
            printJson(output, options, result);
            return;
        }
        String would = options.dryRun() ? "Would have " : "";
        output.say(
                "In use: %s, unused: %s"
                        .formatted(
                                Sizes.human(result.liveBytes()),
                                Sizes.human(result.unusedBytes())));
        output.say(
                "%scopied %s out of %d objects; %d objects were empty"
                        .formatted(
                                would,
                                Sizes.human(result.copiedBytes()),
                                result.rewrittenObjects(),
                                result.emptyObjects()));
        if (result.strayObjects() > 0) {
            output.say("Found %d objects of no commit".formatted(result.strayObjects()));
        }
        output.say(
                "%sdeleted %d objects, %s; %d more, %s, wait for their grace to end"
                        .formatted(
                                would,
                                result.deletedObjects(),
                                Sizes.human(result.deletedBytes()),
                                result.waitingObjects(),
                                Sizes.human(result.waitingBytes())));
        if (result.abandonedUploads() > 0) {
            output.say("Dropped %d uploads nobody ended".formatted(result.abandonedUploads()));
        }
        if (result.keptSubvolumes() > 0) {
            output.say(
                    "%d deleted subvolumes can still be brought back"
                            .formatted(result.keptSubvolumes()));
        }
        if (result.damagedObjects() > 0) {
            output.line(
                    "%d objects are damaged and were left alone; see varve check --read-data"
                            .formatted(result.damagedObjects()));
        }
    }

    private static void printJson(Output output, ReclaimOptions options, ReclaimResult result)
            throws IOException {
        try (JsonWriter json = output.json("reclaim")) {
            json.field("generation", result.generation())
                    .field("dry_run", options.dryRun())
                    .field("live_bytes", result.liveBytes())
                    .field("unused_bytes", result.unusedBytes())
                    .field("rewritten_objects", result.rewrittenObjects())
                    .field("empty_objects", result.emptyObjects())
                    .field("copied_bytes", result.copiedBytes())
                    .field("written_objects", result.writtenObjects())
                    .field("damaged_objects", result.damagedObjects())
                    .field("stray_objects", result.strayObjects())
                    .field("deleted_objects", result.deletedObjects())
                    .field("deleted_bytes", result.deletedBytes())
                    .field("waiting_objects", result.waitingObjects())
                    .field("waiting_bytes", result.waitingBytes())
                    .field("abandoned_uploads", result.abandonedUploads())
                    .field("kept_subvolumes", result.keptSubvolumes())
                    .end();
        }
    }
}
