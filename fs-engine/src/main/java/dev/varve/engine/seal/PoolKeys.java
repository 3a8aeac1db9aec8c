package dev.varve.engine.seal;

import dev.varve.engine.format.RingFormat;
import dev.varve.engine.format.RingRecord;
import dev.varve.engine.format.SlotFormat;
import dev.varve.engine.format.SlotRecord;
import dev.varve.engine.format.SlotRecord.Cost;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.KeySlot;
import dev.varve.engine.model.KeyWay;
import dev.varve.engine.model.SealCipher;
import dev.varve.engine.model.Secret;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.model.Unlocking;
import dev.varve.engine.model.WrongKeyException;
import dev.varve.engine.pack.Sealer;
import dev.varve.engine.seal.KeyObjects.Listing;
import dev.varve.engine.seal.SlotLock.Place;
import dev.varve.engine.store.ObjectStore;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/// The keys of an open sealed pool, and the ways in. What changes the objects below `keys/` is to
/// be called under the store's writer lock. Closing overwrites the keys.
///
/// Nothing is ever changed in place. What is new is created first and what it replaces is deleted
/// last, so that at any moment someone who may open the pool can.
public final class PoolKeys implements Closeable {
    /// The slot that opened, and what was in it.
    private record Opened(SlotRecord slot, byte[] master) {}

    private final UUID poolId;
    private final KeyObjects objects;
    private final SecureBytes random;
    private final SlotLock lock;
    private final Opened opened;
    private final RingSealer sealer;
    private int sequence;

    private PoolKeys(
            UUID poolId, KeyObjects objects, SecureBytes random, Opened opened, RingAt ring) {
        this.poolId = poolId;
        this.objects = objects;
        this.random = random;
        this.lock = new SlotLock(random, Cost.DEFAULT);
        this.opened = opened;
        this.sequence = ring.name().sequence();
        this.sealer = new RingSealer(poolId, ring.ring(), random);
    }

    private record RingAt(RingFormat.Name name, KeyRing ring) {}

    /// Makes the keys of a new pool.
    ///
    /// @param label of the pool, sealed in the ring
    /// @param ways in, at least one
    public static void create(
            ObjectStore store,
            UUID poolId,
            String label,
            SealCipher cipher,
            List<KeyWay> ways,
            Timestamp now)
            throws IOException {
        if (ways.isEmpty() || ways.size() > SlotFormat.MAX_SLOTS) {
            throw new IllegalArgumentException(ways.size() + " ways in");
        }
        SecureBytes random = new SecureBytes();
        KeyObjects objects = new KeyObjects(store, poolId, random);
        SlotLock lock = new SlotLock(random, Cost.DEFAULT);
        byte[] master = random.next(SlotFormat.MASTER_BYTES);
        for (KeyWay way : ways) {
            objects.create(lock.make(way, new Place(poolId, 1, now), master));
        }
        KeyRing ring = KeyRing.first(label, code(cipher), random);
        objects.create(new RingFormat.Name(1, 1), ring, master);
        Arrays.fill(master, (byte) 0);
        ring.record().wipe();
    }

    private static int code(SealCipher cipher) {
        return switch (cipher) {
            case AES_256_GCM -> RingFormat.AES_256_GCM;
            case CHACHA20_POLY1305 -> RingFormat.CHACHA20_POLY1305;
        };
    }

    /// Opens the keys of a pool.
    ///
    /// @throws WrongKeyException if no secret opens any slot, or no slot is left
    /// @throws CorruptionException if one does, and the ring is damaged
    public static PoolKeys open(ObjectStore store, UUID poolId, Unlocking unlocking)
            throws IOException {
        SecureBytes random = new SecureBytes();
        KeyObjects objects = new KeyObjects(store, poolId, random);
        Listing listing = objects.list();
        if (listing.epoch() == 0) {
            throw new CorruptionException(store.location() + "/keys", "a ring of keys", "none");
        }
        List<SlotRecord> slots = objects.slots(listing, listing.epoch());
        if (slots.isEmpty()) {
            throw new WrongKeyException(
                    store.location() + ": no way in is left: every key slot is lost or damaged");
        }
        List<Secret> secrets = unlocking.secrets(poolId, store.location());
        try {
            SlotLock lock = new SlotLock(random, Cost.DEFAULT);
            Opened opened =
                    find(lock, slots, secrets)
                            .orElseThrow(() ->
                                    new WrongKeyException(
                                            store.location() + ": " + refusal(secrets)));
            RingFormat.Name name = listing.newestRing();
            KeyRing ring = objects.ring(name, opened.master());
            return new PoolKeys(poolId, objects, random, opened, new RingAt(name, ring));
        } finally {
            secrets.forEach(Secret::wipe);
        }
    }

