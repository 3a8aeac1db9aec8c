package dev.varve.engine;

import dev.varve.engine.commit.DataBlocks;
import dev.varve.engine.commit.DataBlocks.Chunking;
import dev.varve.engine.commit.DataBlocks.Dedup;
import dev.varve.engine.commit.Subvolumes;
import dev.varve.engine.format.ChecksumKind;
import dev.varve.engine.format.SubvolumeRecord;
import dev.varve.engine.format.SubvolumeRecord.Named;
import dev.varve.engine.model.Property;
import dev.varve.engine.model.PropertyValue;
import dev.varve.engine.model.SubvolumeId;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import java.util.Optional;

/// Finds the values that hold for a subvolume: the nearest on the way up wins.
record SubvolumeProperties(Subvolumes subvolumes) {
    private static final String ZSTD = "zstd";

    /// As in btrfs.
    private static final int ZSTD_LEVEL = 3;

    PropertyValue find(SubvolumeId id, Property property) throws IOException {
        SubvolumeId at = id;
        while (true) {
            Optional<Named> place = record(at).place();
            Optional<String> own = subvolumes.property(at, property);
            if (own.isPresent()) {
                return new PropertyValue(property, own.get(), Optional.of(at));
            }
            if (place.isEmpty() || !property.isInherited()) {
                return new PropertyValue(property, property.fallback(), Optional.empty());
            }
            at = new SubvolumeId(place.get().parent());
        }
    }

    private SubvolumeRecord record(SubvolumeId id) throws IOException {
        return subvolumes.find(id).orElseThrow(() -> new NoSuchFileException("subvolume " + id));
    }

    /// How a subvolume's content is stored.
    DataBlocks.Traits traits(SubvolumeId id, StorageDefaults defaults) throws IOException {
        String dedup = find(id, Property.DEDUP).value();
        String chunking = find(id, Property.CHUNKING).value();
        return new DataBlocks.Traits(
                Dedup.valueOf(dedup.toUpperCase(Locale.ROOT)),
                level(find(id, Property.COMPRESSION).value(), defaults.compressionLevel()),
                checksum(find(id, Property.CHECKSUM).value(), defaults.checksum()),
                Chunking.valueOf(chunking.toUpperCase(Locale.ROOT)));
    }

    private static int level(String compression, int automatic) {
        return switch (compression) {
            case "auto" -> automatic;
            case "none" -> 0;
            case ZSTD -> ZSTD_LEVEL;
            default -> Integer.parseInt(compression.substring(ZSTD.length() + 1));
        };
    }

    private static ChecksumKind checksum(String name, ChecksumKind automatic) {
        return name.equals("auto")
                ? automatic
                : ChecksumKind.valueOf(name.toUpperCase(Locale.ROOT));
    }
}
