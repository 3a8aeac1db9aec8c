package dev.varve.engine.scrub;

import dev.varve.engine.format.ScrubFormat;
import dev.varve.engine.format.ScrubFormat.Name;
import dev.varve.engine.format.ScrubRecord;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.PoolBusyException;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.UnsupportedFormatException;
import dev.varve.engine.store.ByteRange;
import dev.varve.engine.store.ObjectStore;
import dev.varve.engine.store.StoredObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// What scrubs remember, in the pool itself: each run is a row of segments, and each segment covers
/// some of the pack objects in their order. The last segment of a run is written anew, as a higher
/// revision, until it is full; so a pool has one object for each [ScrubFormat#MAX_PACKS] packs.
/// What cannot be read is taken for not there: the packs in it count as never verified.
final class ScrubLog {
    private static final int MAX_BYTES = 1 << 20;

    private final ObjectStore store;
    private final UUID poolId;

    ScrubLog(ObjectStore store, UUID poolId) {
        this.store = store;
        this.poolId = poolId;
    }

    /// The highest revision of every segment of every run, newest run first, segments ascending.
    List<Name> segments() throws IOException {
        List<Name> names = new ArrayList<>();
        for (Scan<StoredObject> all = store.list(ScrubFormat.PREFIX); all.advance(); ) {
            Name name = Name.parse(all.current().name());
            if (name == null) {
                continue;
            }
            Name last = names.isEmpty() ? null : names.getLast();
            if (last != null && last.run() == name.run() && last.segment() == name.segment()) {
                names.removeLast();
            }
            names.add(name);
        }
        names.sort((a, b) ->
                a.run() != b.run()
                        ? Integer.compare(b.run(), a.run())
                        : Integer.compare(a.segment(), b.segment()));
        return names;
    }

    /// The newest piece of the newest run that can be read.
    Optional<ScrubRecord> newest() throws IOException {
        List<Name> names = segments();
        for (int i = 0; i < names.size(); i++) {
            boolean lastOfRun =
                    i + 1 == names.size() || names.get(i + 1).run() != names.get(i).run();
            if (lastOfRun) {
                Optional<ScrubRecord> record = read(names.get(i));
                if (record.isPresent()) {
                    return record;
                }
            }
        }
        return Optional.empty();
    }

    /// The number of the newest run, readable or not; 0 if there never was one.
    int newestRun() throws IOException {
        List<Name> names = segments();
        return names.isEmpty() ? 0 : names.getFirst().run();
    }

    Optional<ScrubRecord> read(Name name) throws IOException {
        try {
            byte[] bytes = store.get(name.toString(), new ByteRange.From(0, MAX_BYTES)).bytes();
            ScrubRecord record = ScrubFormat.read(name.toString(), bytes);
            boolean itself =
                    record.poolId().equals(poolId)
                            && record.status().run() == name.run()
                            && record.segment() == name.segment();
            return itself ? Optional.of(record) : Optional.empty();
        } catch (NoSuchFileException | CorruptionException | UnsupportedFormatException _) {
            return Optional.empty();
        }
    }

    /// Writes a piece, and drops the revision that it replaces.
    ///
    /// @return the revision after this one
    int write(ScrubRecord record, int revision) throws IOException {
        int run = record.status().run();
        try {
            store.create(
                    new Name(run, record.segment(), revision).toString(),
                    List.of(ByteBuffer.wrap(ScrubFormat.write(record))));
        } catch (FileAlreadyExistsException _) {
            throw new PoolBusyException("another scrub is at work as run " + run);
        }
        if (revision > 0) {
            store.delete(new Name(run, record.segment(), revision - 1).toString());
        }
        return revision + 1;
    }

    boolean isCancelled(int run) throws IOException {
        try {
            store.get(ScrubFormat.cancelName(run), new ByteRange.From(0, 1));
            return true;
        } catch (NoSuchFileException _) {
            return false;
        }
    }

    void cancel(int run) throws IOException {
        try {
            store.create(ScrubFormat.cancelName(run), List.of(ByteBuffer.wrap(new byte[] {1})));
        } catch (FileAlreadyExistsException _) {
            // Asked before.
        }
    }

    void uncancel(int run) throws IOException {
        store.delete(ScrubFormat.cancelName(run));
    }

    /// Forgets what a finished run has replaced.
    void deleteBefore(int run) throws IOException {
        String first = ScrubFormat.prefix(run);
        List<String> older = new ArrayList<>();
        for (Scan<StoredObject> all = store.list(ScrubFormat.PREFIX); all.advance(); ) {
            String name = all.current().name();
            if (name.compareTo(first) < 0) {
                older.add(name);
            }
        }
        for (String name : older) {
            store.delete(name);
        }
    }
}
