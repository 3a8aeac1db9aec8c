package dev.varve.engine.seal;

import dev.varve.engine.format.RingFormat;
import dev.varve.engine.format.SealFormat;
import dev.varve.engine.format.SlotFormat;
import dev.varve.engine.format.SlotRecord;
import dev.varve.engine.format.SlotRecord.Cost;
import dev.varve.engine.model.KeyWay;
import dev.varve.engine.model.Secret;
import dev.varve.engine.model.Timestamp;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/// Makes slots and opens them: a secret gives a key, and that key wraps the master key.
///
/// ```
/// passphrase  Argon2id(passphrase, salt)
/// key file    HKDF(content, salt)
/// recipient   HKDF(X25519(ephemeral, recipient), both public keys)
/// ```
///
/// Each of these keys wraps one master key and nothing else, always with AES-256-GCM.
final class SlotLock {
    private static final byte[] NO_PUBLIC_KEY = new byte[SlotFormat.PUBLIC_KEY_BYTES];
    private static final byte[] NO_SALT = new byte[SlotFormat.SALT_BYTES];
    private static final String KEY_FILE = "varve 1 key file";
    private static final String RECIPIENT = "varve 1 recipient";
    private static final String SLOT_NAME = "varve 1 slot name";

    private final SecureBytes random;
    private final Cost cost;
    private final Aead aead = new Aead(RingFormat.AES_256_GCM);

    /// @param cost of new passphrases
    SlotLock(SecureBytes random, Cost cost) {
        this.random = random;
        this.cost = cost;
    }

    /// Where a slot is to be.
    record Place(UUID poolId, int epoch, Timestamp now) {}

    /// Makes a slot that opens to the master key.
    SlotRecord make(KeyWay way, Place place, byte[] master) {
        return switch (way.lock()) {
            case KeyWay.Known known -> known(known.secret(), way.name(), place, master);
            case KeyWay.Recipient recipient ->
                    recipient(recipient.publicKey(), way.name(), place, master);
        };
    }

    private SlotRecord known(Secret secret, String name, Place place, byte[] master) {
        byte[] salt = random.next(SlotFormat.SALT_BYTES);
        SlotRecord slot =
                switch (secret) {
                    case Secret.Passphrase _ ->
                            slot(place, SlotFormat.PASSPHRASE, salt, cost, NO_PUBLIC_KEY);
                    case Secret.KeyFile _ ->
                            slot(place, SlotFormat.KEY_FILE, salt, Cost.NONE, NO_PUBLIC_KEY);
                    case Secret.Identity identity ->
                            throw new IllegalArgumentException(identity + " is not for a slot");
                };
        return wrapped(slot, derived(slot, secret).orElseThrow(), name, master);
    }

    private SlotRecord recipient(byte[] publicKey, String name, Place place, byte[] master) {
        byte[] ephemeral = random.next(X25519.KEY_BYTES);
        byte[] ephemeralPublic = X25519.publicKey(ephemeral);
        SlotRecord slot = slot(place, SlotFormat.RECIPIENT, NO_SALT, Cost.NONE, publicKey);
        slot = slot.withEphemeral(ephemeralPublic);
        byte[] key = agreed(slot, X25519.agree(ephemeral, publicKey));
        Arrays.fill(ephemeral, (byte) 0);
        return wrapped(slot, key, name, master);
    }

    private SlotRecord slot(Place place, int kind, byte[] salt, Cost spend, byte[] recipient) {
        return new SlotRecord(
                place.poolId(),
                place.epoch(),
                random.nextLong(),
                kind,
                place.now(),
                salt,
                spend,
                recipient,
                NO_PUBLIC_KEY,
                new byte[0],
                new byte[0]);
    }

    private SlotRecord wrapped(SlotRecord slot, byte[] key, String name, byte[] master) {
        SlotRecord made = slot.withWrapped(seal(key, SlotFormat.boundToMaster(slot), master));
        Arrays.fill(key, (byte) 0);
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        return made.withName(seal(nameKey(made, master), SlotFormat.boundToName(made), text));
    }

    /// The master key; empty if this secret does not open this slot.
    Optional<byte[]> open(SlotRecord slot, Secret secret) {
        Optional<byte[]> key = derived(slot, secret);
        Optional<byte[]> master =
                key.flatMap(k -> open(k, SlotFormat.boundToMaster(slot), slot.wrapped()));
        key.ifPresent(k -> Arrays.fill(k, (byte) 0));
        return master;
    }

    /// The slot's name; empty if the slot was not made by someone who knew the master key.
    Optional<String> name(SlotRecord slot, byte[] master) {
        return open(nameKey(slot, master), SlotFormat.boundToName(slot), slot.name())
                .map(text -> new String(text, StandardCharsets.UTF_8));
    }

    private static byte[] nameKey(SlotRecord slot, byte[] master) {
        return Hkdf.key(master, KeyRing.idBytes(slot.poolId()), SLOT_NAME);
    }

    private static Optional<byte[]> derived(SlotRecord slot, Secret secret) {
        return switch (secret) {
            case Secret.Passphrase phrase when slot.kind() == SlotFormat.PASSPHRASE ->
                    Optional.of(Argon2id.key(phrase.bytes(), slot.salt(), slot.cost()));
            case Secret.KeyFile file when slot.kind() == SlotFormat.KEY_FILE ->
                    Optional.of(Hkdf.key(file.bytes(), slot.salt(), KEY_FILE));
            case Secret.Identity identity when slot.kind() == SlotFormat.RECIPIENT ->
                    agreed(slot, identity);
            case Secret.Passphrase _, Secret.KeyFile _, Secret.Identity _ -> Optional.empty();
        };
    }

    private static Optional<byte[]> agreed(SlotRecord slot, Secret.Identity identity) {
        if (!Arrays.equals(X25519.publicKey(identity.bytes()), slot.recipient())) {
            return Optional.empty();
        }
        try {
            byte[] shared = X25519.agree(identity.bytes(), slot.ephemeral());
            return Optional.of(agreed(slot, shared));
        } catch (IllegalStateException _) {
            // A forged ephemeral key that leads nowhere.
            return Optional.empty();
        }
    }

    private static byte[] agreed(SlotRecord slot, byte[] shared) {
        byte[] both = Arrays.copyOf(slot.ephemeral(), 2 * SlotFormat.PUBLIC_KEY_BYTES);
        System.arraycopy(
                slot.recipient(), 0, both, SlotFormat.PUBLIC_KEY_BYTES, slot.recipient().length);
        byte[] key = Hkdf.key(shared, both, RECIPIENT);
        Arrays.fill(shared, (byte) 0);
        return key;
    }

    /// Nonce, ciphertext and tag.
    private byte[] seal(byte[] key, byte[] bound, byte[] bytes) {
        byte[] nonce = random.next(SealFormat.NONCE_BYTES);
        byte[] out = Arrays.copyOf(nonce, nonce.length + bytes.length + SealFormat.TAG_BYTES);
        aead.seal(key, nonce, bound, bytes, out, nonce.length);
        return out;
    }

    private Optional<byte[]> open(byte[] key, byte[] bound, byte[] sealed) {
        return sealed.length < SealFormat.NONCE_BYTES
                ? Optional.empty()
                : aead.open(key, 0, bound, sealed, SealFormat.NONCE_BYTES);
    }
}