    private static String refusal(List<Secret> secrets) {
        return secrets.size() == 1
                ? secrets.getFirst() + " that does not open the pool"
                : "none of " + secrets.size() + " keys opens the pool";
    }

    private static Optional<Opened> find(
            SlotLock lock, List<SlotRecord> slots, List<Secret> secrets) {
        for (Secret secret : secrets) {
            for (SlotRecord slot : slots) {
                Optional<byte[]> master = lock.open(slot, secret);
                if (master.isPresent()) {
                    return Optional.of(new Opened(slot, master.get()));
                }
            }
        }
        return Optional.empty();
    }

    /// What seals and opens everything in the pool.
    public Sealer sealer() {
        return sealer;
    }

    /// The pool's label.
    public String label() {
        return sealer.ring().record().label();
    }

    public SealCipher cipher() {
        return sealer.ring().sealing(RingRecord.SHARED).cipher() == RingFormat.AES_256_GCM
                ? SealCipher.AES_256_GCM
                : SealCipher.CHACHA20_POLY1305;
    }

    /// The master key's number: 1, and one more or higher with each rotation.
    public int epoch() {
        return opened.slot().epoch();
    }

    /// The secret under which a domain's contents get their ids, 32 bytes.
    public byte[] contentSecret(int domain) {
        return sealer.ring().contentSecret(domain, poolId);
    }

    public boolean hasDomain(int domain) {
        return sealer.ring().hasDomain(domain);
    }

    /// The ways in, oldest first; none that was not made by someone who was in.
    public List<KeySlot> slots() throws IOException {
        List<KeySlot> found = new ArrayList<>();
        for (SlotRecord slot : vouchedSlots()) {
            found.add(describe(slot));
        }
        return found;
    }

    private List<SlotRecord> vouchedSlots() throws IOException {
        return objects.slots(objects.list(), epoch()).stream()
                .filter(slot -> lock.name(slot, opened.master()).isPresent())
                .toList();
    }

    private KeySlot describe(SlotRecord slot) {
        KeySlot.Kind kind =
                switch (slot.kind()) {
                    case SlotFormat.PASSPHRASE -> KeySlot.Kind.PASSPHRASE;
                    case SlotFormat.KEY_FILE -> KeySlot.Kind.KEY_FILE;
                    default -> KeySlot.Kind.RECIPIENT;
                };
        return new KeySlot(
                slot.id(),
                kind,
                slot.created(),
                lock.name(slot, opened.master()).orElse(""),
                kind == KeySlot.Kind.RECIPIENT ? slot.recipient() : new byte[0],
                slot.id() == opened.slot().id());
    }

    /// Adds a way in.
    public KeySlot add(KeyWay way, Timestamp now) throws IOException {
        requireCurrent();
        if (vouchedSlots().size() >= SlotFormat.MAX_SLOTS) {
            throw new FileSystemException(
                    "keys", null, "there are " + SlotFormat.MAX_SLOTS + " keys already");
        }
        SlotRecord slot = lock.make(way, new Place(poolId, epoch(), now), opened.master());
        objects.create(slot);
        return describe(slot);
    }

