package dev.varve.cli.command;

import dev.varve.cli.pool.UsageException;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.SubvolumeInfo;
import java.util.Comparator;
import java.util.Optional;

/// Which subvolumes `subvolume list` shows, and in which order.
record SubvolumeFilter(
        boolean onlyChildren,
        boolean onlySnapshots,
        boolean onlyReadOnly,
        Bound generation,
        Bound createdGeneration,
        Optional<Comparator<SubvolumeInfo>> sorting) {

    /// A range of generations, both ends included.
    record Bound(long least, long most) {
        static Bound of(String option, Optional<String> text) throws UsageException {
            if (text.isEmpty()) {
                return new Bound(0, Long.MAX_VALUE);
            }
            String value = text.get();
            try {
                long number = Math.abs(Long.parseLong(value));
                return new Bound(
                        value.startsWith("-") ? 0 : number,
                        value.startsWith("+") ? Long.MAX_VALUE : number);
            } catch (NumberFormatException _) {
                throw new UsageException(option + ": not a generation: '" + value + "'");
            }
        }

        boolean holds(long value) {
            return value >= least && value <= most;
        }
    }

    static SubvolumeFilter of(Invocation call) throws UsageException {
        Optional<String> keys = call.value("--sort");
        return new SubvolumeFilter(
                call.has("-o"),
                call.has("-s"),
                call.has("-r"),
                Bound.of("-G", call.value("-G")),
                Bound.of("-C", call.value("-C")),
                keys.isPresent() ? Optional.of(order(keys.get())) : Optional.empty());
    }

    private static Comparator<SubvolumeInfo> order(String keys) throws UsageException {
        Comparator<SubvolumeInfo> order = null;
        for (String key : keys.split(",", -1)) {
            Comparator<SubvolumeInfo> next = key(key);
            order = order == null ? next : order.thenComparing(next);
        }
        return order == null ? Comparator.comparing(SubvolumeInfo::id) : order;
    }

    private static Comparator<SubvolumeInfo> key(String key) throws UsageException {
        boolean signed = key.startsWith("-") || key.startsWith("+");
        Comparator<SubvolumeInfo> order =
                switch (signed ? key.substring(1) : key) {
                    case "gen" -> Comparator.comparingLong(SubvolumeInfo::generation);
                    case "ogen" -> Comparator.comparingLong(SubvolumeInfo::createdGeneration);
                    case "rootid" -> Comparator.comparing(SubvolumeInfo::id);
                    case "path" -> Comparator.comparing(SubvolumeInfo::path);
                    default ->
                            throw new UsageException(
                                    "--sort takes gen, ogen, rootid, path, not '" + key + "'");
                };
        return key.startsWith("-") ? order.reversed() : order;
    }

    boolean isSorted() {
        return sorting.isPresent();
    }

    Comparator<SubvolumeInfo> order() {
        return sorting.orElseGet(() -> Comparator.comparing(SubvolumeInfo::id));
    }

    /// Whether to show it when asked about subvolume `top`. The top level is never in the list.
    boolean accepts(SubvolumeInfo info, SubvolumeId top) {
        return !info.id().equals(SubvolumeId.TOP_LEVEL)
                && (!onlyChildren || info.parent().equals(Optional.of(top)))
                && (!onlySnapshots || info.isSnapshot())
                && (!onlyReadOnly || info.readOnly())
                && generation.holds(info.generation())
                && createdGeneration.holds(info.createdGeneration());
    }
}
