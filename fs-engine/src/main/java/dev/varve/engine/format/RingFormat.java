package dev.varve.engine.format;

import dev.varve.engine.format.RingRecord.Key;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.UnsupportedFormatException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The object `keys/ring-<epoch>-<sequence>` and its copy under the same name with `.copy`, inside
/// an [Envelope]:
///
/// ```
/// pool id 16 | nonce 12 | sealed ring
///
/// ring: label | n u32 | n × key: id u32, domain u32, cipher u8, epoch u32, secret 32
/// ```
public final class RingFormat {
    /// Ciphers.
    public static final int AES_256_GCM = 1;

    public static final int CHACHA20_POLY1305 = 2;

    /// The most keys of a pool.
    public static final int MAX_KEYS = 1 << 16;

    private static final String MAGIC = "VARVRING";
    private static final int OLDEST = 1;
    private static final int CURRENT = 1;
    private static final int KEY_BYTES = 4 + 4 + 1 + 4 + RingRecord.SECRET_BYTES;
    private static final Pattern NAME =
            Pattern.compile("keys/ring-([0-9a-f]{8})-([0-9a-f]{8})(?:\\.copy)?");

    private RingFormat() {}

    /// Which ring an object is.
    public record Name(int epoch, int sequence) implements Comparable<Name> {
        /// The object's name.
        public String text() {
            return "keys/ring-%08x-%08x".formatted(epoch, sequence);
        }

        /// What holds is the highest.
        @Override
        public int compareTo(Name other) {
            return epoch == other.epoch
                    ? Integer.compare(sequence, other.sequence)
                    : Integer.compare(epoch, other.epoch);
        }
    }

    /// A ring as it is stored.
    public record SealedRing(UUID poolId, byte[] nonce, byte[] sealed) {}

    /// Which ring an object of this name is; empty if it is none.
    public static List<Name> name(String objectName) {
        Matcher name = NAME.matcher(objectName);
        if (!name.matches()) {
            return List.of();
        }
        int epoch = Integer.parseUnsignedInt(name.group(1), 16);
        int sequence = Integer.parseUnsignedInt(name.group(2), 16);
        return epoch > 0 && sequence >= 0 ? List.of(new Name(epoch, sequence)) : List.of();
    }

    public static byte[] write(SealedRing ring) {
        FormatWriter out = Envelope.begin(MAGIC, CURRENT).uuid(ring.poolId());
        return Envelope.end(out.bytes(ring.nonce()).bytes(ring.sealed()));
    }

    public static SealedRing read(String where, byte[] bytes)
            throws CorruptionException, UnsupportedFormatException {
        FormatReader in = Envelope.open(where, bytes, MAGIC, OLDEST, CURRENT).body();
        UUID poolId = in.uuid();
        byte[] nonce = in.bytes(SealFormat.NONCE_BYTES);
        return new SealedRing(poolId, nonce, in.bytes(in.remaining()));
    }

    public static byte[] writeKeys(RingRecord ring) {
        FormatWriter out = new FormatWriter(64 + ring.keys().size() * KEY_BYTES);
        out.text(ring.label()).u32(ring.keys().size());
        for (Key key : ring.keys()) {
            out.u32(key.id()).u32(key.domain()).u8(key.cipher()).u32(key.epoch());
            out.bytes(key.secret());
        }
        return out.toBytes();
    }

    public static RingRecord readKeys(String where, byte[] bytes) throws CorruptionException {
        FormatReader in = new FormatReader(where, bytes);
        String label = in.text();
        int count = in.u32("keys", 1, Math.min(MAX_KEYS, in.remaining() / KEY_BYTES));
        List<Key> keys = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int previous = keys.isEmpty() ? 0 : keys.getLast().id();
            int id = in.u32("key id", previous + 1, Integer.MAX_VALUE);
            int domain = in.u32("domain", 0, Integer.MAX_VALUE);
            int cipher = in.u8();
            if (cipher != AES_256_GCM && cipher != CHACHA20_POLY1305) {
                throw in.corrupt(in.position() - 1, "a cipher", Integer.toString(cipher));
            }
            int epoch = in.u32("epoch", 1, Integer.MAX_VALUE);
            keys.add(new Key(id, domain, cipher, epoch, in.bytes(RingRecord.SECRET_BYTES)));
        }
        in.requireEnd();
        return new RingRecord(label, List.copyOf(keys));
    }
}
