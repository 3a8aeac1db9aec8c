package dev.varve.remote.s3;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.DeletedObject;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Error;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/// A server's inside that fails as told, a number of times.
final class FaultyBlobs extends ForwardingBlobStore {
    private final AtomicInteger lostAnswers = new AtomicInteger();
    private final AtomicInteger refusals = new AtomicInteger();
    private final AtomicInteger cutBodies = new AtomicInteger();
    private final AtomicInteger goodParts = new AtomicInteger(Integer.MAX_VALUE);
    private final AtomicLong partBytes = new AtomicLong();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicLong sentBytes = new AtomicLong();
    private final Map<String, S3Exception> undeletable = new ConcurrentHashMap<>();
    private final Set<String> busy = ConcurrentHashMap.newKeySet();
    private volatile boolean ignoresConditions;
    private volatile boolean damagesNext;
    private volatile boolean tagsAreNoSums;

    FaultyBlobs() {
        super(new TransientNio2BlobStore());
    }

    /// The next creations are done and answered with an error.
    void loseAnswers(int count) {
        lostAnswers.set(count);
    }

    /// The next requests are answered with 503.
    void refuse(int count) {
        refusals.set(count);
    }

    /// The bodies of the next answers end early.
    void cutBodies(int count) {
        cutBodies.set(count);
    }

    /// Parts are refused from this one on.
    void refuseParts(int from) {
        goodParts.set(from == Integer.MAX_VALUE ? from : from - 1);
    }

    void ignoreConditions(boolean ignore) {
        ignoresConditions = ignore;
    }

    /// The next object that is created has one byte changed.
    void damageNext() {
        damagesNext = true;
    }

    /// Tags tell nothing of the content, as where the server encrypts with keys of its own.
    void hideSums(boolean hide) {
        tagsAreNoSums = hide;
    }

    /// An object that cannot be deleted, alone or with others.
    ///
    /// @param key its end
    void refuseDeletion(String key, int status, String code) {
        undeletable.put(key, error(status, code));
    }

    /// The next deletion of this object is answered with 503.
    ///
    /// @param key its end
    void delayDeletion(String key) {
        busy.add(key);
    }

    void refuseNoDeletion() {
        undeletable.clear();
        busy.clear();
    }

    /// How many faults are still to come.
    int left() {
        return Math.max(0, lostAnswers.get())
                + Math.max(0, refusals.get())
                + Math.max(0, cutBodies.get());
    }

    long partBytes() {
        return partBytes.get();
    }

    void countFromNow() {
        requests.set(0);
        sentBytes.set(0);
    }

    /// Answered since counting began: listings, reads, creations.
    int requests() {
        return requests.get();
    }

    /// Sent in the bodies of reads since counting began.
    long sentBytes() {
        return sentBytes.get();
    }

    @Override
    public ListObjectsV2Response list(ListObjectsV2Request request) {
        requests.incrementAndGet();
        return super.list(request);
    }

    @Override
    public HeadObjectResponse blobMetadata(HeadObjectRequest request) {
        requests.incrementAndGet();
        return super.blobMetadata(request);
    }

    @Override
    public DeleteObjectResponse removeBlob(DeleteObjectRequest request) {
        String key = request.key();
        if (busy.removeIf(key::endsWith)) {
            throw error(503, "SlowDown");
        }
        for (Map.Entry<String, S3Exception> refused : undeletable.entrySet()) {
            if (key.endsWith(refused.getKey())) {
                throw refused.getValue();
            }
        }
        return super.removeBlob(request);
    }

    @Override
    public DeleteObjectsResponse removeBlobs(DeleteObjectsRequest request) {
        List<DeletedObject> deleted = new ArrayList<>();
        List<S3Error> errors = new ArrayList<>();
        for (ObjectIdentifier object : request.delete().objects()) {
            try {
                removeBlob(request.bucket(), object.key());
                deleted.add(DeletedObject.builder().key(object.key()).build());
            } catch (S3Exception e) {
                String code = e.awsErrorDetails().errorCode();
                errors.add(S3Error.builder().key(object.key()).code(code).message("no").build());
            }
        }
        return DeleteObjectsResponse.builder().deleted(deleted).errors(errors).build();
    }

    private static S3Exception error(int status, String code) {
        return (S3Exception)
                S3Exception.builder()
                        .statusCode(status)
                        .awsErrorDetails(
                                AwsErrorDetails.builder()
                                        .errorCode(code)
                                        .errorMessage("injected")
                                        .build())
                        .message("injected")
                        .build();
    }

    private void refuseIfToldSo() {
        requests.incrementAndGet();
        if (refusals.getAndDecrement() > 0) {
            throw error(503, "SlowDown");
        }
    }

    @Override
    public PutObjectResponse putBlob(PutObjectRequest request, InputStream body) {
        refuseIfToldSo();
        PutObjectRequest real =
                ignoresConditions ? request.toBuilder().ifNoneMatch(null).build() : request;
        PutObjectResponse response = super.putBlob(real, damagesNext ? damaged(body) : body);
        if (tagsAreNoSums) {
            response = response.toBuilder().eTag("\"" + "0123".repeat(8) + "\"").build();
        }
        if (lostAnswers.getAndDecrement() > 0) {
            throw error(500, "InternalError");
        }
        return response;
    }

    private InputStream damaged(InputStream body) {
        damagesNext = false;
        try {
            byte[] bytes = body.readAllBytes();
            bytes[bytes.length / 2] ^= 1;
            return new ByteArrayInputStream(bytes);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public ResponseInputStream<GetObjectResponse> getBlob(GetObjectRequest request) {
        refuseIfToldSo();
        ResponseInputStream<GetObjectResponse> whole = super.getBlob(request);
        sentBytes.addAndGet(whole.response().contentLength());
        if (cutBodies.getAndDecrement() <= 0) {
            return whole;
        }
        int half = (int) (whole.response().contentLength() / 2);
        try (whole) {
            byte[] bytes = whole.readNBytes(half);
            return new ResponseInputStream<>(
                    whole.response(), AbortableInputStream.create(new ByteArrayInputStream(bytes)));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public UploadPartResponse uploadMultipartPart(
            MultipartUpload upload, UploadPartRequest request, InputStream body) {
        if (goodParts.get() != Integer.MAX_VALUE && goodParts.getAndDecrement() <= 0) {
            throw error(500, "InternalError");
        }
        UploadPartResponse response = super.uploadMultipartPart(upload, request, body);
        partBytes.addAndGet(request.contentLength());
        return response;
    }
}
