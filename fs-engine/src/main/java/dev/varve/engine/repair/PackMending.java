package dev.varve.engine.repair;

import dev.varve.engine.format.BlockAddress;
import dev.varve.engine.format.PackFormat;
import dev.varve.engine.pack.BlockStore;
import dev.varve.engine.pack.PackCopier;
import dev.varve.engine.pack.PackCopier.Content;
import dev.varve.engine.pack.PackCopier.Mending;
import dev.varve.engine.pack.PackReader;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What is done about damaged blocks of content. One whose content stands in another block is made
/// again: the object of its pack is written anew, and the old one belongs to no commit afterwards.
/// The others are offered to no writer any more, so that their content is stored anew when it comes
/// again; the next repair then makes them again from that.
///
/// @param twins a sound block of the same content, by the damaged block
/// @param lost damaged blocks that have none
/// @param offered how many of those the contents tree names
/// @param tables objects whose tables are made anew
/// @param level of zstd
record PackMending(
        Map<Long, Twin> twins,
        Set<Long> lost,
        int offered,
        Damaged damaged,
        TableMending tables,
        int level) {
    static final PackMending NONE =
            new PackMending(Map.of(), Set.of(), 0, new Damaged(), TableMending.NONE, 0);

    /// Whether anything can be done.
    boolean isNeeded() {
        return !twins.isEmpty() || offered > 0 || !tables.objects().isEmpty();
    }

    /// A sound block.
    ///
    /// @param domain whose key seals it
    record Twin(long address, int domain) {}

    boolean staysDamaged(long address) {
        return lost.contains(address);
    }

    /// Writes every object anew of which some block can be made again.
    void write(BlockStore reader, BlockStore writer, ScannedLocations locations)
            throws IOException {
        tables.write(reader, writer, locations);
        Set<Long> objects = new TreeSet<>();
        for (long address : twins.keySet()) {
            objects.add(locations.objectNumber(BlockAddress.packOf(address)));
        }
        for (long object : objects) {
            write(object, reader, writer, locations);
        }
    }

    private void write(
            long object, BlockStore reader, BlockStore writer, ScannedLocations locations)
            throws IOException {
        PackReader pack = reader.openPack(PackFormat.objectName(object));
        PackCopier copier = writer.copier();
        Set<Long> numbers = new TreeSet<>();
        for (long number : pack.packNumbers()) {
            if (locations.objectNumber(number) == object) {
                copier.add(copier.mend(pack, number, level, new FromTwins(reader)));
                numbers.add(number);
            }
        }
        long made = copier.write();
        for (long number : numbers) {
            locations.move(number, made);
        }
    }

    private final class FromTwins implements Mending {
        private final BlockStore reader;

        FromTwins(BlockStore reader) {
            this.reader = reader;
        }

        @Override
        public @Nullable Content of(long address) throws IOException {
            Twin twin = twins.get(address);
            return twin == null ? null : new Content(reader.read(twin.address()), twin.domain());
        }

        @Override
        public boolean isUnneeded(long address) {
            return damaged.isUnneeded(address);
        }
    }
}
