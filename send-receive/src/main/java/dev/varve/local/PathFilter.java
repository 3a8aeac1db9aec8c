package dev.varve.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Patterns that paths are held against, as rsync and restic users know them:
///
/// - `*.o` matches a name anywhere, `cache/tmp` those two names in a row anywhere;
/// - a leading `/` ties a pattern to the root: `/var/tmp`;
/// - a trailing `/` matches directories only;
/// - `**` between slashes stands for any number of directories;
/// - a leading `!` takes back what an earlier pattern matched. The last match counts.
///
/// A path is matched as a whole: whoever walks a tree and leaves out a matching directory leaves
/// out what is in it.
public final class PathFilter {
    private static final PathFilter NONE = new PathFilter(List.of());

    private final List<Rule> rules;

    private PathFilter(List<Rule> rules) {
        this.rules = rules;
    }

    /// @param parts one per name or `**`
    private record Rule(List<Part> parts, boolean directoriesOnly, boolean negated) {}

    private sealed interface Part {
        record AnyDepth() implements Part {}

        record Name(Glob glob) implements Part {}
    }

    /// Matches nothing.
    public static PathFilter none() {
        return NONE;
    }

    /// @throws IllegalArgumentException if a pattern is empty
    public static PathFilter of(List<String> patterns) {
        List<Rule> rules = new ArrayList<>();
        for (String pattern : patterns) {
            rules.add(rule(pattern));
        }
        return rules.isEmpty() ? NONE : new PathFilter(List.copyOf(rules));
    }

    /// The patterns of a file: one a line; empty lines and those that start with `#` are comments.
    public static List<String> readPatterns(Path file) throws IOException {
        List<String> patterns = new ArrayList<>();
        for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
            if (!line.isBlank() && !line.startsWith("#")) {
                patterns.add(line.strip());
            }
        }
        return patterns;
    }

    private static Rule rule(String pattern) {
        boolean negated = pattern.startsWith("!");
        String text = negated ? pattern.substring(1) : pattern;
        boolean directoriesOnly = text.endsWith("/");
        boolean anchored = text.startsWith("/");
        List<Part> parts = new ArrayList<>();
        if (!anchored) {
            parts.add(new Part.AnyDepth());
        }
        for (String name : text.split("/")) {
            if (name.equals("**")) {
                parts.add(new Part.AnyDepth());
            } else if (!name.isEmpty() && !name.equals(".")) {
                parts.add(new Part.Name(new Glob(name.getBytes(StandardCharsets.UTF_8))));
            }
        }
        if (parts.stream().noneMatch(Part.Name.class::isInstance) && !text.contains("**")) {
            throw new IllegalArgumentException("empty pattern '" + pattern + "'");
        }
        return new Rule(List.copyOf(parts), directoriesOnly, negated);
    }

    /// Whether there are no patterns, so that nothing matches.
    public boolean isEmpty() {
        return rules.isEmpty();
    }

    public boolean matches(TreePath path, boolean isDirectory) {
        if (rules.isEmpty()) {
            return false;
        }
        byte[][] names = path.names();
        boolean matched = false;
        for (Rule rule : rules) {
            if (matched == rule.negated
                    && (isDirectory || !rule.directoriesOnly)
                    && matches(rule.parts, 0, names, 0)) {
                matched = !rule.negated;
            }
        }
        return matched;
    }

    private static boolean matches(List<Part> parts, int part, byte[][] names, int name) {
        if (part == parts.size()) {
            return name == names.length;
        }
        return switch (parts.get(part)) {
            case Part.AnyDepth _ -> {
                for (int skipped = name; skipped <= names.length; skipped++) {
                    if (matches(parts, part + 1, names, skipped)) {
                        yield true;
                    }
                }
                yield false;
            }
            case Part.Name(Glob glob) ->
                    name < names.length
                            && glob.matches(names[name])
                            && matches(parts, part + 1, names, name + 1);
        };
    }
}
