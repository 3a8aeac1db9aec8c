package dev.varve.remote.s3;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// How a bucket is reached: from environment variables, ours before those of the AWS tools.
///
/// @param environment of the process; credentials in it go before the other usual sources
public record S3Settings(Map<String, String> environment) {
    private static final long MIB = 1 << 20;
    private static final int MAX_PORT = 65_535;

    /// @throws IllegalArgumentException naming the variable that makes no sense
    public S3Settings(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
        var _ = endpoint();
        boolean _ = pathStyle();
        boolean _ = chunkedEncoding();
        boolean _ = checksumsWhenRequired();
        long _ = uploadRate() + downloadRate() + attempts() + partBytes();
        var _ = proxy();
    }

    /// Another server than Amazon's.
    Optional<URI> endpoint() {
        return server("VARVE_S3_ENDPOINT")
                .or(() -> server("AWS_ENDPOINT_URL_S3"))
                .or(() -> server("AWS_ENDPOINT_URL"));
    }

    Optional<String> region() {
        Optional<String> named = first("VARVE_S3_REGION", "AWS_REGION", "AWS_DEFAULT_REGION");
        // Other servers take any; the SDK insists on one.
        return named.or(() -> endpoint().map(_ -> "us-east-1"));
    }

    /// Whether the bucket stands in the path: what servers other than Amazon's mostly want.
    boolean pathStyle() {
        return flag("VARVE_S3_PATH_STYLE", endpoint().isPresent());
    }

    /// Off for older gateways that cannot read signed chunks.
    boolean chunkedEncoding() {
        return flag("VARVE_S3_CHUNKED_ENCODING", true);
    }

    /// Whether the SDK adds checksums of its own only where S3 demands them.
    boolean checksumsWhenRequired() {
        String value = first("VARVE_S3_CHECKSUMS").orElse("when-supported");
        return switch (value) {
            case "when-required" -> true;
            case "when-supported" -> false;
            default ->
                    throw new IllegalArgumentException(
                            "VARVE_S3_CHECKSUMS is when-supported or when-required, not '"
                                    + value
                                    + "'");
        };
    }

    /// Certificates to trust instead of Java's own.
    Optional<Path> caFile() {
        return first("VARVE_S3_CA_FILE", "AWS_CA_BUNDLE").map(Path::of);
    }

    Optional<URI> proxy() {
        return server("VARVE_S3_PROXY");
    }

    /// Whether some connection is encrypted: to the server, or to a proxy, which the SDK also takes
    /// from the usual variables.
    boolean usesTls() {
        boolean isPlain = endpoint().filter(uri -> "http".equals(uri.getScheme())).isPresent();
        return !isPlain
                || Stream.of("VARVE_S3_PROXY", "http_proxy", "HTTP_PROXY")
                        .anyMatch(name -> first(name).orElse("").startsWith("https:"));
    }

    /// Bytes per second sent at most; 0 for no limit.
    long uploadRate() {
        return number("VARVE_S3_UPLOAD_RATE", 0, 1L << 40);
    }

    /// Bytes per second received at most; 0 for no limit.
    long downloadRate() {
        return number("VARVE_S3_DOWNLOAD_RATE", 0, 1L << 40);
    }

    /// How often a request is tried in all.
    int attempts() {
        return (int) number("VARVE_S3_ATTEMPTS", 8, 100);
    }

    /// Objects above this are sent in parts of this size.
    int partBytes() {
        long bytes = number("VARVE_S3_PART_BYTES", 64 * MIB, 1024 * MIB);
        if (bytes < 5 * MIB) {
            throw new IllegalArgumentException("VARVE_S3_PART_BYTES is at least 5242880");
        }
        return (int) bytes;
    }

    /// Whether each object is read back after it was sent, whatever the server says of it.
    boolean readBack() {
        return flag("VARVE_S3_READ_BACK", false);
    }

    /// The storage class of packs, the store's default if not said.
    Optional<String> packStorageClass() {
        return first("VARVE_S3_STORAGE_CLASS");
    }

    /// The storage class of everything that is read at each start: heads and what names the pool.
    Optional<String> headStorageClass() {
        return first("VARVE_S3_HEAD_STORAGE_CLASS");
    }

    /// By what name this machine writes to a pool on a store that cannot keep a second writer out.
    Optional<String> writer() {
        return first("VARVE_S3_WRITER").or(() -> first("HOSTNAME"));
    }

    Optional<String> value(String name) {
        return first(name);
    }

    private Optional<String> first(String... names) {
        for (String name : names) {
            String value = environment.get(name);
            if (value != null && !value.isEmpty()) {
                return Optional.of(value);
            }
        }
        return Optional.empty();
    }

    private Optional<URI> server(String name) {
        return first(name)
                .map(text -> {
                    try {
                        URI server = new URI(text);
                        if (text.matches("https?://.*")
                                && server.getHost() != null
                                && server.getPort() <= MAX_PORT) {
                            return server;
                        }
                    } catch (URISyntaxException _) {
                        // As wrong as any other.
                    }
                    throw new IllegalArgumentException(
                            name + " is http://HOST:PORT or https://HOST, not '" + text + "'");
                });
    }

    private boolean flag(String name, boolean otherwise) {
        String value = first(name).orElse(Boolean.toString(otherwise)).toLowerCase(Locale.ROOT);
        return switch (value) {
            case "true", "yes", "1", "on" -> true;
            case "false", "no", "0", "off" -> false;
            default -> throw new IllegalArgumentException(name + " is true or false, not " + value);
        };
    }

    private long number(String name, long otherwise, long most) {
        String text = first(name).orElse(Long.toString(otherwise));
        if (!text.matches("[0-9]{1,13}") || Long.parseLong(text) > most) {
            throw new IllegalArgumentException(
                    name + " is a number up to " + most + ", not '" + text + "'");
        }
        return Long.parseLong(text);
    }
}
