package dev.varve.archive;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.Scan;
import dev.varve.engine.store.ByteRange;
import dev.varve.engine.store.ObjectPart;
import dev.varve.engine.store.ObjectStore;
import dev.varve.engine.store.StoredObject;
import java.io.BufferedInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/// Snapshots as compressed streams in a store. A snapshot is there once its manifest is, which is
/// written last: what a run that ended early leaves behind is in nobody's way, and [#removeStrays]
/// finds it. A snapshot that is written again, with another parent, gets a new revision; the newest
/// counts.
///
/// One writer at a time: the caller locks the store. Memory: one part, at most [#MAX_PART_BYTES],
/// and the manifests.
public final class Archive {
    public static final int MIN_PART_BYTES = 64 << 10;
    public static final int DEFAULT_PART_BYTES = 64 << 20;
    public static final int MAX_PART_BYTES = 256 << 20;

    private static final int MAX_MANIFEST_BYTES = 128 << 20;
    private static final int LEVEL = 3;
    private static final int BUFFER_BYTES = 1 << 20;
    private static final int DELETED_AT_ONCE = 1000;

    private final ObjectStore store;

    /// @param store stays the caller's to close
    public Archive(ObjectStore store) {
        this.store = store;
    }

    /// Where this is, for messages.
    public String location() {
        return store.location();
    }

    /// The newest manifest of each snapshot, oldest snapshot first.
    public List<Manifest> manifests() throws IOException {
        Map<UUID, ArchiveNames.Key> newest = new TreeMap<>();
        for (Scan<StoredObject> all = store.list(ArchiveNames.MANIFESTS); all.advance(); ) {
            ArchiveNames.parse(all.current().name())
                    .ifPresent(key ->
                            newest.merge(
                                    key.uuid(),
                                    key,
                                    (a, b) -> a.revision() > b.revision() ? a : b));
        }
        List<Manifest> found = new ArrayList<>();
        for (ArchiveNames.Key key : newest.values()) {
            found.add(read(key));
        }
        found.sort(
                Comparator.comparing((Manifest it) -> it.snapshot().created())
                        .thenComparing(it -> it.snapshot().number())
                        .thenComparing(it -> it.snapshot().uuid()));
        return found;
    }

    private Manifest read(ArchiveNames.Key key) throws IOException {
        String name = ArchiveNames.manifest(key.uuid(), key.revision());
        ObjectPart object = store.get(name, new ByteRange.From(0, MAX_MANIFEST_BYTES));
        if (object.objectSizeBytes() > MAX_MANIFEST_BYTES) {
            throw new CorruptionException(
                    name,
                    "at most " + MAX_MANIFEST_BYTES + " bytes",
                    object.objectSizeBytes() + " bytes");
        }
        return ManifestJson.read(name, key, object.bytes());
    }

    /// Writes a snapshot, or writes it again.
    ///
    /// @param envelope encrypts it; empty to leave it plain
    /// @param writer the program's name and version
    public Manifest write(
            Snapshot snapshot,
            StreamSource source,
            Optional<Envelope> envelope,
            int partBytes,
            String writer)
            throws IOException {
        if (partBytes < MIN_PART_BYTES || partBytes > MAX_PART_BYTES) {
            throw new IllegalArgumentException("parts of " + partBytes + " bytes");
        }
        int revision = nextRevision(snapshot.uuid());
        PartWriter parts =
                new PartWriter(
                        store,
                        part ->
                                ArchiveNames.part(
                                        snapshot.uuid(), revision, envelope.isPresent(), part),
                        partBytes);
        SummedOutput stream = new SummedOutput(OutputStream.nullOutputStream());
        try (OutputStream sealed =
                        envelope.isPresent() ? envelope.get().seal(parts) : new Unclosed(parts);
                ZstdOutputStream zstd = new ZstdOutputStream(sealed, LEVEL).setChecksum(true)) {
            stream = new SummedOutput(zstd);
            source.writeTo(stream);
        }
        Manifest manifest =
                new Manifest(
                        snapshot,
                        revision,
                        envelope.map(Envelope::form),
                        stream.count(),
                        stream.hex(),
                        writer,
                        parts.finish());
        store.create(manifest.name(), List.of(ByteBuffer.wrap(ManifestJson.write(manifest))));
        return manifest;
    }

    /// Leaves the next stream open.
    private static final class Unclosed extends FilterOutputStream {
        Unclosed(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }

    private int nextRevision(UUID uuid) throws IOException {
        int last = 0;
        for (String prefix : List.of(ArchiveNames.MANIFESTS, ArchiveNames.STREAMS)) {
            for (Scan<StoredObject> all = store.list(prefix + uuid); all.advance(); ) {
                Optional<ArchiveNames.Key> key = ArchiveNames.parse(all.current().name());
                last = Math.max(last, key.map(ArchiveNames.Key::revision).orElse(0));
            }
        }
        if (last == ArchiveNames.MAX_REVISION) {
            throw new IOException(uuid + ": written too often; remove what is left of it");
        }
        return last + 1;
    }

    /// A snapshot's send stream. Reading to its end checks all of it.
    ///
    /// @param envelope opens it if it is encrypted
    public InputStream open(Manifest manifest, Optional<Envelope> envelope) throws IOException {
        InputStream stored =
                new BufferedInputStream(new PartReader(store, manifest.parts()), BUFFER_BYTES);
        if (manifest.encryption().isPresent()) {
            stored =
                    envelope.orElseThrow(() ->
                                    new WrongArchiveKeyException(
                                            manifest.snapshot().path()
                                                    + " is encrypted; no key was given"))
                            .open(stored);
        }
        return new CheckedStream(new ZstdInputStream(stored), manifest);
    }

    /// Reads every stored byte of a snapshot and compares it with its checksums; with a key also
    /// what is in it.
    ///
    /// @throws CorruptionException if something is missing or differs
    public void verify(Manifest manifest, Optional<Envelope> envelope) throws IOException {
        boolean isReadable = manifest.encryption().isEmpty() || envelope.isPresent();
        try (InputStream in =
                isReadable ? open(manifest, envelope) : new PartReader(store, manifest.parts())) {
            in.transferTo(OutputStream.nullOutputStream());
        }
    }

    /// Deletes a snapshot with all its revisions; the manifests first.
    public void remove(UUID uuid) throws IOException {
        delete(ArchiveNames.MANIFESTS + uuid, Set.of());
        delete(ArchiveNames.STREAMS + uuid, Set.of());
    }

    /// Deletes what no newest manifest names: replaced revisions, and what runs that ended early
    /// left behind.
    ///
    /// @return how many objects
    public int removeStrays() throws IOException {
        Set<String> live = new HashSet<>();
        for (Manifest manifest : manifests()) {
            live.add(manifest.name());
            manifest.parts().forEach(part -> live.add(part.name()));
        }
        return delete(ArchiveNames.MANIFESTS, live) + delete(ArchiveNames.STREAMS, live);
    }

    private int delete(String prefix, Set<String> live) throws IOException {
        int deleted = 0;
        List<String> some = new ArrayList<>();
        for (Scan<StoredObject> all = store.list(prefix); all.advance(); ) {
            String name = all.current().name();
            if (ArchiveNames.parse(name).isPresent() && !live.contains(name)) {
                some.add(name);
                deleted++;
            }
            if (some.size() == DELETED_AT_ONCE) {
                store.deleteAll(some);
                some.clear();
            }
        }
        store.deleteAll(some);
        return deleted;
    }
}
