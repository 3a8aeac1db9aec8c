package dev.varve.cli.pool;

import dev.varve.cli.output.RawText;
import dev.varve.engine.model.FileName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// An absolute path in a pool, across nested subvolumes. The empty list of names is the top level.
public record PoolPath(List<FileName> names) {
    public static final PoolPath ROOT = new PoolPath(List.of());

    public PoolPath {
        names = List.copyOf(names);
    }

    /// The path a user typed. Repeated and trailing slashes and `.` do not count.
    ///
    /// @param text as [RawText] carries it
    /// @throws UsageException if it is relative or holds what cannot be a name
    public static PoolPath parse(String text) throws UsageException {
        byte[] bytes = RawText.encode(text);
        if (bytes.length == 0 || bytes[0] != '/') {
            throw new UsageException(
                    "paths in a pool are absolute, like /docs; this is not: '" + text + "'");
        }
        List<FileName> names = new ArrayList<>();
        for (int from = 1; from < bytes.length; ) {
            int to = from;
            while (to < bytes.length && bytes[to] != '/') {
                to++;
            }
            byte[] name = Arrays.copyOfRange(bytes, from, to);
            from = to + 1;
            if (name.length == 0 || (name.length == 1 && name[0] == '.')) {
                continue;
            }
            if (!FileName.isValid(name)) {
                throw new UsageException(text + ": '" + RawText.decode(name) + "' is no file name");
            }
            names.add(FileName.of(name));
        }
        return new PoolPath(names);
    }

    public boolean isRoot() {
        return names.isEmpty();
    }

    /// The last name.
    ///
    /// @throws UsageException for the top level, which has none
    public FileName name() throws UsageException {
        if (isRoot()) {
            throw new UsageException("/: the top level has no name of its own");
        }
        return names.getLast();
    }

    /// The directory that holds the last name; the top level holds itself.
    public PoolPath parent() {
        return isRoot() ? this : new PoolPath(names.subList(0, names.size() - 1));
    }

    public PoolPath resolve(FileName name) {
        List<FileName> longer = new ArrayList<>(names);
        longer.add(name);
        return new PoolPath(longer);
    }

    /// The first `count` names.
    PoolPath prefix(int count) {
        return new PoolPath(names.subList(0, count));
    }

    /// The path as [RawText] carries it.
    @Override
    public String toString() {
        return names.stream()
                .map(name -> RawText.decode(name.bytes()))
                .collect(Collectors.joining("/", "/", ""));
    }
}
