package dev.varve.cli.command;

import dev.varve.cli.pool.UsageException;
import dev.varve.engine.model.Property;
import java.util.Optional;
import java.util.StringJoiner;

/// The names that `varve property` knows: the flag of a subvolume, and the engine's properties.
final class PropertyNames {
    /// The read-only flag. It is the subvolume's own, never inherited.
    static final String READ_ONLY = "ro";

    private PropertyNames() {}

    static void requireType(Optional<String> type) throws UsageException {
        if (type.isPresent() && !"subvol".startsWith(type.get())) {
            throw new UsageException("property type '" + type.get() + "'; there is only subvol");
        }
    }

    /// The property of a name other than `ro`.
    static Property require(String name) throws UsageException {
        return Property.of(name)
                .orElseThrow(() ->
                        new UsageException("unknown property '" + name + "'; there is " + all()));
    }

    private static String all() {
        StringJoiner names = new StringJoiner(", ");
        names.add(READ_ONLY);
        for (Property property : Property.values()) {
            names.add(property.key());
        }
        return names.toString();
    }

    /// What a property is for, in a few words.
    static String meaning(Property property) {
        return switch (property) {
            case LABEL -> "label of a subvolume";
            case COMPRESSION -> "compression of new content";
            case CHECKSUM -> "checksum of new content";
            case CHUNKING -> "how new content is cut";
            case DEDUP -> "whether new content is shared with equal content";
            case NOATIME -> "mounted, access times stay";
            case NODEV -> "mounted, device files are dead";
            case NOEXEC -> "mounted, nothing can be executed";
            case NOSUID -> "mounted, set-id bits mean nothing";
            case RETENTION -> "class of retention";
        };
    }
}
