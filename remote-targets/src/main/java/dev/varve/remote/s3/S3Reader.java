package dev.varve.remote.s3;

import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.store.ByteRange;
import dev.varve.engine.store.ObjectPart;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// Ranged reads.
final class S3Reader {
    private static final int PIECE_BYTES = 64 << 10;

    private final S3Client client;
    private final S3Location location;
    private final S3Errors errors;
    private final RateLimit download;

    S3Reader(S3Client client, S3Location location, S3Errors errors, RateLimit download) {
        this.client = client;
        this.location = location;
        this.errors = errors;
        this.download = download;
    }

    ObjectPart get(String name, ByteRange range) throws IOException {
        return fetch(
                name,
                range,
                (in, length, objectSizeBytes) -> {
                    byte[] bytes = new byte[length];
                    fill(in, bytes, 0, length);
                    return new ObjectPart(bytes, objectSizeBytes);
                });
    }

    /// See [dev.varve.engine.store.ObjectStore#read].
    long read(String name, ByteRange range, List<ByteBuffer> into) throws IOException {
        return fetch(
                name,
                range,
                (in, length, objectSizeBytes) -> {
                    int missing = length;
                    for (ByteBuffer buffer : into) {
                        int count = Math.min(buffer.remaining(), missing);
                        fill(in, buffer.array(), buffer.arrayOffset() + buffer.position(), count);
                        missing -= count;
                    }
                    return objectSizeBytes;
                });
    }

    /// What becomes of a body, which may come more than once.
    private interface Body<T> {
        T read(InputStream in, int length, long objectSizeBytes) throws IOException;
    }

    private <T> T fetch(String name, ByteRange range, Body<T> body) throws IOException {
        String asked =
                switch (range) {
                    case ByteRange.From(long offset, int length) ->
                            length == 0 ? "" : "bytes=" + offset + "-" + (offset + length - 1);
                    case ByteRange.Last(int length) -> length == 0 ? "" : "bytes=-" + length;
                };
        if (asked.isEmpty()) {
            return nothing(name, body);
        }
        GetObjectRequest request =
                GetObjectRequest.builder()
                        .bucket(location.bucket())
                        .key(location.key(name))
                        .range(asked)
                        .build();
        try {
            return client.getObject(request, transformer(name, range, body));
        } catch (SdkException e) {
            if (S3Errors.isMissing(e)) {
                throw S3Errors.missing(name);
            }
            if (S3Errors.isBehindTheEnd(e)) {
                return nothing(name, body);
            }
            if (e.getCause() instanceof CorruptionException damage) {
                throw damage;
            }
            throw errors.of("s3:GetObject", name, e);
        }
    }

    private <T> T nothing(String name, Body<T> body) throws IOException {
        return body.read(InputStream.nullInputStream(), 0, size(name));
    }

    private long size(String name) throws IOException {
        try {
            return client.headObject(r -> r.bucket(location.bucket()).key(location.key(name)))
                    .contentLength();
        } catch (S3Exception e) {
            if (S3Errors.isMissing(e)) {
                throw S3Errors.missing(name);
            }
            throw errors.of("s3:GetObject", name, e);
        } catch (SdkException e) {
            throw errors.of("s3:GetObject", name, e);
        }
    }

    private <T> ResponseTransformer<GetObjectResponse, T> transformer(
            String name, ByteRange range, Body<T> body) {
        return ResponseTransformer.unmanaged(
                (response, in) -> read(name, range, response, in, body));
    }

    private <T> T read(
            String name, ByteRange range, GetObjectResponse response, InputStream in, Body<T> body)
            throws IOException {
        try (in) {
            long whole = wholeSize(name, response);
            // A server that knows no ranges sends all: the part is cut out here.
            boolean isWhole = response.contentRange() == null;
            long skip = isWhole ? range.start(whole) : 0;
            int length = range.length(whole);
            if (!isWhole && response.contentLength() != length) {
                throw new CorruptionException(
                        location + "/" + name,
                        "a part of " + length + " bytes",
                        response.contentLength() + " bytes");
            }
            in.skipNBytes(skip);
            return body.read(in, length, whole);
        } catch (CorruptionException e) {
            throw e;
        } catch (IOException e) {
            // The SDK tries again only what says so.
            throw RetryableException.create(
                    location + "/" + name + ": " + String.valueOf(e.getMessage()), e);
        }
    }

    private void fill(InputStream in, byte[] bytes, int at, int length) throws IOException {
        int done = 0;
        while (done < length) {
            int count = in.read(bytes, at + done, Math.min(PIECE_BYTES, length - done));
            if (count < 0) {
                throw new IOException("body cut after " + done + " bytes");
            }
            download.pass(count);
            done += count;
        }
    }

    private long wholeSize(String name, GetObjectResponse response) throws CorruptionException {
        String range = response.contentRange();
        if (range == null) {
            return response.contentLength();
        }
        String digits = range.substring(range.lastIndexOf('/') + 1);
        if (!digits.matches("[0-9]{1,18}")) {
            throw new CorruptionException(location + "/" + name, "a content range", range);
        }
        return Long.parseLong(digits);
    }
}
