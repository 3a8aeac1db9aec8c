package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.output.Progress;
import dev.varve.engine.PoolCare;
import dev.varve.engine.model.CheckOptions;
import dev.varve.engine.model.Finding;
import dev.varve.engine.model.RepairResult;
import dev.varve.engine.model.RepairStep;
import dev.varve.engine.store.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/// Runs a repair or a rescue and tells what it found and did.
final class RepairRun {
    private final Invocation call;
    private final Output output;
    private final boolean dryRun;

    private RepairRun(Invocation call) {
        this.call = call;
        this.output = call.output();
        this.dryRun = call.has("--dry-run");
    }

    /// `varve check --repair`
    static ExitCode repair(Invocation call) throws IOException {
        CheckOptions options =
                CheckOptions.defaults()
                        .withReadData(call.has("--read-data"))
                        .withUnlocking(call.secrets());
        boolean dry = call.has("--dry-run");
        return new RepairRun(call)
                .run(
                        "check",
                        (care, findings, steps) -> {
                            try (Progress progress = call.output().progress("checking")) {
                                return care.repair(
                                        options,
                                        dry,
                                        finding -> {
                                            progress.erase();
                                            findings.accept(finding);
                                        },
                                        steps,
                                        at ->
                                                progress.count(
                                                        at.stage().name().toLowerCase(Locale.ROOT),
                                                        at.done(),
                                                        at.total()));
                            }
                        });
    }

    /// `varve rescue`
    static ExitCode rescue(Invocation call) throws IOException {
        boolean dry = call.has("--dry-run");
        return new RepairRun(call)
                .run(
                        "rescue",
                        (care, findings, steps) ->
                                care.rescue(call.secrets(), dry, findings, steps));
    }

    private interface Work {
        RepairResult on(PoolCare care, Consumer<Finding> findings, Consumer<RepairStep> steps)
                throws IOException;
    }

    private ExitCode run(String words, Work work) throws IOException {
        RepairResult result;
        try (ObjectStore store = call.poolPlace().openStore()) {
            PoolCare care = call.care(store);
            if (output.isJson()) {
                try (JsonWriter json = output.json(words)) {
                    List<RepairStep> steps = new ArrayList<>();
                    json.startArray("findings");
                    result =
                            work.on(care, finding -> CheckCommand.print(json, finding), steps::add);
                    json.endArray();
                    print(json, steps);
                    print(json, result);
                    json.end();
                }
            } else {
                result = work.on(care, finding -> CheckCommand.print(output, finding), this::print);
            }
        }
        say(result);
        return exitCode(result);
    }

    private ExitCode exitCode(RepairResult result) {
        long left = dryRun ? Math.max(result.before(), result.steps()) : result.after();
        return left > 0 ? ExitCode.CORRUPT : ExitCode.OK;
    }

    private void print(RepairStep step) {
        try {
            output.line((dryRun ? "would mend: " : "mended: ") + step.message());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void say(RepairResult result) throws IOException {
        if (result.steps() == 0) {
            output.say("Nothing to mend, generation " + result.generation());
        } else if (dryRun) {
            output.say("Nothing was changed: " + result.steps() + " steps would be taken");
        } else {
            output.say(
                    "Mended in %d steps, generation %d; errors left: %d"
                            .formatted(result.steps(), result.generation(), result.after()));
        }
    }

    private static void print(JsonWriter json, List<RepairStep> steps) throws IOException {
        json.startArray("steps");
        for (RepairStep step : steps) {
            json.startObject()
                    .field("object", step.object())
                    .field("action", step.action())
                    .endObject();
        }
        json.endArray();
    }

    private void print(JsonWriter json, RepairResult result) throws IOException {
        json.field("dry_run", dryRun)
                .field("generation", result.generation())
                .field("errors", result.before());
        if (!dryRun) {
            json.field("errors_left", result.after());
        }
    }
}
