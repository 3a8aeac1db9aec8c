package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.output.Sizes;
import dev.varve.engine.ReadView;
import dev.varve.engine.SpaceReport;
import dev.varve.engine.model.SubvolumeInfo;
import dev.varve.engine.model.SubvolumeSpace;
import java.io.IOException;
import java.util.List;

/// What whole subvolumes take in the pool: `varve du -s`.
final class SubvolumeSums {
    private static final int WIDTH = 10;

    private SubvolumeSums() {}

    static void print(Output output, ReadView view, List<SubvolumeInfo> all, boolean raw)
            throws IOException {
        SpaceReport space = view.space();
        if (output.isJson()) {
            printJson(output, view, space, all);
            return;
        }
        output.line("     Total  Exclusive     Shared  Subvolume");
        for (SubvolumeInfo info : all) {
            SubvolumeSpace sums = space.of(info.id());
            StringBuilder line = new StringBuilder();
            right(line, sums.totalBytes(), raw, WIDTH);
            right(line, sums.exclusiveBytes(), raw, WIDTH + 1);
            right(line, sums.sharedBytes(), raw, WIDTH + 1);
            output.line(line.append("  ").append(info.path()).toString());
        }
    }

    private static void right(StringBuilder line, long bytes, boolean raw, int width) {
        String text = raw ? Long.toString(bytes) : Sizes.human(bytes);
        line.repeat(' ', Math.max(0, width - text.length())).append(text);
    }

    private static void printJson(
            Output output, ReadView view, SpaceReport space, List<SubvolumeInfo> all)
            throws IOException {
        try (JsonWriter json = output.json("du")) {
            json.field("generation", view.generation()).startArray("subvolumes");
            for (SubvolumeInfo info : all) {
                SubvolumeSpace sums = space.of(info.id());
                json.startObject().field("id", info.id().value()).field("path", info.path());
                fields(json, sums).endObject();
            }
            json.endArray().end();
        }
    }

    /// Writes the sums into the object that is open.
    static JsonWriter fields(JsonWriter json, SubvolumeSpace sums) throws IOException {
        return json.field("total_bytes", sums.totalBytes())
                .field("exclusive_bytes", sums.exclusiveBytes())
                .field("shared_bytes", sums.sharedBytes());
    }
}
