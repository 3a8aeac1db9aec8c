package dev.varve.engine.model;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// What can be said of a subvolume. Whose value holds: its own if it has one, else that of the
/// nearest subvolume above it that has one, else the default. Whatever the values are, nearer wins.
public enum Property {
    /// Text for people; not inherited.
    LABEL("", false),
    /// How new content is compressed: `auto` (as the pool was made), `none`, `zstd` or
    /// `zstd:LEVEL`.
    COMPRESSION("auto", true),
    /// The checksum of new content's packs: `auto` (as the pool was made), `crc32c`, `xxh3`,
    /// `sha256` or `blake2b`.
    CHECKSUM("auto", true),
    /// How new content is cut: `auto` (imported files by content, all else at fixed places), `cdc`
    /// (by content), `fixed`.
    CHUNKING("auto", true),
    /// Whether new content is shared with equal content: `on`, `off`, or `verify` to compare the
    /// bytes first.
    DEDUP("on", true),
    /// For mounts: access times stay.
    NOATIME("false", true),
    /// For mounts: device files are dead.
    NODEV("false", true),
    /// For mounts: nothing can be executed.
    NOEXEC("false", true),
    /// For mounts: set-id bits mean nothing.
    NOSUID("false", true),
    /// The class of retention that policies apply: a word.
    RETENTION("", true);

    private static final int MAX_LABEL_BYTES = 255;
    private static final Pattern ZSTD = Pattern.compile("zstd(:([1-9]|1[0-9]))?");
    private static final Pattern CHECKSUM_NAME = Pattern.compile("auto|crc32c|xxh3|sha256|blake2b");
    private static final Pattern CHUNKING_NAME = Pattern.compile("auto|cdc|fixed");
    private static final Pattern DEDUP_NAME = Pattern.compile("on|off|verify");
    private static final Pattern CLASS = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");

    private final String fallback;
    private final boolean inherited;

    Property(String fallback, boolean inherited) {
        this.fallback = fallback;
        this.inherited = inherited;
    }

    /// The name as users write it.
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Property> of(String key) {
        for (Property property : values()) {
            if (property.key().equals(key)) {
                return Optional.of(property);
            }
        }
        return Optional.empty();
    }

    /// The value where nobody says otherwise.
    public String fallback() {
        return fallback;
    }

    /// Whether nested subvolumes take it over.
    public boolean isInherited() {
        return inherited;
    }

    /// Whether its values are `true` and `false`.
    public boolean isFlag() {
        return fallback.equals("false");
    }

    /// Whether this may be a value.
    public boolean accepts(String value) {
        return switch (this) {
            case LABEL ->
                    value.getBytes(StandardCharsets.UTF_8).length <= MAX_LABEL_BYTES
                            && value.chars().noneMatch(Character::isISOControl);
            case COMPRESSION ->
                    value.equals("auto") || value.equals("none") || ZSTD.matcher(value).matches();
            case CHECKSUM -> CHECKSUM_NAME.matcher(value).matches();
            case CHUNKING -> CHUNKING_NAME.matcher(value).matches();
            case DEDUP -> DEDUP_NAME.matcher(value).matches();
            case NOATIME, NODEV, NOEXEC, NOSUID -> value.equals("true") || value.equals("false");
            case RETENTION -> CLASS.matcher(value).matches();
        };
    }

    /// The values there may be, in a few words.
    public String choices() {
        return switch (this) {
            case LABEL -> "a line of text";
            case COMPRESSION -> "auto, none, zstd or zstd:1 to zstd:19";
            case CHECKSUM -> "auto, crc32c, xxh3, sha256 or blake2b";
            case CHUNKING -> "auto, cdc or fixed";
            case DEDUP -> "on, off or verify";
            case NOATIME, NODEV, NOEXEC, NOSUID -> "true or false";
            case RETENTION -> "a word of a-z, 0-9, _ and -";
        };
    }
}
