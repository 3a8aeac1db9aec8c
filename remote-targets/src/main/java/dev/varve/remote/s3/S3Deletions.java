package dev.varve.remote.s3;

import dev.varve.engine.store.ObjectName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import software.amazon.awssdk.core.SdkPlugin;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.LegacyMd5Plugin;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;

/// Deletions: one by one, or up to a thousand in one request (`DeleteObjects`).
///
/// The answer to many says of each object whether it is gone. What it does not say is gone is
/// deleted by itself: that is tried again if the server was only busy, and if it is refused, the
/// error is that of a deletion by itself and names the object. A server that knows no such request,
/// or does not like its checksum, gets deletions one by one. Thread-safe.
final class S3Deletions {
    /// What S3 takes in one request.
    private static final int MOST_AT_ONCE = 1000;

    /// S3 takes such a request with a checksum only. Older servers know none but MD5.
    private static final SdkPlugin MD5 = LegacyMd5Plugin.create();

    private final S3Client client;
    private final S3Location location;
    private final S3Errors errors;

    /// Whether the server has shown that it takes them one by one only.
    private volatile boolean oneByOne;

    S3Deletions(S3Client client, S3Location location, S3Errors errors) {
        this.client = client;
        this.location = location;
        this.errors = errors;
    }

    void delete(String name) throws IOException {
        ObjectName.requireValid(name);
        try {
            client.deleteObject(r -> r.bucket(location.bucket()).key(location.key(name)));
        } catch (SdkException e) {
            if (!S3Errors.isMissing(e)) {
                throw errors.of(S3Errors.DELETE, name, e);
            }
        }
    }

    void deleteAll(List<String> names) throws IOException {
        names.forEach(ObjectName::requireValid);
        for (int from = 0; from < names.size(); from += MOST_AT_ONCE) {
            List<String> some = names.subList(from, Math.min(names.size(), from + MOST_AT_ONCE));
            if (oneByOne || some.size() == 1) {
                deleteEach(some);
            } else {
                deleteTogether(some);
            }
        }
    }

    private void deleteEach(List<String> names) throws IOException {
        for (String name : names) {
            delete(name);
        }
    }

    private void deleteTogether(List<String> names) throws IOException {
        List<ObjectIdentifier> keys = new ArrayList<>();
        for (String name : names) {
            keys.add(ObjectIdentifier.builder().key(location.key(name)).build());
        }
        DeleteObjectsResponse answer;
        try {
            answer =
                    client.deleteObjects(r ->
                            r.bucket(location.bucket())
                                    .delete(all -> all.objects(keys))
                                    .overrideConfiguration(c -> c.addPlugin(MD5)));
        } catch (SdkException e) {
            if (!S3Errors.isRefusedAsSuch(e)) {
                throw errors.of(S3Errors.DELETE, names.getFirst(), e);
            }
            deleteEach(names);
            oneByOne = true;
            return;
        }
        Set<String> gone = new HashSet<>();
        answer.deleted().forEach(object -> gone.add(object.key()));
        for (String name : names) {
            if (!gone.contains(location.key(name))) {
                delete(name);
            }
        }
    }
}
