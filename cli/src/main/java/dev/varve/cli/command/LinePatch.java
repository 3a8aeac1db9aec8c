package dev.varve.cli.command;

import dev.varve.cli.output.RawText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The difference of two texts in unified format, by Myers' greedy algorithm (*An O(ND) Difference
/// Algorithm and Its Variations*, 1986). Texts that differ in more lines than it has memory for are
/// shown as replaced whole.
final class LinePatch {
    private static final int CONTEXT = 3;

    /// Limits the trace to 2 × 1000² integers.
    private static final int MOST_EDITS = 1000;

    private final List<String> before;
    private final List<String> after;

    LinePatch(byte[] before, byte[] after) {
        this.before = lines(before);
        this.after = lines(after);
    }

    private static List<String> lines(byte[] bytes) {
        if (bytes.length == 0) {
            return List.of();
        }
        List<String> lines = new ArrayList<>(List.of(RawText.decode(bytes).split("\n", -1)));
        if (lines.getLast().isEmpty()) {
            lines.removeLast();
        } else {
            lines.set(lines.size() - 1, lines.getLast() + "\n\\ No newline at end of file");
        }
        return lines;
    }

    /// One step of an edit script: kept lines have both indices.
    private record Edit(char kind, int beforeIndex, int afterIndex) {}

    /// The hunks, headers included.
    List<String> hunks() {
        List<Edit> script = script();
        List<String> out = new ArrayList<>();
        int at = 0;
        while (at < script.size()) {
            int first = nextChange(script, at);
            if (first == script.size()) {
                break;
            }
            int end = hunkEnd(script, first);
            append(out, script.subList(Math.max(at, first - CONTEXT), end));
            at = end;
        }
        return out;
    }

    private static int nextChange(List<Edit> script, int from) {
        int at = from;
        while (at < script.size() && script.get(at).kind() == ' ') {
            at++;
        }
        return at;
    }

    private static int hunkEnd(List<Edit> script, int firstChange) {
        int lastChange = firstChange;
        for (int i = firstChange; i < script.size() && i <= lastChange + 2 * CONTEXT; i++) {
            if (script.get(i).kind() != ' ') {
                lastChange = i;
            }
        }
        return Math.min(script.size(), lastChange + CONTEXT + 1);
    }

    private void append(List<String> out, List<Edit> hunk) {
        long removed = hunk.stream().filter(edit -> edit.kind() != '+').count();
        long added = hunk.stream().filter(edit -> edit.kind() != '-').count();
        Edit first = hunk.getFirst();
        out.add(
                "@@ -%s +%s @@"
                        .formatted(
                                range(first.beforeIndex(), removed),
                                range(first.afterIndex(), added)));
        for (Edit edit : hunk) {
            String text =
                    edit.kind() == '+'
                            ? after.get(edit.afterIndex())
                            : before.get(edit.beforeIndex());
            (edit.kind() + text).lines().forEach(out::add);
        }
    }

    private static String range(int start, long count) {
        return (count == 0 ? start : start + 1) + (count == 1 ? "" : "," + count);
    }

    private List<Edit> script() {
        List<int[]> trace = trace();
        List<Edit> script = new ArrayList<>();
        if (trace.isEmpty()) {
            for (int i = 0; i < before.size(); i++) {
                script.add(new Edit('-', i, 0));
            }
            for (int i = 0; i < after.size(); i++) {
                script.add(new Edit('+', before.size(), i));
            }
            return script;
        }
        int x = before.size();
        int y = after.size();
        for (int d = trace.size() - 1; d >= 0; d--) {
            int[] reached = trace.get(d);
            int k = x - y;
            int middle = d + 1;
            boolean down = k == -d || (k != d && reached[middle + k - 1] < reached[middle + k + 1]);
            int previousK = down ? k + 1 : k - 1;
            int previousX = d == 0 ? 0 : reached[middle + previousK];
            int previousY = d == 0 ? 0 : previousX - previousK;
            while (x > previousX && y > previousY) {
                script.add(new Edit(' ', --x, --y));
            }
            if (d > 0) {
                script.add(down ? new Edit('+', x, --y) : new Edit('-', --x, y));
            }
        }
        return script.reversed();
    }

    /// Per number of edits, how far each diagonal had been reached before; empty if there are too
    /// many edits.
    private List<int[]> trace() {
        int most = Math.min(MOST_EDITS, before.size() + after.size());
        int middle = most + 1;
        int[] reached = new int[2 * most + 3];
        List<int[]> trace = new ArrayList<>();
        for (int d = 0; d <= most; d++) {
            trace.add(Arrays.copyOfRange(reached, middle - d - 1, middle + d + 2));
            for (int k = -d; k <= d; k += 2) {
                boolean down =
                        k == -d || (k != d && reached[middle + k - 1] < reached[middle + k + 1]);
                int x = down ? reached[middle + k + 1] : reached[middle + k - 1] + 1;
                while (matches(x, x - k)) {
                    x++;
                }
                reached[middle + k] = x;
                if (x >= before.size() && x - k >= after.size()) {
                    return trace;
                }
            }
        }
        return List.of();
    }

    private boolean matches(int x, int y) {
        return x < before.size() && y < after.size() && before.get(x).equals(after.get(y));
    }
}
