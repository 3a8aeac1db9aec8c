package dev.varve.engine.format;

import dev.varve.engine.format.SubvolumeRecord.Event;
import dev.varve.engine.format.SubvolumeRecord.Named;
import dev.varve.engine.format.SubvolumeRecord.Root;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Timestamp;
import java.util.Optional;
import java.util.UUID;

/// The value of a SUBVOLUME item, and of the items that hold just a tree root.
///
/// ```
/// flags u32 (1 read-only, 2 has a parent UUID, 4 has a received UUID, 8 has a place)
/// | root: address u64, level u8, generation u64 | next inode u64
/// | uuid | parent uuid | received uuid           (zeros if absent)
/// | changed, created, sent, received: generation u64, seconds s64, nanoseconds u32
/// | place: parent subvolume u64, directory u64, name (the rest)   (zeros and empty if absent)
/// ```
public final class SubvolumeFormat {
    private static final int READ_ONLY = 1;
    private static final int HAS_PARENT = 2;
    private static final int HAS_RECEIVED = 4;
    private static final int HAS_PLACE = 8;
    private static final int MAX_LEVEL = 32;
    private static final UUID NONE = new UUID(0, 0);

    private SubvolumeFormat() {}

    public static byte[] write(SubvolumeRecord record) {
        int flags =
                (record.readOnly() ? READ_ONLY : 0)
                        | (record.parentUuid().isPresent() ? HAS_PARENT : 0)
                        | (record.receivedUuid().isPresent() ? HAS_RECEIVED : 0)
                        | (record.place().isPresent() ? HAS_PLACE : 0);
        FormatWriter out = new FormatWriter(256).u32(flags);
        root(out, record.root());
        out.i64(record.nextInode())
                .uuid(record.uuid())
                .uuid(record.parentUuid().orElse(NONE))
                .uuid(record.receivedUuid().orElse(NONE));
        event(out, record.changed());
        event(out, record.created());
        event(out, record.sent());
        event(out, record.received());
        Named place = record.place().orElse(new Named(0, 0, new byte[0]));
        return out.i64(place.parent()).i64(place.directory()).bytes(place.name()).toBytes();
    }

    public static SubvolumeRecord read(long id, byte[] value) throws CorruptionException {
        FormatReader in = new FormatReader("subvolume " + id, value);
        long flags = in.u32();
        Root root = root(in);
        long nextInode = size(in);
        UUID uuid = in.uuid();
        UUID parentUuid = in.uuid();
        UUID receivedUuid = in.uuid();
        Event changed = event(in);
        Event created = event(in);
        Event sent = event(in);
        Event received = event(in);
        Optional<Named> place = place(in, (flags & HAS_PLACE) != 0);
        return new SubvolumeRecord(
                root,
                nextInode,
                (flags & READ_ONLY) != 0,
                uuid,
                (flags & HAS_PARENT) != 0 ? Optional.of(parentUuid) : Optional.empty(),
                (flags & HAS_RECEIVED) != 0 ? Optional.of(receivedUuid) : Optional.empty(),
                place,
                changed,
                created,
                sent,
                received);
    }

    private static Optional<Named> place(FormatReader in, boolean present)
            throws CorruptionException {
        Named named = new Named(size(in), size(in), in.bytes(in.remaining()));
        if (!present) {
            return Optional.empty();
        }
        if (!FileName.isValid(named.name())) {
            throw in.corrupt(in.position(), "a file name", named.name().length + " other bytes");
        }
        return Optional.of(named);
    }

    public static byte[] writeRoot(Root root) {
        FormatWriter out = new FormatWriter(17);
        root(out, root);
        return out.toBytes();
    }

    public static Root readRoot(String what, byte[] value) throws CorruptionException {
        FormatReader in = new FormatReader(what, value);
        Root root = root(in);
        in.requireEnd();
        return root;
    }

    private static void root(FormatWriter out, Root root) {
        out.i64(root.address()).u8(root.level()).i64(root.generation());
    }

    static Root root(FormatReader in) throws CorruptionException {
        long address = size(in);
        int level = in.u8();
        if (level > MAX_LEVEL) {
            throw in.corrupt(in.position(), "a tree level", Integer.toString(level));
        }
        return new Root(address, level, size(in));
    }

    private static void event(FormatWriter out, Event event) {
        out.i64(event.generation());
        out.i64(event.time().seconds()).u32(event.time().nanos());
    }

    private static Event event(FormatReader in) throws CorruptionException {
        long generation = in.i64();
        long seconds = in.i64();
        int nanos = in.u32("nanoseconds", 0, 999_999_999);
        return new Event(generation, new Timestamp(seconds, nanos));
    }

    private static long size(FormatReader in) throws CorruptionException {
        return in.i64("number", 0, Long.MAX_VALUE);
    }
}
