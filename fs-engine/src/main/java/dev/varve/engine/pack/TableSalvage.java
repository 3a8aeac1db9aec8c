package dev.varve.engine.pack;

import com.github.luben.zstd.Zstd;
import dev.varve.engine.format.BlockAddress;
import dev.varve.engine.format.ChecksumKind;
import dev.varve.engine.format.PackFormat;
import dev.varve.engine.format.PackSlot;
import dev.varve.engine.format.PackTable;
import dev.varve.engine.format.SealFormat;
import dev.varve.engine.format.TableLocation;
import dev.varve.engine.model.ContentId;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.UnsupportedFormatException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes a pack's table anew from what is left of it and from the blocks themselves. An entry
/// counts if its block agrees: with the checksum in it, or with the content id in it, or, if it is
/// sealed, by opening at all. Where an entry was hit, its neighbours tell where the block begins
/// and ends. What agrees with nothing is left out.
///
/// ```
/// | header | block | block | block | table | trailer | tail |
///            ^ end of the one before   ^ found by the pack's number, here or in the trailer
/// ```
public final class TableSalvage {
    /// Contents may look like a table's header by accident, or because someone wants them to.
    private static final int MOST_PLACES = 8;

    private final PackSource source;
    private final String name;
    private final byte[] object;
    private final ContentIds ids;

    /// Computes content ids.
    @FunctionalInterface
    public interface ContentIds {
        /// The id of a content; empty if its key is not known.
        ///
        /// @param keyId of the key that the block is sealed under, 0 if it is plain
        Optional<ContentId> of(int keyId, byte[] raw);
    }

    /// @param object all of its bytes
    TableSalvage(PackSource source, String name, byte[] object, ContentIds ids) {
        this.source = source;
        this.name = name;
        this.object = object;
        this.ids = ids;
    }

    /// A pack that the object answers for.
    ///
    /// @param slots how many it has, 0 if that is not known
    /// @param kind [PackFormat#METADATA] or [PackFormat#DATA], 0 if that is not known
    public record Expected(long packNumber, int slots, int kind) {}

    /// Where a table begins, and what its header should say.
    private record Place(int offset, int slots, ChecksumKind checksum) {}

    /// The pack with every block that agrees with its entry; empty if no table is found or no block
    /// agrees.
    Optional<PackCopier.Part> salvage(Expected pack) throws IOException {
        for (Place place : isOfPool() ? places(pack) : List.<Place>of()) {
            Optional<PackCopier.Part> part = salvage(pack, place);
            if (part.isPresent()) {
                return part;
            }
        }
        return Optional.empty();
    }

    /// Whether the object's header or its trailer says so: the checksums of blocks alone would
    /// agree in another pool's pack of the same number, too.
    private boolean isOfPool() {
        byte[] header = Arrays.copyOf(object, Math.min(object.length, PackFormat.HEADER_BYTES));
        try {
            PackFormat.readHeader(name, source.poolId(), header);
            return true;
        } catch (CorruptionException | UnsupportedFormatException _) {
            return !trailer().isEmpty();
        }
    }

    /// By the header that is there, last ones first; then by the trailer. Each has the pack's
    /// number: without it nothing would tell whose blocks these are.
    private List<Place> places(Expected pack) {
        List<Place> places = new ArrayList<>();
        int at = object.length - PackTable.HEADER_BYTES;
        for (; at >= PackFormat.HEADER_BYTES && places.size() < MOST_PLACES; at--) {
            PackTable.@Nullable Header header = PackTable.header(object, at);
            if (header != null
                    && header.packNumber() == pack.packNumber()
                    && (pack.slots() == 0 || header.slots() == pack.slots())) {
                add(places, at, header.slots(), header.checksum());
            }
        }
        for (TableLocation location : trailer()) {
            boolean isIts = location.packNumber() == pack.packNumber() && pack.slots() > 0;
            for (ChecksumKind kind : isIts ? ChecksumKind.values() : new ChecksumKind[0]) {
                if (PackTable.sizeBytes(pack.slots(), kind) == location.lengthBytes()) {
                    add(places, (int) location.offset(), pack.slots(), kind);
                }
            }
        }
        return places;
    }

    /// Nothing if it is damaged: then no header is, most likely.
    private List<TableLocation> trailer() {
        try {
            int needed = PackFormat.trailerAndTailBytes(name, object);
            byte[] last =
                    Arrays.copyOfRange(object, Math.max(0, object.length - needed), object.length);
            return PackFormat.readTrailer(name, source.poolId(), last, object.length);
        } catch (CorruptionException | UnsupportedFormatException _) {
            return List.of();
        }
    }

    private void add(List<Place> places, int at, int slots, ChecksumKind kind) {
        boolean fits =
                at >= PackFormat.HEADER_BYTES
                        && slots <= PackFormat.MAX_SLOTS
                        && at + PackTable.sizeBytes(slots, kind) <= object.length;
        if (fits) {
            places.add(new Place(at, slots, kind));
        }
    }

