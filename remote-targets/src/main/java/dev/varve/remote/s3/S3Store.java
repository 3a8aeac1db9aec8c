package dev.varve.remote.s3;

import dev.varve.engine.model.PoolBusyException;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.StorageException;
import dev.varve.engine.model.StoreFailedException;
import dev.varve.engine.store.ByteRange;
import dev.varve.engine.store.ObjectName;
import dev.varve.engine.store.ObjectPart;
import dev.varve.engine.store.ObjectStore;
import dev.varve.engine.store.StoredObject;
import dev.varve.engine.store.WriterLock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Object;

/// Objects under a prefix of a bucket.
///
/// Creating is one PUT with `If-None-Match: *`. A PUT whose answer was lost is sent again and then
/// finds its own object there: each creation carries a random mark, by which it knows its own.
/// Objects above the part size go up in parts; their names are unique to one writer, so they need
/// no condition. What was created is compared with what the server says it holds.
///
/// On a store without conditional creation one declared writer, named by the object [#ONE_WRITER],
/// may write. Thread-safe.
final class S3Store implements ObjectStore, CachedStore.Listings {
    /// The object that says that this store cannot keep two writers apart, and who may write.
    static final String ONE_WRITER = "one-writer";

    /// Metadata of an object: which creation made it.
    static final String MARK = "varve-created-by";

    private static final String ANY = "*";
    private static final int CONFLICT_TRIES = 10;
    private static final int MAX_NAME_BYTES = 4096;
    private static final int READ_AHEAD_BYTES = 4 << 20;
    private static final int REMEMBERED_TAGS = 256;

    /// A short listing has at most so many objects: about 300 bytes each.
    private static final int SHORT_LISTING = 64;

    private final S3Client client;
    private final S3Location location;
    private final S3Settings settings;
    private final S3Errors errors;
    private final S3Reader reader;
    private final S3Parts parts;
    private final S3Deletions deletions;
    private final RateLimit upload;

