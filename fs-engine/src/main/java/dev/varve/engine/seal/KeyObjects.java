package dev.varve.engine.seal;

import dev.varve.engine.format.RingFormat;
import dev.varve.engine.format.RingFormat.SealedRing;
import dev.varve.engine.format.SealFormat;
import dev.varve.engine.format.SlotFormat;
import dev.varve.engine.format.SlotRecord;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.UnsupportedFormatException;
import dev.varve.engine.store.ObjectStore;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;

/// The objects below `keys/`: slots and rings of all epochs. The pool's epoch is the newest that
/// has a ring.
final class KeyObjects {
    private static final String RING_KEY = "varve 1 ring";

    private final UUID poolId;
    private final TwinObjects objects;
    private final SecureBytes random;
    private final Aead aead = new Aead(RingFormat.AES_256_GCM);

    KeyObjects(ObjectStore store, UUID poolId, SecureBytes random) {
        this.poolId = poolId;
        this.objects = new TwinObjects(store);
        this.random = random;
    }

    /// What is there.
    ///
    /// @param slots of every epoch
    /// @param rings of every epoch
    record Listing(List<SlotFormat.Name> slots, List<RingFormat.Name> rings) {
        /// The epoch whose keys hold, 0 if there is none.
        int epoch() {
            return rings.stream().mapToInt(RingFormat.Name::epoch).max().orElse(0);
        }

        /// The highest epoch that anything was ever written for.
        int highestEpoch() {
            int ofSlots = slots.stream().mapToInt(SlotFormat.Name::epoch).max().orElse(0);
            return Math.max(epoch(), ofSlots);
        }

        /// The ring that holds.
        RingFormat.Name newestRing() {
            return rings.stream().max(Comparator.naturalOrder()).orElseThrow();
        }
    }

    Listing list() throws IOException {
        List<SlotFormat.Name> slots = new ArrayList<>();
        List<RingFormat.Name> rings = new ArrayList<>();
        for (String name : objects.names(SlotFormat.PREFIX)) {
            slots.addAll(SlotFormat.name(name));
            rings.addAll(RingFormat.name(name));
        }
        return new Listing(slots, rings);
    }

    /// The readable slots of an epoch, oldest first. A damaged one opens nothing; it does not keep
    /// the others from it.
    List<SlotRecord> slots(Listing listing, int epoch) throws IOException {
        List<SlotRecord> slots = new ArrayList<>();
        for (SlotFormat.Name name : listing.slots()) {
            if (name.epoch() == epoch && slots.size() < SlotFormat.MAX_SLOTS) {
                try {
                    slots.add(
                            objects.read(name.text(), (where, bytes) -> slot(where, name, bytes)));
                } catch (NoSuchFileException | CorruptionException | UnsupportedFormatException _) {
                    // Said by check; whether the pool opens is up to the others.
                }
            }
        }
        slots.sort((one, other) -> one.created().compareTo(other.created()));
        return slots;
    }

    private SlotRecord slot(String where, SlotFormat.Name name, byte[] bytes) throws IOException {
        SlotRecord slot = SlotFormat.read(where, bytes);
        if (!slot.poolId().equals(poolId)
                || slot.epoch() != name.epoch()
                || slot.id() != name.id()) {
            throw new CorruptionException(where, "the slot of this name", "another");
        }
        return slot;
    }

    void create(SlotRecord slot) throws IOException {
        objects.create(name(slot).text(), SlotFormat.write(slot));
    }

    static SlotFormat.Name name(SlotRecord slot) {
        return new SlotFormat.Name(slot.epoch(), slot.id());
    }

    void delete(SlotFormat.Name slot) throws IOException {
        objects.delete(slot.text());
    }

    void create(RingFormat.Name name, KeyRing ring, byte[] master) throws IOException {
        byte[] nonce = random.next(SealFormat.NONCE_BYTES);
        byte[] keys = RingFormat.writeKeys(ring.record());
        byte[] sealed = aead.seal(ringKey(master), nonce, bound(name), keys);
        objects.create(name.text(), RingFormat.write(new SealedRing(poolId, nonce, sealed)));
    }

    /// @throws CorruptionException if this master key did not seal this ring
    KeyRing ring(RingFormat.Name name, byte[] master) throws IOException {
        return objects.read(name.text(), (where, bytes) -> ring(name, master, where, bytes));
    }

    private KeyRing ring(RingFormat.Name name, byte[] master, String where, byte[] bytes)
            throws IOException {
        SealedRing ring = RingFormat.read(where, bytes);
        byte[] keys =
                aead.open(ringKey(master), ring.nonce(), bound(name), ring.sealed())
                        .orElseThrow(() ->
                                new CorruptionException(
                                        where, "the ring that was sealed", "another"));
        return new KeyRing(RingFormat.readKeys(where, keys));
    }

    void findDamage(
            SlotFormat.Name name,
            Function<SlotRecord, Optional<String>> vouching,
            Consumer<DamagedKey> damage)
            throws IOException {
        objects.findDamage(
                name.text(),
                (where, bytes) ->
                        vouching.apply(slot(where, name, bytes))
                                .orElseThrow(() ->
                                        new CorruptionException(
                                                where, "a slot made with the key", "another")),
                damage);
    }

    void findDamage(RingFormat.Name name, byte[] master, Consumer<DamagedKey> damage)
            throws IOException {
        objects.findDamage(name.text(), (where, bytes) -> ring(name, master, where, bytes), damage);
    }

    void delete(RingFormat.Name ring) throws IOException {
        objects.delete(ring.text());
    }

    private byte[] ringKey(byte[] master) {
        return Hkdf.key(master, KeyRing.idBytes(poolId), RING_KEY);
    }

    private byte[] bound(RingFormat.Name name) {
        return SealFormat.boundToObject(poolId, 0, name.text());
    }
}
