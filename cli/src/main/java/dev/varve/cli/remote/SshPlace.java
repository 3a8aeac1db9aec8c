package dev.varve.cli.remote;

import dev.varve.cli.pool.UsageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A pool on another machine: `ssh://[USER@]HOST[:PORT]/PATH`.
///
/// @param text as typed
/// @param host without brackets if it is an IPv6 address
/// @param path absolute, on that machine; nothing in it is decoded
public record SshPlace(
        String text, Optional<String> user, String host, Optional<String> port, String path) {
    private static final String SCHEME = "ssh://";

    // Neither user nor host may begin with a dash: ssh would take them for options.
    private static final Pattern TEXT =
            Pattern.compile(
                    "ssh://(?:([A-Za-z0-9_][A-Za-z0-9_.+\\\\@-]*)@)?"
                            + "([A-Za-z0-9_][A-Za-z0-9_.-]*|\\[[0-9A-Fa-f:.%a-z]+])"
                            + "(?::([0-9]{1,5}))?(/.*)",
                    Pattern.DOTALL);

    public static boolean isOne(String text) {
        return text.startsWith(SCHEME);
    }

    /// @throws UsageException if it is not of that form
    public static SshPlace parse(String text) throws UsageException {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw new UsageException(text + ": not of the form ssh://[USER@]HOST[:PORT]/PATH");
        }
        String host = parts.group(2);
        return new SshPlace(
                text,
                Optional.ofNullable(parts.group(1)),
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                Optional.ofNullable(parts.group(3)),
                parts.group(4));
    }

    /// What ssh needs to be told of it.
    List<String> destination() {
        List<String> arguments = new ArrayList<>();
        port.ifPresent(it -> arguments.addAll(List.of("-p", it)));
        user.ifPresent(it -> arguments.addAll(List.of("-l", it)));
        arguments.addAll(List.of("--", host));
        return arguments;
    }

    @Override
    public String toString() {
        return text;
    }
}