    /// Takes a way in away. What the secret opened stays readable to someone who kept a copy of the
    /// slot and of the pool: only [#rotate] keeps what is written later from them.
    ///
    /// @throws FileSystemException if it is the last one
    public void remove(long id) throws IOException {
        requireCurrent();
        List<SlotRecord> slots = vouchedSlots();
        SlotRecord slot =
                slots.stream()
                        .filter(known -> known.id() == id)
                        .findAny()
                        .orElseThrow(() -> new NoSuchFileException("key %016x".formatted(id)));
        if (slots.size() == 1) {
            throw new FileSystemException(
                    "key %016x".formatted(id), null, "is the last one; add another first");
        }
        objects.delete(KeyObjects.name(slot));
    }

    /// Starts a new epoch: a new master key and a new key for everything written from now on. No
    /// block is rewritten, for the ring keeps the old keys. Ways in that go on: recipients, and
    /// those whose secret is given; the others are gone afterwards. The keys must be opened anew.
    ///
    /// @return the ways in that are gone
    public List<KeySlot> rotate(List<Secret> secrets, Timestamp now) throws IOException {
        requireCurrent();
        Listing listing = objects.list();
        int next = listing.highestEpoch() + 1;
        byte[] master = random.next(SlotFormat.MASTER_BYTES);
        List<KeySlot> lost = new ArrayList<>();
        int kept = 0;
        Place place = new Place(poolId, next, now);
        for (SlotRecord slot : vouchedSlots()) {
            Optional<KeyWay> way = again(slot, secrets);
            if (way.isPresent()) {
                objects.create(lock.make(way.get(), place, master));
                kept++;
            } else {
                lost.add(describe(slot));
            }
        }
        if (kept == 0) {
            throw new WrongKeyException("none of the keys given is one of the pool's");
        }
        KeyRing ring = sealer.ring().rotated(next, random);
        // From here on the new epoch holds.
        objects.create(new RingFormat.Name(next, 1), ring, master);
        Arrays.fill(master, (byte) 0);
        for (SlotFormat.Name slot : listing.slots()) {
            objects.delete(slot);
        }
        for (RingFormat.Name old : listing.rings()) {
            objects.delete(old);
        }
        return lost;
    }

    private Optional<KeyWay> again(SlotRecord slot, List<Secret> secrets) {
        String name = lock.name(slot, opened.master()).orElse("");
        if (slot.kind() == SlotFormat.RECIPIENT) {
            return Optional.of(new KeyWay(new KeyWay.Recipient(slot.recipient()), name));
        }
        return secrets.stream()
                .filter(secret -> lock.open(slot, secret).isPresent())
                .findFirst()
                .map(secret -> new KeyWay(new KeyWay.Known(secret), name));
    }

    /// Makes a key for subvolumes that are to share none with the others.
    ///
    /// @return its domain
    public int addDomain() throws IOException {
        requireCurrent();
        int domain = sealer.ring().freeDomain();
        KeyRing grown = sealer.ring().withDomain(domain, epoch(), random);
        RingFormat.Name old = new RingFormat.Name(epoch(), sequence);
        objects.create(new RingFormat.Name(epoch(), sequence + 1), grown, opened.master());
        sequence++;
        sealer.use(grown);
        objects.delete(old);
        return domain;
    }

    /// Looks at every object of the keys, copies too.
    ///
    /// @param damage told of each damaged object
    public void findDamage(Consumer<DamagedKey> damage) throws IOException {
        Listing listing = objects.list();
        for (SlotFormat.Name name : listing.slots()) {
            if (name.epoch() == epoch()) {
                objects.findDamage(name, slot -> lock.name(slot, opened.master()), damage);
            }
        }
        objects.findDamage(listing.newestRing(), opened.master(), damage);
    }

    /// Takes in keys that another process has added since.
    ///
    /// @throws WrongKeyException if the keys were rotated since this was opened
    public void requireCurrent() throws IOException {
        Listing listing = objects.list();
        if (listing.epoch() != epoch()) {
            throw new WrongKeyException(
                    "the pool's keys were rotated since it was opened; open it again");
        }
        RingFormat.Name newest = listing.newestRing();
        if (newest.sequence() > sequence) {
            sealer.use(objects.ring(newest, opened.master()));
            sequence = newest.sequence();
        }
    }

    @Override
    public void close() {
        Arrays.fill(opened.master(), (byte) 0);
        sealer.close();
        sealer.ring().record().wipe();
    }
}
