package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.engine.FileTree;
import java.io.IOException;
import java.util.Locale;

/// The `change` objects of the JSON schema.
final class ChangeJson {
    private final JsonWriter json;
    private final ChangedPaths paths;

    ChangeJson(JsonWriter json, FileTree older, FileTree newer) {
        this.json = json;
        this.paths = new ChangedPaths(older, newer);
    }

    void print(InodeChange change) throws IOException {
        for (ChangedPaths.Line line : paths.of(change)) {
            json.startObject()
                    .field("kind", line.kind().name().toLowerCase(Locale.ROOT))
                    .field("path", line.path().toString())
                    .field("inode", change.inode())
                    .field("directory", change.isDirectory());
            if (line.kind() == ChangedPaths.Kind.RENAMED) {
                json.field("from", line.from().toString());
            }
            if (line.kind() == ChangedPaths.Kind.MODIFIED) {
                json.field("changed_bytes", change.changedBytes());
            }
            json.endObject();
        }
    }
}
