package dev.varve.cli.command;

import dev.varve.cli.pool.UsageException;
import dev.varve.engine.model.Property;
import java.util.Optional;
import java.util.StringJoiner;

/// The names that `varve property` knows: what a subvolume is, and the engine's properties.
final class PropertyNames {
    /// The read-only flag. It is the subvolume's own, never inherited.
    static final String READ_ONLY = "ro";

    /// Under which key a subvolume is sealed: `none` in a plain pool, `pool` for the shared one, or
    /// `own`. What is made inside has the same.
    static final String ENCRYPTION = "encryption";

    static final String OWN_KEY = "own";

    private PropertyNames() {}

    /// Whether a name is not one of the engine's properties.
    static boolean isOfSubvolume(String name) {
        return name.equals(READ_ONLY) || name.equals(ENCRYPTION);
    }

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
        names.add(READ_ONLY).add(ENCRYPTION);
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
