package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.output.Progress;
import dev.varve.engine.PoolCare;
import dev.varve.engine.model.Finding;
import dev.varve.engine.model.ScrubOptions;
import dev.varve.engine.model.ScrubStatus;
import dev.varve.engine.store.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;

/// `varve scrub start` and `varve scrub resume`
final class ScrubRunCommand implements Command {
    private static final String START = "scrub start";

    private final String words;

    ScrubRunCommand(String words) {
        this.words = words;
    }

    @Override
    public CommandSpec spec() {
        return words.equals(START) ? startSpec() : resumeSpec();
    }

    private static CommandSpec startSpec() {
        return new SpecBuilder(
                        START, "[options]", "Read everything and compare it with its checksums.")
                .about(
                        "Needs no key and takes no lock. Ctrl-C, or scrub cancel in another",
                        "terminal, keeps the position for scrub resume. With --sample and",
                        "--max-age, what was verified longest ago comes first, so that runs of",
                        "a part cover all in time. Exit code 13 if something is damaged; which",
                        "files that takes away, check --read-data tells.")
                .value("RATE", "Read at most so much a second, as 20M.", "--limit-rate")
                .value("SHARE", "Read this share of all stored bytes, as 5%.", "--sample")
                .value("AGE", "Read only what was not verified for so long, as 30d.", "--max-age")
                .flag("Accepted as in btrfs; a scrub always runs in the foreground.", "-B")
                .example("varve scrub start --sample 5% --limit-rate 20M", "every night")
                .build();
    }

    private static CommandSpec resumeSpec() {
        return new SpecBuilder(
                        "scrub resume", "", "Go on with a scrub that was cancelled or interrupted.")
                .about("With the options it was started with. Exit codes as of scrub start.")
                .flag("Accepted as in btrfs; a scrub always runs in the foreground.", "-B")
                .example("varve scrub resume", "")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        Output output = call.output();
        Optional<ScrubStatus> end;
        PoolCare.Scrubbed now;
        try (ObjectStore store = call.poolPlace().openStore()) {
            PoolCare care = call.care(store);
            if (output.isJson()) {
                try (JsonWriter json = output.json(words)) {
                    json.startArray("findings");
                    end = scrub(call, care, finding -> print(json, finding));
                    now = care.scrubStatus();
                    json.endArray();
                    ScrubText.print(json, now.poolId(), end, call.now());
                    json.end();
                }
            } else {
                end = scrub(call, care, finding -> print(output, finding));
                now = care.scrubStatus();
            }
        }
        if (end.isEmpty()) {
            output.say("nothing to resume, pool " + now.poolId());
            return ExitCode.OK;
        }
        if (!output.isJson() && !output.isQuiet()) {
            ScrubText.print(
                    output, now.poolId(), end, call.now(), call.console().clock().getZone());
        }
        return exitCode(end.get());
    }

    private static ExitCode exitCode(ScrubStatus end) {
        if (end.errors() > 0) {
            return ExitCode.CORRUPT;
        }
        return ExitCode.partialIf(end.state() != ScrubStatus.State.FINISHED);
    }

    private Optional<ScrubStatus> scrub(Invocation call, PoolCare care, Consumer<Finding> findings)
            throws IOException {
        ScrubOptions options = words.equals(START) ? options(call) : ScrubOptions.everything();
        try (Progress progress = call.output().progress("scrubbing")) {
            Consumer<Finding> shown =
                    finding -> {
                        progress.erase();
                        findings.accept(finding);
                    };
            Consumer<ScrubStatus> told =
                    at -> progress.update(at.objects(), at.doneBytes(), at.totalBytes());
            return words.equals(START)
                    ? Optional.of(care.scrub(options, shown, told))
                    : care.resumeScrub(shown, told);
        }
    }

    private static ScrubOptions options(Invocation call) throws IOException {
        ScrubOptions options = ScrubOptions.everything();
        Optional<String> rate = call.value("--limit-rate");
        if (rate.isPresent()) {
            options = options.withBytesPerSecond(Amounts.bytes("--limit-rate", rate.get()));
        }
        Optional<String> sample = call.value("--sample");
        if (sample.isPresent()) {
            options = options.withSampleMillionths(Amounts.millionths("--sample", sample.get()));
        }
        return options.withMaxAge(Amounts.duration(call, "--max-age", Duration.ZERO));
    }

    private static void print(Output output, Finding finding) {
        try {
            output.line("error: " + finding.message());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void print(JsonWriter json, Finding finding) {
        try {
            json.startObject()
                    .field("kind", "damaged_object")
                    .field("warning", finding.isWarning())
                    .field("message", finding.message())
                    .endObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
