package dev.varve.engine.commit;

import dev.varve.engine.format.PackFormat;
import dev.varve.engine.model.ReclaimOptions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Which objects a reclaim rewrites: those that nothing refers to any more; the emptiest ones,
/// until little enough is unused; and tiny ones, once there are enough of about one size to make a
/// larger one. A wholly used object gains nothing by being copied but that there are fewer of them,
/// so only those are merged that are a hundredth of a full one, and a block at most twice in its
/// life.
public final class PackingChoice {
    /// Objects below this are merged on demand.
    private static final long SMALL_BYTES = 8L << 20;

    /// Objects below this are merged always.
    private static final long TINY_BYTES = 256 << 10;

    /// This many tiny ones of one class make a larger one.
    private static final int MERGED = 8;

    /// Less than this is not worth a commit, which makes about as much unused again.
    private static final long LITTLE_BYTES = 256 << 10;

    private static final long SMALLEST_CLASS_BYTES = 64 << 10;

    private final ReclaimOptions options;
    private final List<ObjectUse> chosen = new ArrayList<>();
    private final List<ObjectUse> candidates = new ArrayList<>();

    private PackingChoice(ReclaimOptions options) {
        this.options = options;
    }

    /// The chosen ones of each kind together, oldest first.
    ///
    /// @param objects those with anything unused, and small ones
    /// @param liveBytes of the whole pool
    /// @param unusedBytes of the whole pool
    public static List<ObjectUse> of(
            ReclaimOptions options, Iterable<ObjectUse> objects, long liveBytes, long unusedBytes) {
        PackingChoice choice = new PackingChoice(options);
        long unused = unusedBytes;
        boolean worthIt = options.maxUnusedPercent() == 0 || unusedBytes > LITTLE_BYTES;
        for (ObjectUse object : objects) {
            if (object.isDead() && (worthIt || options.hasFilter())) {
                choice.chosen.add(object);
                unused -= object.unusedBytes();
            } else {
                choice.candidates.add(object);
            }
        }
        if (options.hasFilter()) {
            choice.takeFiltered();
        } else if (worthIt) {
            choice.takeEmptiest(unused, liveBytes * options.maxUnusedPercent() / 100);
        }
        choice.takeSmall();
        choice.chosen.sort(
                Comparator.comparingInt(ObjectUse::kind).thenComparingLong(ObjectUse::number));
        return choice.chosen;
    }

    private void takeFiltered() {
        candidates.removeIf(object -> {
            boolean isData = object.kind() == PackFormat.DATA;
            int most = isData ? options.dataUsage() : options.metadataUsage();
            boolean take = object.unusedBytes() > 0 && object.usage() <= most;
            if (take) {
                chosen.add(object);
            }
            return take;
        });
    }

    private void takeEmptiest(long unusedBytes, long allowedBytes) {
        candidates.sort(Comparator.comparingInt(ObjectUse::usage));
        long unused = unusedBytes;
        List<ObjectUse> left = new ArrayList<>();
        for (ObjectUse object : candidates) {
            if (unused > allowedBytes && object.unusedBytes() > 0) {
                unused -= object.unusedBytes();
                chosen.add(object);
            } else {
                left.add(object);
            }
        }
        candidates.clear();
        candidates.addAll(left);
    }

    private void takeSmall() {
        long most = options.repackSmall() ? SMALL_BYTES : TINY_BYTES;
        int fewest = options.repackSmall() ? 2 : MERGED;
        Map<Integer, List<ObjectUse>> classes = new HashMap<>();
        for (ObjectUse object : candidates) {
            if (object.liveBytes() < most && !object.isDead()) {
                int group = options.repackSmall() ? object.kind() : classOf(object);
                classes.computeIfAbsent(group, _ -> new ArrayList<>()).add(object);
            }
        }
        for (List<ObjectUse> same : classes.values()) {
            if (same.size() >= fewest) {
                chosen.addAll(same);
            }
        }
    }

    private static int classOf(ObjectUse object) {
        int size = 0;
        for (long bytes = object.liveBytes(); bytes >= SMALLEST_CLASS_BYTES; bytes /= MERGED) {
            size++;
        }
        return size * 4 + object.kind();
    }

    /// Whether an object is worth looking at.
    static boolean isCandidate(ObjectUse object) {
        return object.unusedBytes() > 0 || object.isDead() || object.liveBytes() < SMALL_BYTES;
    }
}