    private Optional<PackCopier.Part> salvage(Expected pack, Place place) throws IOException {
        List<PackSlot> entries = new ArrayList<>();
        for (int slot = 0; slot < place.slots(); slot++) {
            entries.add(PackTable.entry(object, place.offset(), slot, place.checksum()));
        }
        List<PackSlot> slots = new ArrayList<>();
        List<byte[]> stored = new ArrayList<>();
        long[] sums = new long[2];
        for (int slot = 0; slot < place.slots(); slot++) {
            Optional<PackSlot> proved = prove(pack, place, entries, slot);
            if (proved.isEmpty()) {
                slots.add(PackSlot.dropped(place.checksum().lengthBytes()));
                continue;
            }
            entries.set(slot, proved.get());
            byte[] bytes = bytes(proved.get());
            slots.add(proved.get().at(sums[0]));
            stored.add(bytes);
            sums[0] += bytes.length;
            sums[1] += proved.get().rawLength();
        }
        PackTable table =
                PackTable.of(
                        source.poolId(),
                        pack.packNumber(),
                        place.checksum(),
                        slots,
                        source.codec().checksums());
        return stored.isEmpty()
                ? Optional.empty()
                : Optional.of(new PackCopier.Part(table, slots, stored, sums[0], sums[1]));
    }

    private byte[] bytes(PackSlot slot) {
        return Arrays.copyOfRange(object, (int) slot.offset(), (int) slot.end());
    }

    private Optional<PackSlot> prove(Expected pack, Place place, List<PackSlot> entries, int number)
            throws IOException {
        PackSlot entry = entries.get(number);
        if (entry.storedLength() == 0 && entry.offset() == 0) {
            return Optional.empty();
        }
        long before = number == 0 ? PackFormat.HEADER_BYTES : entries.get(number - 1).end();
        long behind =
                number + 1 < entries.size() ? entries.get(number + 1).offset() : place.offset();
        for (long offset : distinct(entry.offset(), before)) {
            for (long length : distinct(entry.storedLength(), behind - offset)) {
                boolean fits =
                        offset >= PackFormat.HEADER_BYTES
                                && length > 0
                                && length <= PackFormat.MAX_STORED_BYTES
                                && offset + length <= place.offset();
                if (fits) {
                    Optional<PackSlot> proved =
                            prove(pack, place, entry.at(offset), (int) length, number);
                    if (proved.isPresent()) {
                        return proved;
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static Set<Long> distinct(long first, long second) {
        Set<Long> both = new LinkedHashSet<>();
        both.add(first);
        both.add(second);
        return both;
    }

    /// Tries the block between two offsets.
    private Optional<PackSlot> prove(
            Expected pack, Place place, PackSlot entry, int length, int number) throws IOException {
        byte[] stored =
                Arrays.copyOfRange(object, (int) entry.offset(), (int) entry.offset() + length);
        byte[] sum = source.codec().checksums().ofBlock(place.checksum(), stored, 0, length);
        boolean sumAgrees = Arrays.equals(sum, entry.checksum());
        int kind = pack.kind() == 0 ? entry.kind() : pack.kind();
        long address = BlockAddress.of(pack.packNumber(), number);
        boolean sealed = source.codec().seals();
        if (kind != PackFormat.METADATA && kind != PackFormat.DATA) {
            return Optional.empty();
        }
        long other = entry.codec() == PackFormat.RAW ? PackFormat.ZSTD : PackFormat.RAW;
        for (long codec : distinct(entry.codec(), other)) {
            for (long raw : distinct(entry.rawLength(), rawLength(stored, (int) codec, sealed))) {
                boolean isPossible =
                        (codec == PackFormat.RAW || codec == PackFormat.ZSTD)
                                && raw > 0
                                && raw <= PackFormat.MAX_RAW_BYTES;
                if (!isPossible) {
                    continue;
                }
                PackSlot tried =
                        new PackSlot(
                                entry.offset(),
                                length,
                                (int) raw,
                                kind,
                                (int) codec,
                                sealed,
                                entry.content(),
                                sum);
                boolean bySum = sumAgrees && codec == entry.codec();
                Optional<PackSlot> agreed = open(place, tried, address, stored, bySum);
                if (agreed.isPresent()) {
                    return agreed;
                }
            }
        }
        return Optional.empty();
    }

    /// What the block itself says of its length before compression; of a sealed one that stands in
    /// its encrypted part.
    private static long rawLength(byte[] stored, int codec, boolean sealed) {
        if (codec == PackFormat.RAW) {
            return (long) stored.length - (sealed ? SealFormat.BLOCK_OVERHEAD_BYTES : 0);
        }
        return sealed ? 0 : Zstd.getFrameContentSize(stored);
    }

    private Optional<PackSlot> open(
            Place place, PackSlot tried, long address, byte[] stored, boolean bySum)
            throws IOException {
        byte[] raw;
        try {
            raw = source.codec().open("salvaged block", address, place.checksum(), tried, stored);
        } catch (CorruptionException _) {
            return Optional.empty();
        }
        int keyId = tried.sealed() ? SealFormat.blockKeyId(stored) : 0;
        Optional<ContentId> id = ids.of(keyId, raw);
        boolean idAgrees = !tried.content().isNone() && id.equals(Optional.of(tried.content()));
        if (!bySum && !idAgrees && !tried.sealed()) {
            return Optional.empty();
        }
        ContentId content =
                tried.content().isNone() || idAgrees ? tried.content() : id.orElse(ContentId.NONE);
        return Optional.of(
                new PackSlot(
                        tried.offset(),
                        tried.storedLength(),
                        tried.rawLength(),
                        tried.kind(),
                        tried.codec(),
                        tried.sealed(),
                        content,
                        tried.checksum()));
    }
}
