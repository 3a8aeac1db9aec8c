package dev.varve.remote.s3;

import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;

/// An S3 server in this process, with one bucket on the heap. It checks signatures.
public final class LocalS3 implements Closeable {
    public static final String BUCKET = "bucket";
    private static final String KEY = "testaccess";
    private static final String SECRET = "testsecretkey0123";

    private final S3Proxy server;

    private LocalS3(BlobStore blobs) {
        blobs.createContainer(
                software.amazon.awssdk.services.s3.model.CreateBucketRequest.builder()
                        .bucket(BUCKET)
                        .build());
        server =
                S3Proxy.builder()
                        .blobStore(blobs)
                        .endpoint(URI.create("http://127.0.0.1:0"))
                        .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, KEY, SECRET)
                        .ignoreUnknownHeaders(true)
                        .build();
    }

    public static LocalS3 start() throws Exception {
        return start(new TransientNio2BlobStore());
    }

    static LocalS3 start(BlobStore blobs) throws Exception {
        LocalS3 local = new LocalS3(blobs);
        local.server.start();
        return local;
    }

    /// What a user would have in the environment.
    public Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        environment.put("VARVE_S3_ENDPOINT", "http://127.0.0.1:" + server.getPort());
        environment.put("AWS_ACCESS_KEY_ID", KEY);
        environment.put("AWS_SECRET_ACCESS_KEY", SECRET);
        return environment;
    }

    S3Store store(String prefix) throws IOException {
        return store(prefix, Map.of());
    }

    /// @param more settings that go before the usual ones
    S3Store store(String prefix, Map<String, String> more) throws IOException {
        Map<String, String> environment = environment();
        environment.putAll(more);
        return S3Stores.store(
                S3Location.parse("s3://" + BUCKET + "/" + prefix), new S3Settings(environment));
    }

    @Override
    public void close() throws IOException {
        try {
            server.stop();
        } catch (IOException e) {
            throw e;
        } catch (
                @SuppressWarnings("checkstyle:IllegalCatch")
                Exception e) {
            throw new IOException(e);
        }
    }
}
