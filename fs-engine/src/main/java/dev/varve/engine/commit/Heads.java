package dev.varve.engine.commit;

import dev.varve.engine.format.Head;
import dev.varve.engine.format.HeadFormat;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.PoolBusyException;
import dev.varve.engine.model.Scan;
import dev.varve.engine.pack.Sealer;
import dev.varve.engine.store.ByteRange;
import dev.varve.engine.store.ObjectPart;
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

/// The objects `heads/<generation>`. Creating the next one is the commit; whoever creates it first
/// has won. Some old ones are kept, so that a damaged newest one does not take the pool with it,
/// and so that a late writer finds its number taken. A reclaim keeps them too, though the oldest
/// may name blocks that it has deleted since.
public final class Heads {
    /// How many heads a pool keeps.
    public static final int KEPT = 32;

    /// How often the newest head is looked for while a reclaim prunes older ones.
    private static final int LISTINGS = 5;

    /// Far above any real head; a longer object is none.
    private static final int MAX_BYTES = 64 << 20;

    private final ObjectStore store;
    private final UUID poolId;
    private final Sealer sealer;

    public Heads(ObjectStore store, UUID poolId, Sealer sealer) {
        this.store = store;
        this.poolId = poolId;
        this.sealer = sealer;
    }

    /// The committed generations that are kept, oldest first.
    public List<Long> generations() throws IOException {
        List<Long> generations = new ArrayList<>();
        for (Scan<StoredObject> heads = store.list(HeadFormat.PREFIX); heads.advance(); ) {
            long generation = HeadFormat.generation(heads.current().name());
            if (generation >= 0) {
                generations.add(generation);
            }
        }
        return generations;
    }

    public Head load(long generation) throws IOException {
        String name = HeadFormat.name(generation);
        ObjectPart part = store.get(name, new ByteRange.From(0, MAX_BYTES));
        Head head;
        try {
            head = HeadFormat.read(name, sealer.openObject(name, part.bytes()));
        } catch (CorruptionException e) {
            throw e.kind() == CorruptionException.Kind.FOREIGN ? e.in(store.location()) : e;
        }
        if (!head.poolId().equals(poolId)) {
            throw CorruptionException.foreign(name, poolId, head.poolId()).in(store.location());
        }
        if (head.generation() != generation) {
            throw new CorruptionException(
                    name, "generation " + generation, Long.toString(head.generation()));
        }
        return head;
    }

    /// The newest commit.
    public Head newest() throws IOException {
        return find().orElseThrow(() ->
                new CorruptionException(store.location() + "/heads", "a head", "none"));
    }

    /// The newest commit; empty if there never was one.
    public Optional<Head> find() throws IOException {
        NoSuchFileException pruned = null;
        for (int attempt = 0; attempt < LISTINGS; attempt++) {
            List<Long> generations = generations();
            if (generations.isEmpty()) {
                return Optional.empty();
            }
            try {
                return Optional.of(load(generations.getLast()));
            } catch (NoSuchFileException e) {
                // Pruned since the listing: there is a newer one.
                pruned = e;
            }
        }
        throw new CorruptionException(
                store.location() + "/heads", "a head", String.valueOf(pruned));
    }

    /// Commits.
    ///
    /// @throws PoolBusyException if this generation was committed by another
    public void create(Head head) throws IOException {
        try {
            String name = HeadFormat.name(head.generation());
            byte[] bytes = sealer.sealObject(name, HeadFormat.write(head));
            store.create(name, List.of(ByteBuffer.wrap(bytes)));
        } catch (FileAlreadyExistsException _) {
            throw committedByAnother(head.generation());
        }
    }

    /// Makes room for a head: deletes the oldest ones beyond those kept, if it may. A writer that
    /// is late by more commits than are kept would find its generation's name free again; it is
    /// told here.
    ///
    /// @throws PoolBusyException if this generation was committed by another
    public void makeRoomFor(long next) throws IOException {
        List<Long> generations = generations();
        if (!generations.isEmpty() && generations.getLast() >= next) {
            throw committedByAnother(next);
        }
        for (long generation :
                generations.subList(0, Math.max(0, generations.size() - (KEPT - 1)))) {
            if (!store.tidy(HeadFormat.name(generation))) {
                return;
            }
        }
    }

    private static PoolBusyException committedByAnother(long generation) {
        return new PoolBusyException(
                "another writer committed generation " + generation + " first");
    }
}
