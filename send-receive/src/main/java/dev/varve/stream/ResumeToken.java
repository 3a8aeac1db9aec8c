package dev.varve.stream;

import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A place between two commands at which an interrupted stream can be taken up again, by its sender
/// and its receiver alike. As text it is one word, `UUID:VERSION:COMMANDS:BYTES:OUTLINE`.
///
/// The outline stands for all commands before that place, without their data; so a sender with
/// another pair of snapshots, another version or other options notices before it writes anything.
///
/// @param uuid the subvolume under way, as the stream calls it
/// @param version the stream's
/// @param commands how many commands stand before, over the whole input
/// @param offsetBytes how many bytes
/// @param outline what [StreamOutline] makes of them
public record ResumeToken(UUID uuid, int version, long commands, long offsetBytes, long outline) {
    private static final Pattern TEXT =
            Pattern.compile(
                    "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
                            + ":([0-3]):([0-9]{1,18}):([0-9]{1,18}):([0-9a-f]{16})");

    /// Reads the text of a token; empty if it is none.
    public static Optional<ResumeToken> parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        return Optional.of(
                new ResumeToken(
                        UUID.fromString(parts.group(1)),
                        Integer.parseInt(parts.group(2)),
                        Long.parseLong(parts.group(3)),
                        Long.parseLong(parts.group(4)),
                        HexFormat.fromHexDigitsToLong(parts.group(5))));
    }

    @Override
    public String toString() {
        return "%s:%d:%d:%d:%s"
                .formatted(
                        uuid, version, commands, offsetBytes, HexFormat.of().toHexDigits(outline));
    }
}
