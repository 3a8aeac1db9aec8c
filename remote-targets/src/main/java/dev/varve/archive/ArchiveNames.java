package dev.varve.archive;

import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How the objects of an archive are named:
///
/// ```
/// manifests/<uuid>.<revision>.json
/// streams/<uuid>.<revision>/stream.zst[.gpg].<part>
/// ```
///
/// Revisions have four digits and parts six, so that names in order are parts in order.
final class ArchiveNames {
    static final String MANIFESTS = "manifests/";
    static final String STREAMS = "streams/";
    static final int MAX_PARTS = 999_999;
    static final int MAX_REVISION = 9999;

    private static final Pattern OBJECT =
            Pattern.compile(
                    "(?:manifests|streams)/"
                            + "([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
                            + "\\.([0-9]{4})(?:\\.json|/stream\\.zst(?:\\.gpg)?\\.[0-9]{6})");

    private ArchiveNames() {}

    /// A snapshot at a revision.
    record Key(UUID uuid, int revision) {}

    static String manifest(UUID uuid, int revision) {
        return MANIFESTS + key(uuid, revision) + ".json";
    }

    static String part(UUID uuid, int revision, boolean isEncrypted, int part) {
        String kind = isEncrypted ? "stream.zst.gpg" : "stream.zst";
        return "%s%s/%s.%06d".formatted(STREAMS, key(uuid, revision), kind, part);
    }

    /// Whose object this is; empty for what is not an archive's.
    static Optional<Key> parse(String name) {
        Matcher matcher = OBJECT.matcher(name);
        return matcher.matches()
                ? Optional.of(
                        new Key(
                                UUID.fromString(matcher.group(1)),
                                Integer.parseInt(matcher.group(2))))
                : Optional.empty();
    }

    private static String key(UUID uuid, int revision) {
        return String.format(Locale.ROOT, "%s.%04d", uuid, revision);
    }
}
