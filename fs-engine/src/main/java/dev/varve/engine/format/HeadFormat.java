package dev.varve.engine.format;

import dev.varve.engine.format.Head.NewPack;
import dev.varve.engine.format.SubvolumeRecord.Root;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.model.UnsupportedFormatException;
import java.util.ArrayList;
import java.util.List;

/// The object `heads/<generation>`, inside an [Envelope]:
///
/// ```
/// pool id 16 | generation i64 | time: seconds i64, nanoseconds u32 | next subvolume i64
/// | roots, counts, packs, contents: address i64, level u8, generation i64
/// | n u32 | n new packs: number i64, kind u8, slots u32, stored bytes i64, raw bytes i64
/// | m u32 | m freed addresses i64 | relocated packs i64
/// ```
public final class HeadFormat {
    public static final String PREFIX = "heads/";

    private static final String MAGIC = "VARVHEAD";
    private static final int OLDEST = 1;
    private static final int CURRENT = 1;
    private static final int NEW_PACK_BYTES = 8 + 1 + 4 + 8 + 8;

    private HeadFormat() {}

    /// The object's name; names sort as generations do.
    public static String name(long generation) {
        return PREFIX + "%016x".formatted(generation);
    }

    /// The generation in an object's name, or -1 if it is no head's.
    public static long generation(String name) {
        String hex = name.substring(PREFIX.length());
        boolean valid =
                hex.length() == 16 && hex.chars().allMatch(c -> Character.digit(c, 16) >= 0);
        return valid ? Long.parseUnsignedLong(hex, 16) : -1;
    }

    public static byte[] write(Head head) {
        FormatWriter out = Envelope.begin(MAGIC, CURRENT);
        out.uuid(head.poolId())
                .i64(head.generation())
                .i64(head.time().seconds())
                .u32(head.time().nanos())
                .i64(head.nextSubvolume());
        for (Root root : List.of(head.roots(), head.counts(), head.packs(), head.contents())) {
            out.i64(root.address()).u8(root.level()).i64(root.generation());
        }
        out.u32(head.newPacks().size());
        for (NewPack pack : head.newPacks()) {
            out.i64(pack.number())
                    .u8(pack.kind())
                    .u32(pack.slots())
                    .i64(pack.storedBytes())
                    .i64(pack.rawBytes());
        }
        out.u32(head.freed().size());
        for (long address : head.freed()) {
            out.i64(address);
        }
        out.i64(head.relocatedPacks());
        return Envelope.end(out);
    }

    public static Head read(String where, byte[] bytes)
            throws CorruptionException, UnsupportedFormatException {
        FormatReader in = Envelope.open(where, bytes, MAGIC, OLDEST, CURRENT).body();
        var poolId = in.uuid();
        long generation = size(in, "generation");
        long seconds = in.i64();
        int nanos = in.u32("nanoseconds", 0, 999_999_999);
        long nextSubvolume = size(in, "next subvolume");
        Root roots = SubvolumeFormat.root(in);
        Root counts = SubvolumeFormat.root(in);
        Root packs = SubvolumeFormat.root(in);
        Root contents = SubvolumeFormat.root(in);
        List<NewPack> newPacks = newPacks(in);
        List<Long> freed = freed(in);
        long relocated = size(in, "relocated packs");
        in.requireEnd();
        Timestamp time = new Timestamp(seconds, nanos);
        return new Head(
                poolId,
                generation,
                time,
                nextSubvolume,
                roots,
                counts,
                packs,
                contents,
                newPacks,
                freed,
                relocated);
    }

    private static List<NewPack> newPacks(FormatReader in) throws CorruptionException {
        int count = in.u32("new packs", 0, in.remaining() / NEW_PACK_BYTES);
        List<NewPack> packs = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            packs.add(
                    new NewPack(
                            size(in, "pack number"),
                            in.u8(),
                            in.u32("slots", 0, BlockAddress.MAX_SLOT + 1),
                            size(in, "stored bytes"),
                            size(in, "raw bytes")));
        }
        return packs;
    }

    private static List<Long> freed(FormatReader in) throws CorruptionException {
        int count = in.u32("freed addresses", 0, in.remaining() / Long.BYTES);
        List<Long> freed = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            freed.add(size(in, "address"));
        }
        return freed;
    }

    private static long size(FormatReader in, String name) throws CorruptionException {
        return in.i64(name, 0, Long.MAX_VALUE);
    }
}
