package dev.varve.remote.s3;

import dev.varve.engine.model.StoreFailedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.Part;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/// Uploads of large objects in parts, several at once. An upload that broke off is taken up again
/// where the parts that the server has are those that would be sent: their tags are MD5 sums.
final class S3Parts {
    private static final int AT_ONCE = 4;

    private final S3Client client;
    private final S3Location location;
    private final S3Settings settings;
    private final S3Errors errors;
    private final RateLimit upload;

    S3Parts(
            S3Client client,
            S3Location location,
            S3Settings settings,
            S3Errors errors,
            RateLimit upload) {
        this.client = client;
        this.location = location;
        this.settings = settings;
        this.errors = errors;
        this.upload = upload;
    }

    /// @return whether the server's tags tell that it holds what was sent
    boolean create(String name, List<ByteBuffer> content, long size, Optional<String> storageClass)
            throws IOException {
        try {
            String key = location.key(name);
            String known = unfinished(key);
            String id = known != null ? known : begin(key, storageClass);
            Map<Integer, Part> there = known != null ? parts(key, id) : Map.of();
            List<SentPart> sent = send(new Upload(key, id, content, size), there);
            List<CompletedPart> parts = sent.stream().map(SentPart::part).toList();
            client.completeMultipartUpload(r ->
                    r.bucket(location.bucket())
                            .key(key)
                            .uploadId(id)
                            .multipartUpload(m -> m.parts(parts)));
            return sent.stream().allMatch(SentPart::isConfirmed);
        } catch (SdkException e) {
            throw errors.of("s3:PutObject", name, e);
        }
    }

    private record Upload(String key, String id, List<ByteBuffer> content, long size) {}

    private record SentPart(CompletedPart part, boolean isConfirmed) {}

    private @Nullable String unfinished(String key) {
        return client
                .listMultipartUploads(r -> r.bucket(location.bucket()).prefix(key))
                .uploads()
                .stream()
                .filter(known -> known.key().equals(key))
                .map(MultipartUpload::uploadId)
                .findFirst()
                .orElse(null);
    }

    private String begin(String key, Optional<String> storageClass) {
        CreateMultipartUploadRequest.Builder request =
                CreateMultipartUploadRequest.builder().bucket(location.bucket()).key(key);
        storageClass.ifPresent(request::storageClass);
        return client.createMultipartUpload(request.build()).uploadId();
    }

    private Map<Integer, Part> parts(String key, String id) {
        Map<Integer, Part> parts = new HashMap<>();
        client.listPartsPaginator(r -> r.bucket(location.bucket()).key(key).uploadId(id))
                .parts()
                .forEach(part -> parts.put(part.partNumber(), part));
        return parts;
    }

    private List<SentPart> send(Upload whole, Map<Integer, Part> there) throws IOException {
        List<Future<SentPart>> sending = new ArrayList<>();
        try (ExecutorService threads =
                Executors.newFixedThreadPool(
                        AT_ONCE, Thread.ofPlatform().daemon().name("varve-part-", 1).factory())) {
            int number = 1;
            for (long from = 0; from < whole.size(); from += settings.partBytes()) {
                int partNumber = number++;
                long start = from;
                long length = Math.min(settings.partBytes(), whole.size() - from);
                Part known = there.get(partNumber);
                sending.add(threads.submit(() -> sendOne(whole, partNumber, start, length, known)));
            }
            List<SentPart> sent = new ArrayList<>();
            for (Future<SentPart> part : sending) {
                sent.add(part.get());
            }
            return sent;
        } catch (InterruptedException e) {
            sending.forEach(part -> part.cancel(true));
            Thread.currentThread().interrupt();
            throw new StoreFailedException("interrupted while sending " + whole.key(), e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SdkException cause) {
                throw cause;
            }
            throw new StoreFailedException(whole.key() + " could not be sent", e);
        }
    }

    private SentPart sendOne(
            Upload whole, int number, long from, long length, @Nullable Part known) {
        String sum = Md5.of(whole.content(), from, length);
        if (known != null && known.size() == length && Md5.isTag(known.eTag(), sum)) {
            return sent(number, known.eTag(), true);
        }
        UploadPartRequest request =
                UploadPartRequest.builder()
                        .bucket(location.bucket())
                        .key(whole.key())
                        .uploadId(whole.id())
                        .partNumber(number)
                        .build();
        RequestBody body =
                RequestBody.fromContentProvider(
                        () -> PartsStream.of(whole.content(), from, length, upload),
                        length,
                        "application/octet-stream");
        String tag = client.uploadPart(request, body).eTag();
        return sent(number, tag, Md5.isTag(tag, sum));
    }

    private static SentPart sent(int number, String tag, boolean isConfirmed) {
        return new SentPart(
                CompletedPart.builder().partNumber(number).eTag(tag).build(), isConfirmed);
    }

    /// @return whether it was still there
    private boolean abort(MultipartUpload known) {
        try {
            client.abortMultipartUpload(
                    r -> r.bucket(location.bucket()).key(known.key()).uploadId(known.uploadId()));
            return true;
        } catch (SdkException e) {
            if (S3Errors.isMissing(e)) {
                return false;
            }
            throw e;
        }
    }

    /// Ends uploads under the prefix that were begun before a time.
    int abortBegunBefore(Instant limit) throws IOException {
        int aborted = 0;
        try {
            for (MultipartUpload known :
                    client.listMultipartUploadsPaginator(
                                    r -> r.bucket(location.bucket()).prefix(location.prefix()))
                            .uploads()) {
                if (known.initiated() != null && known.initiated().isBefore(limit)) {
                    aborted += abort(known) ? 1 : 0;
                }
            }
            return aborted;
        } catch (SdkException e) {
            if (S3Errors.isNotImplemented(e)) {
                return aborted;
            }
            throw errors.of("s3:ListBucketMultipartUploads", "", e);
        }
    }
}
