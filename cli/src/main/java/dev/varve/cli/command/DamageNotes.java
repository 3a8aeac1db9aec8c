package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.pool.InodePaths;
import dev.varve.cli.pool.PoolPath;
import dev.varve.cli.pool.PoolSession;
import dev.varve.engine.ReadView;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.DamageListener;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeInfo;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Notes what a command with `--keep-going` read around: all are counted, the first are kept.
final class DamageNotes implements DamageListener {
    static final String OPTION = "--keep-going";

    private static final int KEPT = 1000;

    /// Guarded by this.
    private final Set<Damage> kept = new LinkedHashSet<>();

    /// More than were kept; guarded by this.
    private boolean isFull;

    @Override
    public synchronized void lost(Damage damage) {
        if (kept.size() < KEPT) {
            kept.add(damage);
        } else {
            isFull |= !kept.contains(damage);
        }
    }

    /// The newest state; read around damage if the user wants that.
    static ReadView read(Invocation call, PoolSession session, DamageNotes notes)
            throws IOException {
        return call.has(OPTION) ? session.pool().readAround(notes) : session.read();
    }

    synchronized boolean isEmpty() {
        return kept.isEmpty();
    }

    private synchronized List<Damage> kept() {
        return List.copyOf(kept);
    }

    /// One line for each, on standard error.
    void print(Output output, ReadView view) throws IOException {
        for (Damage damage : kept()) {
            output.error("damaged: " + line(damage, view));
        }
        if (isFull) {
            output.error("damaged: more than " + KEPT + " places in all");
        }
    }

    private static String line(Damage damage, ReadView view) throws IOException {
        if (damage.inode() == 0) {
            return damage.subvolume() + ": a node is lost with all in it: " + damage.detail();
        }
        return "%s: %d bytes of zeros at offset %d: %s"
                .formatted(path(damage, view), damage.length(), damage.offset(), damage.detail());
    }

    private static String path(Damage damage, ReadView view) throws IOException {
        String subvolume = damage.subvolume().equals("/") ? "" : damage.subvolume();
        try {
            for (Scan<SubvolumeInfo> all = view.subvolumes(); all.advance(); ) {
                if (all.current().path().equals(damage.subvolume())) {
                    Optional<PoolPath> path =
                            new InodePaths(view.open(all.current().id())).of(damage.inode());
                    if (path.isPresent()) {
                        return subvolume + path.get();
                    }
                }
            }
        } catch (CorruptionException _) {
            // Its number must do.
        }
        return subvolume + "/ inode " + damage.inode();
    }

    void write(JsonWriter json, ReadView view) throws IOException {
        json.startArray("damaged");
        for (Damage damage : kept()) {
            json.startObject();
            if (damage.inode() == 0) {
                json.field("subvolume", damage.subvolume());
            } else {
                json.field("path", path(damage, view))
                        .field("offset", damage.offset())
                        .field("length", damage.length());
            }
            json.field("detail", damage.detail()).endObject();
        }
        json.endArray();
    }
}
