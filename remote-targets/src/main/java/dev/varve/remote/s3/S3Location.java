package dev.varve.remote.s3;

/// A place in a bucket.
///
/// @param prefix what the keys of all objects start with, ending in `/`; empty for the whole bucket
public record S3Location(String bucket, String prefix) {
    public static final String SCHEME = "s3://";

    /// Whether the text names a place in a bucket.
    public static boolean isOne(String text) {
        return text.startsWith(SCHEME);
    }

    /// Reads `s3://bucket/prefix`.
    ///
    /// @throws IllegalArgumentException saying what is wrong with it
    public static S3Location parse(String text) {
        if (!isOne(text)) {
            throw new IllegalArgumentException(text + ": not s3://BUCKET/PREFIX");
        }
        String rest = text.substring(SCHEME.length());
        int slash = rest.indexOf('/');
        String bucket = slash < 0 ? rest : rest.substring(0, slash);
        String prefix = slash < 0 ? "" : rest.substring(slash + 1);
        while (prefix.endsWith("/")) {
            prefix = prefix.substring(0, prefix.length() - 1);
        }
        if (!bucket.matches("[A-Za-z0-9][A-Za-z0-9._-]{1,62}")) {
            throw new IllegalArgumentException(text + ": '" + bucket + "' is no bucket's name");
        }
        if (prefix.startsWith("/") || prefix.contains("//") || prefix.length() > 512) {
            throw new IllegalArgumentException(text + ": '" + prefix + "' is no prefix");
        }
        return new S3Location(bucket, prefix.isEmpty() ? "" : prefix + "/");
    }

    String key(String objectName) {
        return prefix + objectName;
    }

    @Override
    public String toString() {
        String end = prefix.isEmpty() ? "" : "/" + prefix.substring(0, prefix.length() - 1);
        return SCHEME + bucket + end;
    }
}
