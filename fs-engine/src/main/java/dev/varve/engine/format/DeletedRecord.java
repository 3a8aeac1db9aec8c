package dev.varve.engine.format;

import dev.varve.engine.format.SubvolumeRecord.Event;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.Timestamp;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The value of a DELETED item: a subvolume that can still be brought back.
///
/// ```
/// deleted: generation i64, seconds i64, nanoseconds u32 | path | the subvolume, as it was
/// ```
///
/// @param deleted the commit that deleted it
/// @param path where it was, for people to read; cut if it is very long
public record DeletedRecord(Event deleted, String path, SubvolumeRecord record) {
    private static final int MOST_PATH_BYTES = 4096;

    public byte[] write() {
        byte[] utf8 = path.getBytes(StandardCharsets.UTF_8);
        byte[] cut = Arrays.copyOf(utf8, Math.min(utf8.length, MOST_PATH_BYTES));
        return new FormatWriter(512)
                .i64(deleted.generation())
                .i64(deleted.time().seconds())
                .u32(deleted.time().nanos())
                .u16(cut.length)
                .bytes(cut)
                .bytes(SubvolumeFormat.write(record))
                .toBytes();
    }

    public static DeletedRecord read(long id, byte[] value) throws CorruptionException {
        FormatReader in = new FormatReader("deleted subvolume " + id, value);
        long generation = in.i64("generation", 0, Long.MAX_VALUE);
        long seconds = in.i64();
        int nanos = in.u32("nanoseconds", 0, 999_999_999);
        String path = new String(in.bytes(in.u16()), StandardCharsets.UTF_8);
        SubvolumeRecord record = SubvolumeFormat.read(id, in.bytes(in.remaining()));
        return new DeletedRecord(
                new Event(generation, new Timestamp(seconds, nanos)), path, record);
    }
}
