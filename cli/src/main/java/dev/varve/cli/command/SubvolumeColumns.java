package dev.varve.cli.command;

import dev.varve.cli.output.ClosedOutputException;
import dev.varve.cli.output.Output;
import dev.varve.cli.output.Times;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.SubvolumeInfo;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// The lines of `subvolume list` as btrfs-progs 6.2 prints them: words and values, or with `-t` a
/// table whose cells are separated by tabs.
final class SubvolumeColumns {
    private static final int UUID_WIDTH = 36;

    private final List<Column> columns;
    private final boolean table;
    private final boolean marked;
    private final SubvolumeId top;
    private final ZoneId zone;

    private enum Column {
        ID("ID"),
        GENERATION("gen"),
        CREATED("cgen"),
        PARENT("parent"),
        TOP_LEVEL("top level"),
        CREATION_TIME("otime"),
        PARENT_UUID("parent_uuid"),
        RECEIVED_UUID("received_uuid"),
        UUID("uuid"),
        PATH("path");

        private final String title;

        Column(String title) {
            this.title = title;
        }
    }

    private SubvolumeColumns(
            List<Column> columns, boolean table, boolean marked, SubvolumeId top, ZoneId zone) {
        this.columns = columns;
        this.table = table;
        this.marked = marked;
        this.top = top;
        this.zone = zone;
    }

    static SubvolumeColumns of(Invocation call, SubvolumeId top, ZoneId zone) {
        List<Column> columns = new ArrayList<>(List.of(Column.ID, Column.GENERATION));
        addIf(columns, call.has("-c") || call.has("-s"), Column.CREATED);
        addIf(columns, call.has("-p"), Column.PARENT);
        columns.add(Column.TOP_LEVEL);
        addIf(columns, call.has("-s"), Column.CREATION_TIME);
        addIf(columns, call.has("-q"), Column.PARENT_UUID);
        addIf(columns, call.has("-R"), Column.RECEIVED_UUID);
        addIf(columns, call.has("-u"), Column.UUID);
        columns.add(Column.PATH);
        return new SubvolumeColumns(columns, call.has("-t"), call.has("-a"), top, zone);
    }

    private static void addIf(List<Column> columns, boolean wanted, Column column) {
        if (wanted) {
            columns.add(column);
        }
    }

    void printHeader(Output output) throws ClosedOutputException {
        if (!table) {
            return;
        }
        StringBuilder titles = new StringBuilder();
        StringBuilder rules = new StringBuilder();
        for (Column column : columns) {
            titles.append(column.title).append('\t');
            rules.repeat('-', column.title.length()).append('\t');
        }
        output.line(titles.toString());
        output.line(rules.toString());
    }

    void print(Output output, SubvolumeInfo info) throws ClosedOutputException {
        StringBuilder line = new StringBuilder();
        for (Column column : columns) {
            if (!line.isEmpty()) {
                line.append(table ? '\t' : ' ');
            }
            if (table) {
                line.append(value(column, info));
                // The title "top level" is wider than a tab stop.
                line.append(column == Column.TOP_LEVEL ? "\t" : "");
            } else {
                line.append(column.title).append(' ').append(value(column, info));
            }
        }
        output.line(line.toString());
    }

    private String value(Column column, SubvolumeInfo info) {
        return switch (column) {
            case ID -> info.id().toString();
            case GENERATION -> Long.toString(info.generation());
            case CREATED -> Long.toString(info.createdGeneration());
            case PARENT, TOP_LEVEL -> info.parent().map(SubvolumeId::toString).orElse("0");
            case CREATION_TIME -> Times.plain(info.creationTime(), zone);
            case PARENT_UUID -> padded(info.parentUuid());
            case RECEIVED_UUID -> padded(info.receivedUuid());
            case UUID -> info.uuid().toString();
            case PATH -> path(info);
        };
    }

    private String path(SubvolumeInfo info) {
        boolean elsewhere = marked && !info.parent().equals(Optional.of(top));
        return (elsewhere ? "<FS_TREE>/" : "") + info.path().substring(1);
    }

    private static String padded(Optional<UUID> uuid) {
        return uuid.isPresent() ? uuid.get().toString() : "-" + " ".repeat(UUID_WIDTH - 1);
    }
}