    /// Of the objects listed or created last. Guarded by itself.
    private final Map<String, String> tags =
            new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
                    return size() > REMEMBERED_TAGS;
                }
            };

    /// Known not to have a declared writer, which is settled before there is a pool.
    private volatile boolean isOpenToAnyWriter;

    /// Whether creations must look first because the store ignores or refuses conditions.
    private volatile boolean looksFirst;

    S3Store(S3Client client, S3Location location, S3Settings settings) {
        this.client = client;
        this.location = location;
        this.settings = settings;
        this.errors = new S3Errors(location, settings);
        this.upload = new RateLimit(settings.uploadRate());
        RateLimit download = new RateLimit(settings.downloadRate());
        this.reader = new S3Reader(client, location, errors, download);
        this.parts = new S3Parts(client, location, settings, errors, upload);
        this.deletions = new S3Deletions(client, location, errors);
    }

    @Override
    public void create(String name, List<ByteBuffer> content) throws IOException {
        ObjectName.requireValid(name);
        long size = 0;
        for (ByteBuffer part : content) {
            size += part.remaining();
        }
        if (size > settings.partBytes()) {
            requireAbsent(name);
            if (!parts.create(name, content, size, storageClass(name)) || settings.readBack()) {
                readBack(name, content, size);
            }
        } else if (looksFirst) {
            requireAbsent(name);
            put(name, content, size, false);
        } else {
            put(name, content, size, true);
        }
    }

    private void put(String name, List<ByteBuffer> content, long size, boolean conditional)
            throws IOException {
        String mark = UUID.randomUUID().toString();
        PutObjectRequest.Builder request =
                PutObjectRequest.builder()
                        .bucket(location.bucket())
                        .key(location.key(name))
                        .contentLength(size)
                        .metadata(Map.of(MARK, mark));
        if (conditional) {
            request.ifNoneMatch(ANY);
        }
        storageClass(name).ifPresent(request::storageClass);
        RequestBody body =
                RequestBody.fromContentProvider(
                        () -> PartsStream.of(content, 0, size, upload),
                        size,
                        "application/octet-stream");
        for (int tries = 1; ; tries++) {
            try {
                created(name, content, size, client.putObject(request.build(), body).eTag());
                return;
            } catch (SdkException e) {
                if (S3Errors.isThere(e)) {
                    created(name, content, size, requireOwn(name, mark, size));
                    return;
                }
                if (conditional && S3Errors.isNotImplemented(e)) {
                    throw new StoreFailedException(
                            location + ": this store has no conditional creation", e);
                }
                if (!S3Errors.isConflict(e) || tries == CONFLICT_TRIES) {
                    throw errors.of("s3:PutObject", name, e);
                }
            }
        }
    }

    private void created(String name, List<ByteBuffer> content, long size, @Nullable String tag)
            throws IOException {
        confirm(name, content, size, tag);
        remember(name, tag);
    }

    /// The name is taken: by this very creation, if an answer was lost, or by another.
    ///
    /// @return its tag
    private @Nullable String requireOwn(String name, String mark, long size) throws IOException {
        HeadObjectResponse there = head(name);
        if (there == null
                || !mark.equals(there.metadata().get(MARK))
                || there.contentLength() != size) {
            throw new FileAlreadyExistsException(name);
        }
        return there.eTag();
    }

    /// The tag of what was sent in one piece is the sum of what the server received and holds.
    /// Where it is another (with a server's own keys, and some servers' tags are none), the object
    /// is read.
    private void confirm(String name, List<ByteBuffer> content, long size, @Nullable String tag)
            throws IOException {
        if (settings.readBack() || !Md5.isTag(tag, Md5.of(content, 0, size))) {
            readBack(name, content, size);
        }
    }

    /// What is not what was sent is removed again where that is permitted: it is ours, and nothing
    /// refers to it yet.
    private void readBack(String name, List<ByteBuffer> content, long size) throws IOException {
        PartsStream sent = PartsStream.of(content, 0, size, new RateLimit(0));
        for (long at = 0; at < size; at += READ_AHEAD_BYTES) {
            int length = (int) Math.min(READ_AHEAD_BYTES, size - at);
            ObjectPart held = get(name, new ByteRange.From(at, length));
            if (held.objectSizeBytes() != size
                    || !Arrays.equals(held.bytes(), sent.readNBytes(length))) {
                tidy(name);
                throw new StoreFailedException(
                        location + "/" + name + ": the server holds other bytes than were sent");
            }
        }
    }

    @Override
    public boolean confirmsContent() {
        return true;
    }

    private void requireAbsent(String name) throws IOException {
        if (head(name) != null) {
            throw new FileAlreadyExistsException(name);
        }
    }

    private @Nullable HeadObjectResponse head(String name) throws StorageException {
        try {
            return client.headObject(r -> r.bucket(location.bucket()).key(location.key(name)));
        } catch (SdkException e) {
            if (S3Errors.isMissing(e)) {
                return null;
            }
            throw errors.of("s3:GetObject", name, e);
        }
    }

    private Optional<String> storageClass(String name) {
        return name.startsWith("packs/")
                ? settings.packStorageClass()
                : settings.headStorageClass();
    }

    @Override
    public ObjectPart get(String name, ByteRange range) throws IOException {
        return reader.get(ObjectName.requireValid(name), range);
    }

    @Override
    public long read(String name, ByteRange range, List<ByteBuffer> into) throws IOException {
        return reader.read(ObjectName.requireValid(name), range, into);
    }

    @Override
    public Scan<StoredObject> list(String prefix) {
        ObjectName.requirePrefix(prefix);
        return new S3Listing(location, continuation -> page(prefix, continuation));
    }

    private ListObjectsV2Response page(String prefix, @Nullable String continuation)
            throws StorageException {
        try {
            return withTagsKept(
                    client.listObjectsV2(r ->
                            r.bucket(location.bucket())
                                    .prefix(location.key(prefix))
                                    .continuationToken(continuation)));
        } catch (SdkException e) {
            throw errors.of("s3:ListBucket", prefix, e);
        }
    }

    private ListObjectsV2Response withTagsKept(ListObjectsV2Response page) {
        for (S3Object object : page.contents()) {
            remember(object.key().substring(location.prefix().length()), object.eTag());
        }
        return page;
    }

    private void remember(String name, @Nullable String tag) {
        if (tag != null) {
            synchronized (tags) {
                tags.remove(name);
                tags.put(name, tag);
            }
        }
    }

    @Override
    public Optional<String> tag(String name) {
        synchronized (tags) {
            return Optional.ofNullable(tags.get(name));
        }
    }

    @Override
    public Optional<List<StoredObject>> both(String lesser, String greater) throws IOException {
        ListObjectsV2Response page;
        try {
            page =
                    withTagsKept(
                            client.listObjectsV2(r ->
                                    r.bucket(location.bucket())
                                            .prefix(location.prefix())
                                            .startAfter(location.key(lesser))
                                            .maxKeys(SHORT_LISTING)));
        } catch (SdkException e) {
            if (S3Errors.isRefusedAsSuch(e)) {
                return Optional.empty();
            }
            throw errors.of("s3:ListBucket", greater, e);
        }
        List<StoredObject> both = new ArrayList<>();
        boolean isWhole = !Boolean.TRUE.equals(page.isTruncated());
        for (S3Object object : page.contents()) {
            String name = object.key().substring(location.prefix().length());
            if (name.startsWith(lesser) || name.startsWith(greater)) {
                // A stranger's objects are none of ours.
                if (ObjectName.isValid(name)) {
                    both.add(new StoredObject(name, object.size()));
                }
            } else {
                isWhole |= name.compareTo(greater) > 0;
            }
        }
        return isWhole ? Optional.of(both) : Optional.empty();
    }

    @Override
    public void delete(String name) throws IOException {
        deletions.delete(name);
    }

    @Override
    public void deleteAll(List<String> names) throws IOException {
        deletions.deleteAll(names);
    }

    /// A bucket has no locks. This makes sure that the declared writer is this one where there must
    /// be one.
    @Override
    public WriterLock lock(Duration wait) throws IOException {
        Optional<String> declared = isOpenToAnyWriter ? Optional.empty() : declaredWriter();
        isOpenToAnyWriter = declared.isEmpty();
        if (declared.isPresent()) {
            String me = settings.writer().orElse("");
            if (!declared.get().equals(me)) {
                throw new PoolBusyException(
                        ("%s: this store cannot keep writers apart, only '%s' may write, this is"
                                        + " '%s'; see VARVE_S3_WRITER")
                                .formatted(location, declared.get(), me));
            }
            looksFirst = true;
        }
        return () -> {};
    }

    private Optional<String> declaredWriter() throws IOException {
        try {
            byte[] name = get(ONE_WRITER, new ByteRange.From(0, MAX_NAME_BYTES)).bytes();
            return Optional.of(new String(name, StandardCharsets.UTF_8).strip());
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    /// Finds out whether the store refuses to create what exists. If it does not, declares this
    /// machine the pool's one writer.
    ///
    /// @return the declared writer; empty if the store keeps writers apart
    Optional<String> declareWriterIfNeeded() throws IOException {
        if (createsConditionally()) {
            return Optional.empty();
        }
        String me =
                settings.writer()
                        .orElseThrow(() ->
                                new StoreFailedException(
                                        location
                                                + ": this store cannot keep writers apart; set"
                                                + " VARVE_S3_WRITER to name the one that may"));
        byte[] bytes = me.getBytes(StandardCharsets.UTF_8);
        put(ONE_WRITER, List.of(ByteBuffer.wrap(bytes)), bytes.length, false);
        looksFirst = true;
        return Optional.of(me);
    }

    private boolean createsConditionally() throws IOException {
        String probe = "probe/" + UUID.randomUUID();
        PutObjectRequest request =
                PutObjectRequest.builder()
                        .bucket(location.bucket())
                        .key(location.key(probe))
                        .ifNoneMatch(ANY)
                        .build();
        try {
            client.putObject(request, RequestBody.fromString("1"));
            client.putObject(request, RequestBody.fromString("2"));
            return false;
        } catch (SdkException e) {
            if (S3Errors.isThere(e)) {
                return true;
            }
            if (S3Errors.isNotImplemented(e)) {
                return false;
            }
            throw errors.of("s3:PutObject", probe, e);
        } finally {
            tidy(probe);
        }
    }

    /// Aborts uploads in parts.
    @Override
    public int dropAbandoned(Instant before) throws IOException {
        return parts.abortBegunBefore(before);
    }

    @Override
    public int readAheadBytes() {
        return READ_AHEAD_BYTES;
    }

    @Override
    public String location() {
        return location.toString();
    }

    @Override
    public void close() {
        client.close();
    }
}
