package dev.varve.engine.format;

import dev.varve.engine.format.SlotRecord.Cost;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.model.UnsupportedFormatException;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The object `keys/slot-<epoch>-<id>` and its copy under the same name with `.copy`, inside an
/// [Envelope]:
///
/// ```
/// pool id 16 | epoch u32 | id i64 | kind u8 | created: seconds i64, nanoseconds u32 | salt 16
/// | Argon2id: memory in KiB u32, passes u8, lanes u8 | recipient 32 | ephemeral 32
/// | wrapped master key 60 | n u16 | sealed name n
/// ```
public final class SlotFormat {
    public static final String PREFIX = "keys/";

    public static final int PASSPHRASE = 1;
    public static final int KEY_FILE = 2;
    public static final int RECIPIENT = 3;

    public static final int SALT_BYTES = 16;
    public static final int PUBLIC_KEY_BYTES = 32;
    public static final int MASTER_BYTES = 32;
    public static final int WRAPPED_BYTES =
            SealFormat.NONCE_BYTES + MASTER_BYTES + SealFormat.TAG_BYTES;

    /// The most ways into a pool: each passphrase costs an opening a derivation.
    public static final int MAX_SLOTS = 64;

    /// The longest name of a slot in bytes.
    public static final int MAX_NAME_BYTES = 255;

    /// What a hostile slot may make an opening spend.
    public static final int MAX_MEMORY_KIBIBYTES = 256 << 10;

    private static final int MIN_MEMORY_KIBIBYTES = 1 << 10;
    private static final int MAX_PASSES = 16;
    private static final int MAX_LANES = 16;

    private static final String MAGIC = "VARVSLOT";
    private static final int OLDEST = 1;
    private static final int CURRENT = 1;
    private static final Pattern NAME =
            Pattern.compile("keys/slot-([0-9a-f]{8})-([0-9a-f]{16})(?:\\.copy)?");

    private SlotFormat() {}

    /// Which slot an object is.
    public record Name(int epoch, long id) {
        public String text() {
            return "keys/slot-%08x-%016x".formatted(epoch, id);
        }
    }

    /// Which slot an object of this name is; empty if it is none.
    public static List<Name> name(String objectName) {
        Matcher name = NAME.matcher(objectName);
        if (!name.matches()) {
            return List.of();
        }
        int epoch = Integer.parseUnsignedInt(name.group(1), 16);
        long id = Long.parseUnsignedLong(name.group(2), 16);
        return epoch > 0 ? List.of(new Name(epoch, id)) : List.of();
    }

    /// What the wrapped master key is bound to: all that stands before it.
    public static byte[] boundToMaster(SlotRecord slot) {
        return head(new FormatWriter(), slot).toBytes();
    }

    /// What the sealed name is bound to: all that stands before it.
    public static byte[] boundToName(SlotRecord slot) {
        return head(new FormatWriter(), slot).bytes(slot.wrapped()).toBytes();
    }

    private static FormatWriter head(FormatWriter out, SlotRecord slot) {
        return out.uuid(slot.poolId())
                .u32(slot.epoch())
                .i64(slot.id())
                .u8(slot.kind())
                .i64(slot.created().seconds())
                .u32(slot.created().nanos())
                .bytes(slot.salt())
                .u32(slot.cost().memoryKibibytes())
                .u8(slot.cost().passes())
                .u8(slot.cost().lanes())
                .bytes(slot.recipient())
                .bytes(slot.ephemeral());
    }

    public static byte[] write(SlotRecord slot) {
        FormatWriter out = head(Envelope.begin(MAGIC, CURRENT), slot).bytes(slot.wrapped());
        return Envelope.end(out.u16(slot.name().length).bytes(slot.name()));
    }

    public static SlotRecord read(String where, byte[] bytes)
            throws CorruptionException, UnsupportedFormatException {
        FormatReader in = Envelope.open(where, bytes, MAGIC, OLDEST, CURRENT).body();
        UUID poolId = in.uuid();
        int epoch = in.u32("epoch", 1, Integer.MAX_VALUE);
        long id = in.i64();
        int kind = in.u8();
        if (kind < PASSPHRASE || kind > RECIPIENT) {
            throw in.corrupt(in.position() - 1, "a kind of slot", Integer.toString(kind));
        }
        Timestamp created = new Timestamp(in.i64(), in.u32("nanoseconds", 0, 999_999_999));
        byte[] salt = in.bytes(SALT_BYTES);
        Cost cost = cost(in, kind);
        SlotRecord slot =
                new SlotRecord(
                        poolId,
                        epoch,
                        id,
                        kind,
                        created,
                        salt,
                        cost,
                        in.bytes(PUBLIC_KEY_BYTES),
                        in.bytes(PUBLIC_KEY_BYTES),
                        in.bytes(WRAPPED_BYTES),
                        in.bytes(in.u16()));
        in.requireEnd();
        return slot;
    }

    private static Cost cost(FormatReader in, int kind) throws CorruptionException {
        boolean derived = kind == PASSPHRASE;
        int memory =
                in.u32(
                        "memory in KiB",
                        derived ? MIN_MEMORY_KIBIBYTES : 0,
                        derived ? MAX_MEMORY_KIBIBYTES : 0);
        int passes = in.u8();
        int lanes = in.u8();
        boolean valid =
                derived
                        ? passes >= 1 && passes <= MAX_PASSES && lanes >= 1 && lanes <= MAX_LANES
                        : passes == 0 && lanes == 0;
        if (!valid) {
            throw in.corrupt(in.position() - 2, "passes and lanes", passes + " and " + lanes);
        }
        return new Cost(memory, passes, lanes);
    }
}
