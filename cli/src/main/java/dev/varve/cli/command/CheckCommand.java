package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.output.Progress;
import dev.varve.cli.output.Sizes;
import dev.varve.cli.pool.UsageException;
import dev.varve.engine.model.CheckOptions;
import dev.varve.engine.model.CheckResult;
import dev.varve.engine.model.Finding;
import dev.varve.engine.store.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;

/// `varve check`
final class CheckCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new SpecBuilder(
                        "check",
                        "[--read-data] [--repair]",
                        "Verify that everything in the pool agrees.")
                .about(
                        "Walks every node, extent, count and table, says what is wrong and",
                        "which files are lost, and changes nothing. Exit code 13 if",
                        "something is damaged. Works on a pool too damaged to be opened,",
                        "and beside a writer. --repair mends what can be proved: heads from",
                        "older heads, counts and lists of packs from trees and packs, keys from",
                        "their twins; with --read-data also damaged content from equal content.",
                        "It commits only what agrees with everything, and keeps what it replaces",
                        "under damaged/. Lost files stay lost: exit code 13 as long as some are;",
                        "import them again and repair once more.")
                .flag("Also read and verify all data.", "--read-data")
                .flag("Mend what can be proved.", "--repair")
                .flag("With --repair: only say what would be done.", "-n", "--dry-run")
                .example("varve check --read-data", "")
                .example("varve check --repair --dry-run", "what could be mended")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        if (call.has("--repair")) {
            return RepairRun.repair(call);
        }
        if (call.has("--dry-run")) {
            throw new UsageException("check: --dry-run goes with --repair");
        }
        Output output = call.output();
        CheckResult result;
        if (output.isJson()) {
            try (JsonWriter json = output.json("check")) {
                json.startArray("findings");
                result = check(call, finding -> print(json, finding));
                json.endArray();
                print(json, result);
                json.end();
            }
        } else {
            result = check(call, finding -> print(output, finding));
            print(output, result);
        }
        return result.isSound() ? ExitCode.OK : ExitCode.CORRUPT;
    }

    private static CheckResult check(Invocation call, Consumer<Finding> findings)
            throws IOException {
        CheckOptions options =
                CheckOptions.defaults()
                        .withReadData(call.has("--read-data"))
                        .withUnlocking(call.secrets());
        try (ObjectStore store = call.poolPlace().openStoreOfChecker();
                Progress progress = call.output().progress("checking")) {
            return call.care(store)
                    .check(
                            options,
                            finding -> {
                                progress.erase();
                                findings.accept(finding);
                            },
                            at ->
                                    progress.count(
                                            at.stage().name().toLowerCase(Locale.ROOT),
                                            at.done(),
                                            at.total()));
        }
    }

    static void print(Output output, Finding finding) {
        try {
            output.line((finding.isWarning() ? "warning: " : "error: ") + finding.message());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void print(Output output, CheckResult result) throws IOException {
        output.say(
                ("Checked generation %d: %d heads, %d trees, %d nodes, %d items, "
                                + "%d data blocks, %d packs")
                        .formatted(
                                result.generation(),
                                result.heads(),
                                result.trees(),
                                result.nodes(),
                                result.items(),
                                result.dataBlocks(),
                                result.packs()));
        output.say(
                "%s in use; %d errors, %d warnings"
                        .formatted(
                                Sizes.human(result.storedBytes()),
                                result.errors(),
                                result.warnings()));
    }

    static void print(JsonWriter json, Finding finding) {
        try {
            json.startObject()
                    .field("kind", kind(finding))
                    .field("warning", finding.isWarning())
                    .field("message", finding.message())
                    .endObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String kind(Finding finding) {
        return switch (finding) {
            case Finding.DamagedObject _ -> "damaged_object";
            case Finding.OlderHead _ -> "older_head";
            case Finding.DamagedNode _ -> "damaged_node";
            case Finding.DamagedBlock _ -> "damaged_block";
            case Finding.BrokenItem _ -> "broken_item";
            case Finding.BrokenFile _ -> "broken_file";
            case Finding.LostFile _ -> "lost_file";
            case Finding.LostInodes _ -> "lost_inodes";
            case Finding.WrongCount _ -> "wrong_count";
            case Finding.FreeInUse _ -> "free_in_use";
            case Finding.WrongListing _ -> "wrong_listing";
            case Finding.Leak _ -> "leak";
            case Finding.StrayPack _ -> "stray_pack";
            case Finding.Unchecked _ -> "unchecked";
        };
    }

    private static void print(JsonWriter json, CheckResult result) throws IOException {
        json.field("generation", result.generation())
                .field("heads", result.heads())
                .field("trees", result.trees())
                .field("nodes", result.nodes())
                .field("items", result.items())
                .field("data_blocks", result.dataBlocks())
                .field("packs", result.packs())
                .field("stored_bytes", result.storedBytes())
                .field("errors", result.errors())
                .field("warnings", result.warnings());
    }
}
