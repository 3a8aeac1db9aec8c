package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.pool.UsageException;
import dev.varve.engine.PoolDump;
import dev.varve.engine.model.DumpLine;
import dev.varve.engine.store.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;

/// `varve inspect-internal dump-head`, `dump-pack`, `dump-tree` and `logical-resolve`
final class InspectDumpCommand implements Command {
    private static final String GROUP = "inspect-internal ";

    private final String words;

    InspectDumpCommand(String words) {
        this.words = words;
    }

    private String verb() {
        return words.substring(GROUP.length());
    }

    @Override
    public CommandSpec spec() {
        return switch (verb()) {
            case "dump-head" ->
                    new SpecBuilder(words, "[GENERATION]", "Show a head: one commit's beginnings.")
                            .about("The format is in docs/format/pool.md.")
                            .operand("GENERATION", "0..1", "In decimal; the newest if left out.")
                            .example("varve inspect-internal dump-head", "")
                            .build();
            case "dump-pack" ->
                    new SpecBuilder(words, "PACK", "Show the tables of a pack object.")
                            .about("The format is in docs/format/pack.md.")
                            .operand("PACK", "1", "The object's name, as 000001-00000a.")
                            .example("varve inspect-internal dump-pack 000001-000001", "")
                            .build();
            case "dump-tree" ->
                    new SpecBuilder(words, "[-t TREE]", "Show the nodes and items of a tree.")
                            .about(
                                    "TREE is roots (the default), counts, packs, or the id of a",
                                    "subvolume. What is damaged is shown as such. The format is",
                                    "in docs/format/node.md and pool.md.")
                            .value("TREE", "Which tree.", "-t", "--tree")
                            .example("varve inspect-internal dump-tree -t 256", "")
                            .build();
            default ->
                    new SpecBuilder(words, "BLOCK", "Show which files and trees use a block.")
                            .about(
                                    "BLOCK is an address as check names it. Reads all metadata.",
                                    "Exit code 1 if nothing refers to it.")
                            .operand("BLOCK", "1", "As 000001-00000a:7.")
                            .example("varve inspect-internal logical-resolve 000001-000001:0", "")
                            .build();
        };
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        Output output = call.output();
        try (ObjectStore store = call.poolPlace().openStore();
                PoolDump dump = new PoolDump(store, call.secrets())) {
            if (!output.isJson()) {
                return dump(call, dump, line -> print(output, line));
            }
            try (JsonWriter json = output.json(words)) {
                json.startArray("lines");
                ExitCode code = dump(call, dump, line -> print(json, line));
                json.endArray().end();
                return code;
            }
        }
    }

    private ExitCode dump(Invocation call, PoolDump dump, Consumer<DumpLine> lines)
            throws IOException {
        switch (verb()) {
            case "dump-head" -> dump.head(number(call.operand(0), "generation"), lines);
            case "dump-pack" -> dump.pack(call.required(0), lines);
            case "dump-tree" -> dump.tree(tree(call), lines);
            default -> {
                return owners(dump, call.required(0), lines);
            }
        }
        return ExitCode.OK;
    }

    private static String tree(Invocation call) throws UsageException {
        String tree = call.value("-t").orElse("roots");
        return switch (tree) {
            case "roots", "counts", "packs" -> tree;
            default -> Long.toString(number(Optional.of(tree), "tree"));
        };
    }

    private static ExitCode owners(PoolDump dump, String block, Consumer<DumpLine> lines)
            throws IOException {
        try {
            return dump.owners(block, lines) ? ExitCode.OK : ExitCode.ERROR;
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    private static long number(Optional<String> text, String what) throws UsageException {
        if (text.isEmpty()) {
            return 0;
        }
        if (!text.get().matches("[0-9]{1,18}")) {
            throw new UsageException("not a " + what + ": '" + text.get() + "'");
        }
        return Long.parseLong(text.get());
    }

    private static void print(Output output, DumpLine line) {
        try {
            output.line(line.text());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void print(JsonWriter json, DumpLine line) {
        try {
            json.startObject().field("kind", line.kind());
            for (Map.Entry<String, String> field : line.fields().entrySet()) {
                json.field(field.getKey(), field.getValue());
            }
            json.endObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
