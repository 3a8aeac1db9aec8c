package dev.varve.engine.seal;

import dev.varve.engine.format.FormatWriter;
import dev.varve.engine.format.LittleEndian;
import dev.varve.engine.format.RingRecord;
import dev.varve.engine.format.RingRecord.Key;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The keys of a pool while it is open. Immutable, thread-safe.
///
/// No key encrypts anything itself. Each block has a key of its own, derived by HMAC-SHA-256 from
/// the ring's key, the block's address and its kind; each object one derived from its name. So a
/// nonce could repeat under a key only if one address were written about 2^48 times.
final class KeyRing {
    private static final String MAC = "HmacSHA256";
    private static final byte BLOCK = 1;
    private static final byte OBJECT = 2;

    private final RingRecord record;
    private final Map<Integer, Key> byId = new HashMap<>();

    /// The key of each domain that seals what is new.
    private final Map<Integer, Key> sealing = new HashMap<>();

    KeyRing(RingRecord record) {
        this.record = record;
        for (Key key : record.keys()) {
            byId.put(key.id(), key);
            sealing.put(key.domain(), key);
        }
    }

    RingRecord record() {
        return record;
    }

    /// The key that seals what is new in a domain.
    Key sealing(int domain) {
        Key key = sealing.get(domain);
        if (key == null) {
            throw new IllegalStateException("no key for domain " + domain);
        }
        return key;
    }

    boolean hasDomain(int domain) {
        return sealing.containsKey(domain);
    }

    Optional<Key> find(int id) {
        return Optional.ofNullable(byId.get(id));
    }

    /// The secret under which a domain's contents get their ids: the same after a rotation, so that
    /// old and new content is still shared.
    byte[] contentSecret(int domain, UUID poolId) {
        Key first =
                record.keys().stream()
                        .filter(key -> key.domain() == domain)
                        .findFirst()
                        .orElseThrow();
        return Hkdf.key(first.secret(), idBytes(poolId), "varve 1 content ids");
    }

    static byte[] idBytes(UUID id) {
        return new FormatWriter(16).uuid(id).toBytes();
    }

    /// A block's own key.
    static byte[] blockKey(Key key, long address, int kind) {
        byte[] message = new byte[10];
        message[0] = BLOCK;
        message[1] = (byte) kind;
        LittleEndian.putI64(message, 2, address);
        return derive(key, message);
    }

    /// An object's own key.
    static byte[] objectKey(Key key, String name) {
        byte[] text = name.getBytes(StandardCharsets.US_ASCII);
        byte[] message = new byte[1 + text.length];
        message[0] = OBJECT;
        System.arraycopy(text, 0, message, 1, text.length);
        return derive(key, message);
    }

    private static byte[] derive(Key key, byte[] message) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(key.secret(), MAC));
            return mac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + MAC, e);
        }
    }

    /// The same with other keys: a new one for each domain, made under this epoch.
    KeyRing rotated(int epoch, SecureBytes random) {
        List<Key> keys = new ArrayList<>(record.keys());
        int next = keys.getLast().id() + 1;
        for (int domain : sealing.keySet().stream().sorted().toList()) {
            keys.add(key(next++, domain, sealing(domain).cipher(), epoch, random));
        }
        return new KeyRing(new RingRecord(record.label(), List.copyOf(keys)));
    }

    /// The same with a key for one more domain.
    KeyRing withDomain(int domain, int epoch, SecureBytes random) {
        List<Key> keys = new ArrayList<>(record.keys());
        int cipher = sealing(RingRecord.SHARED).cipher();
        keys.add(key(keys.getLast().id() + 1, domain, cipher, epoch, random));
        return new KeyRing(new RingRecord(record.label(), List.copyOf(keys)));
    }

    /// A domain that no key has.
    int freeDomain() {
        return 1 + sealing.keySet().stream().mapToInt(Integer::intValue).max().orElse(0);
    }

    /// The ring of a new pool.
    static KeyRing first(String label, int cipher, SecureBytes random) {
        return new KeyRing(
                new RingRecord(
                        label,
                        List.of(
                                key(1, RingRecord.METADATA, cipher, 1, random),
                                key(2, RingRecord.SHARED, cipher, 1, random))));
    }

    private static Key key(int id, int domain, int cipher, int epoch, SecureBytes random) {
        return new Key(id, domain, cipher, epoch, random.next(RingRecord.SECRET_BYTES));
    }
}
