package dev.varve.cli.command;

import dev.varve.archive.Archive;
import dev.varve.archive.Envelope;
import dev.varve.archive.Manifest;
import dev.varve.archive.openpgp.OpenPgp;
import dev.varve.archive.openpgp.PgpRecipient;
import dev.varve.cli.pool.PoolPlace;
import dev.varve.cli.pool.UsageException;
import dev.varve.engine.model.NoPoolException;
import dev.varve.engine.store.DirectoryStore;
import dev.varve.engine.store.ObjectStore;
import dev.varve.engine.store.WriterLock;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The archive that an `archive` command names, and its keys. Used by one thread.
final class ArchiveAccess implements Closeable {
    private static final int MAX_PASSPHRASE_BYTES = 4096;

    private final Invocation call;
    private final ObjectStore store;
    private final Archive archive;
    private final Optional<WriterLock> lock;

    private ArchiveAccess(Invocation call, ObjectStore store, boolean isWriter) throws IOException {
        this.call = call;
        this.store = store;
        this.archive = new Archive(store);
        this.lock =
                isWriter
                        ? Optional.of(store.lock(call.poolOptions().writerWait()))
                        : Optional.empty();
    }

    /// The option that names the archive.
    static SpecBuilder placeOption(SpecBuilder spec) {
        return spec.value(
                "PLACE", "The archive: a directory or s3://BUCKET/PREFIX.", "--to", "--from");
    }

    /// The options that say how an encrypted archive is opened.
    static SpecBuilder openingOptions(SpecBuilder spec) {
        return spec.value(
                        "FILE",
                        "The passphrase is FILE's first line: of the archive, or of the secret"
                                + " key.",
                        "--archive-passphrase-file")
                .value(
                        "FILE",
                        "Open with this OpenPGP secret key, as gpg --export-secret-keys writes it.",
                        "--secret-key");
    }

    /// The archive, to read it.
    static ArchiveAccess toRead(Invocation call) throws IOException {
        return open(call, place(call).openStore(), false);
    }

    /// The archive, to change it: its one writer, where the medium can keep others out.
    static ArchiveAccess toChange(Invocation call) throws IOException {
        return open(call, place(call).openStore(), true);
    }

    /// The archive, made if there is none.
    static ArchiveAccess toAdd(Invocation call) throws IOException {
        PoolPlace place = place(call);
        return open(
                call,
                place.isBucket() ? place.openStore() : new DirectoryStore(place.directory()),
                true);
    }

    private static ArchiveAccess open(Invocation call, ObjectStore store, boolean isWriter)
            throws IOException {
        try {
            return new ArchiveAccess(call, store, isWriter);
        } catch (IOException e) {
            store.close();
            throw e;
        }
    }

    private static PoolPlace place(Invocation call) throws UsageException {
        return call.place(
                call.value("--to")
                        .orElseThrow(() ->
                                new UsageException(
                                        call.words() + ": name the archive with --to PLACE")));
    }

    Archive archive() {
        return archive;
    }

    /// All that is there.
    ///
    /// @throws NoPoolException if that is nothing at all
    List<Manifest> manifests() throws IOException {
        List<Manifest> found = archive.manifests();
        if (found.isEmpty()) {
            throw new NoPoolException(archive.location(), "no archive there");
        }
        return found;
    }

    /// The snapshots that the operands name, by path or UUID; all if there are no operands.
    List<Manifest> named(List<Manifest> manifests) throws IOException {
        List<String> operands = call.operandsFrom(0);
        if (operands.isEmpty()) {
            return manifests;
        }
        List<Manifest> named = new ArrayList<>();
        for (String operand : operands) {
            List<Manifest> found =
                    manifests.stream()
                            .filter(it ->
                                    it.snapshot().path().equals(operand)
                                            || it.snapshot().uuid().toString().equals(operand))
                            .toList();
            if (found.isEmpty()) {
                throw new NoSuchFileException(
                        operand, null, "no such snapshot in the archive " + archive.location());
            }
            if (found.size() > 1) {
                throw new FileSystemException(
                        operand, null, "several in the archive; name one by its UUID");
            }
            named.add(found.getFirst());
        }
        return named;
    }

    /// What seals new streams, if anything is to.
    Optional<Envelope> sealing() throws IOException {
        List<PgpRecipient> recipients = new ArrayList<>();
        for (String file : call.values("--recipient")) {
            try (InputStream in = Files.newInputStream(Invocation.localPath(file))) {
                recipients.add(OpenPgp.recipient(in));
            } catch (FileSystemException e) {
                throw e;
            } catch (IOException e) {
                throw new UsageException(file + ": " + e.getMessage());
            }
        }
        Optional<char[]> passphrase = passphrase();
        return passphrase.isEmpty() && recipients.isEmpty()
                ? Optional.empty()
                : Optional.of(OpenPgp.sealing(passphrase, recipients));
    }

    /// What opens sealed streams, if a key was given.
    Optional<Envelope> opening() throws IOException {
        Optional<char[]> passphrase = passphrase();
        Optional<String> file = call.value("--secret-key");
        if (file.isEmpty()) {
            return passphrase.isEmpty()
                    ? Optional.empty()
                    : Optional.of(OpenPgp.opening(passphrase, Optional.empty()));
        }
        try (InputStream in = Files.newInputStream(Invocation.localPath(file.get()))) {
            return Optional.of(OpenPgp.opening(passphrase, Optional.of(in)));
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) {
            throw new UsageException(file.get() + ": " + e.getMessage());
        }
    }

    private Optional<char[]> passphrase() throws IOException {
        Optional<String> file = call.value("--archive-passphrase-file");
        if (file.isEmpty()) {
            return Optional.ofNullable(call.console().environment().get("VARVE_ARCHIVE_PASSPHRASE"))
                    .filter(text -> !text.isEmpty())
                    .map(String::toCharArray);
        }
        Path path = Invocation.localPath(file.get());
        if (Files.size(path) > MAX_PASSPHRASE_BYTES) {
            throw new UsageException(path + ": too long for a passphrase");
        }
        String line = Files.readString(path).lines().findFirst().orElse("");
        if (line.isEmpty()) {
            throw new UsageException(path + ": its first line is empty; no passphrase");
        }
        return Optional.of(line.toCharArray());
    }

    @Override
    public void close() throws IOException {
        try (store) {
            if (lock.isPresent()) {
                lock.get().close();
            }
        }
    }
}
