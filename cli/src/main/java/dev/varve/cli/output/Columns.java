package dev.varve.cli.output;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A small table with aligned columns. Holds its rows, so it is for lists as long as a person
/// reads, such as snapshots, never for files.
public final class Columns {
    private final List<List<String>> rows = new ArrayList<>();
    private final List<Align> alignments;

    /// Which side a column is flush with.
    public enum Align {
        LEFT,
        RIGHT
    }

    public Columns(Align... alignments) {
        this.alignments = List.of(alignments);
    }

    public void add(String... cells) {
        if (cells.length != alignments.size()) {
            throw new IllegalArgumentException(cells.length + " cells");
        }
        rows.add(List.of(cells));
    }

    /// Prints all rows, two blanks between columns.
    public void print(Output output) throws ClosedOutputException {
        int[] widths = new int[alignments.size()];
        for (List<String> row : rows) {
            Arrays.setAll(widths, i -> Math.max(widths[i], width(row.get(i))));
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                append(line.append(i == 0 ? "" : "  "), row.get(i), widths[i], alignments.get(i));
            }
            output.line(line.toString().stripTrailing());
        }
    }

    private static void append(StringBuilder line, String cell, int width, Align align) {
        int padding = width - width(cell);
        if (align == Align.RIGHT) {
            line.repeat(' ', padding);
        }
        line.append(cell);
        if (align == Align.LEFT) {
            line.repeat(' ', padding);
        }
    }

    private static int width(String cell) {
        return cell.codePointCount(0, cell.length());
    }
}
