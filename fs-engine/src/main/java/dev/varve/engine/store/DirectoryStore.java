package dev.varve.engine.store;

import dev.varve.engine.model.NoSpaceException;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.StorageException;
import dev.varve.engine.model.StoreFailedException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;

/// Objects as files of a local directory, on any file system.
///
/// A new object is written to a file in `tmp/`, synced, linked to its name and the directory
/// synced: link(2) fails if the name exists, which makes creation atomic between processes and
/// machines that share the directory. Where there are no hard links (FAT), it is renamed instead
/// and only one process at a time may write; [#lock] sees to that. The directory is made by the
/// first creation.
///
/// Thread-safe. Holds a few open files until closed.
public final class DirectoryStore implements ObjectStore {
    private static final int OPEN_FILES = 64;

    /// More than the directories of a pool of 30 TB; beyond, some are synced once more.
    private static final int REMEMBERED_DIRECTORIES = 4096;

    /// Far more often than a directory can be emptied while a file is about to get its name.
    private static final int PUBLISHING_TRIES = 100;

    private static final String WRITE = "write";
    private static final String DELETE = "delete";
    private static final long FULL_BELOW_BYTES = 64 << 10;

    private final Layout layout;
    private final Medium medium;
    private final OpenFiles openFiles = new OpenFiles(OPEN_FILES);
    private final Object renaming = new Object();
    private final AtomicLong temporaries = new AtomicLong();
    private final Set<Path> liveTemporaries = ConcurrentHashMap.newKeySet();

    /// Directories whose own names are durable.
    private final Set<Path> durableDirectories = ConcurrentHashMap.newKeySet();

    /// A store in a directory, which need not exist yet.
    public DirectoryStore(Path root) {
        this(root, new Disk());
    }

    DirectoryStore(Path root, Medium medium) {
        this.layout = new Layout(root.toAbsolutePath().normalize());
        this.medium = medium;
    }

    @Override
    public void create(String name, List<ByteBuffer> content) throws IOException {
        try (NewObject object = new NewObject(name)) {
            for (ByteBuffer part : content) {
                object.write(part);
            }
            object.publish();
        }
    }

    @Override
    public boolean createGrowing(String name, Growing content)
            throws IOException, InterruptedException, ExecutionException {
        try (NewObject object = new NewObject(name)) {
            ReadBack readBack = new ReadBack(name, object.out);
            for (ByteBuffer part = content.next(); part != null; part = content.next()) {
                object.write(part);
                readBack.add(part);
            }
            readBack.compare();
            object.publish();
            return true;
        }
    }

    /// An object on its way: a temporary file, which is gone when this is closed.
    private final class NewObject implements Closeable {
        private final String name;
        private final Path file;
        private final Path temporary;
        private final Medium.NewFile out;

        NewObject(String name) throws IOException {
            this.name = name;
            this.file = layout.file(ObjectName.requireValid(name));
            if (Files.exists(file)) {
                throw new FileAlreadyExistsException(name);
            }
            try {
                makeDurable(layout.temporary());
            } catch (IOException e) {
                throw failure(WRITE, name, e);
            }
            temporary = newTemporary();
            try {
                out = medium.create(temporary);
            } catch (IOException e) {
                liveTemporaries.remove(temporary);
                throw failure(WRITE, name, e);
            }
        }

        void write(ByteBuffer part) throws IOException {
            try {
                out.write(part);
            } catch (IOException e) {
                throw failure(WRITE, name, e);
            }
        }

        void publish() throws IOException {
            try {
                out.sync();
                out.close();
                publishDurably(temporary, file);
            } catch (FileAlreadyExistsException _) {
                throw new FileAlreadyExistsException(name);
            } catch (IOException e) {
                throw failure(WRITE, name, e);
            }
        }

        @Override
        public void close() throws IOException {
            try (out) {
                dropTemporary(temporary);
            } catch (IOException e) {
                throw failure(DELETE, temporary.toString(), e);
            }
        }
    }

    @Override
    public ObjectPart get(String name, ByteRange range) throws IOException {
        return reading(name, file -> openFiles.read(file, range));
    }

    @Override
    public long read(String name, ByteRange range, List<ByteBuffer> into) throws IOException {
        return reading(name, file -> openFiles.read(file, range, into));
    }

    private <T> T reading(String name, Reading<T> reading) throws IOException {
        Path file = layout.file(ObjectName.requireValid(name));
        try {
            return reading.from(file);
        } catch (NoSuchFileException _) {
            throw new NoSuchFileException(name);
        } catch (IOException e) {
            throw failure("read", name, e);
        }
    }

    private interface Reading<T> {
        T from(Path file) throws IOException;
    }

    @Override
    public Scan<StoredObject> list(String prefix) {
        return new DirectoryListing(layout.root(), ObjectName.requirePrefix(prefix));
    }

    @Override
    public void delete(String name) throws IOException {
        deleteAll(List.of(name));
    }

    /// Each directory is synced once. One that is empty then, of those into which packs fan out, is
    /// removed: there is at least one for each writer there ever was.
    @Override
    public void deleteAll(List<String> names) throws IOException {
        Set<Path> changed = new LinkedHashSet<>();
        names.forEach(ObjectName::requireValid);
        for (String name : names) {
            Path file = layout.file(name);
            try {
                if (Files.exists(file)) {
                    changed.add(layout.directoryOf(file));
                    medium.delete(file);
                }
                openFiles.forget(file);
            } catch (IOException e) {
                throw failure(DELETE, name, e);
            }
        }
        Set<Path> left = new LinkedHashSet<>();
        for (Path directory : changed) {
            try {
                left.add(removeIfEmpty(directory) ? layout.directoryOf(directory) : directory);
            } catch (IOException e) {
                throw failure(DELETE, directory.toString(), e);
            }
        }
        for (Path directory : left) {
            try {
                medium.syncDirectory(directory);
            } catch (NoSuchFileException _) {
                // Another process removed it meanwhile, and syncs that.
            } catch (IOException e) {
                throw failure(DELETE, "from " + directory, e);
            }
        }
    }

    private boolean removeIfEmpty(Path directory) throws IOException {
        if (!layout.isFanOut(directory)) {
            return false;
        }
        durableDirectories.remove(directory);
        return medium.removeDirectory(directory);
    }

    @Override
    public WriterLock lock(Duration wait) throws IOException {
        try {
            makeDurable(layout.root());
            WriterLock lock = DirectoryLock.acquire(layout, wait);
            dropStaleTemporaries();
            return lock;
        } catch (StorageException e) {
            throw e;
        } catch (IOException e) {
            throw failure("lock", ObjectName.LOCK, e);
        }
    }

    @Override
    public int dropAbandoned(Instant before) {
        return 0;
    }

    @Override
    public int readAheadBytes() {
        return 0;
    }

    @Override
    public String location() {
        return layout.root().toString();
    }

    @Override
    public void close() throws IOException {
        openFiles.close();
    }

    /// Gives a complete file its name, if it is free, in a directory that is removed by whoever
    /// deletes the last file in it.
    private void publishDurably(Path temporary, Path file) throws IOException {
        Path directory = layout.directoryOf(file);
        for (int tries = 1; ; tries++) {
            makeDurable(directory);
            try {
                publish(temporary, file);
                break;
            } catch (NoSuchFileException e) {
                durableDirectories.remove(directory);
                if (tries == PUBLISHING_TRIES) {
                    throw e;
                }
            }
        }
        medium.syncDirectory(directory);
        // Another thread may have had to make it anew, and not have made its name durable yet.
        makeDurable(directory);
    }

    /// Gives a complete file its name, if it is free.
    private void publish(Path temporary, Path file) throws IOException {
        try {
            medium.link(temporary, file);
        } catch (UnsupportedOperationException _) {
            rename(temporary, file);
        } catch (FileSystemException e) {
            // "Operation not permitted" and the like have no class of their own.
            if (e.getClass() != FileSystemException.class || isNoSpace(e)) {
                throw e;
            }
            rename(temporary, file);
        }
    }

    private void rename(Path temporary, Path file) throws IOException {
        synchronized (renaming) {
            if (Files.exists(file)) {
                throw new FileAlreadyExistsException(file.toString());
            }
            medium.rename(temporary, file);
        }
    }

    /// Makes a directory and all above it, and their names durable; another thread or process may
    /// have made one and not yet synced it.
    private void makeDurable(Path directory) throws IOException {
        if (durableDirectories.contains(directory)) {
            return;
        }
        boolean ours = directory.startsWith(layout.root()) && !directory.equals(layout.root());
        Path parent = directory.getParent();
        if (parent == null || (!ours && Files.isDirectory(directory))) {
            return;
        }
        makeDurable(parent);
        medium.createDirectory(directory);
        medium.syncDirectory(parent);
        if (durableDirectories.size() >= REMEMBERED_DIRECTORIES) {
            durableDirectories.clear();
        }
        durableDirectories.add(directory);
    }

    private Path newTemporary() {
        String fileName = ProcessHandle.current().pid() + "-" + temporaries.incrementAndGet();
        Path file = layout.temporary().resolve(fileName + "-" + Integer.toHexString(hashCode()));
        liveTemporaries.add(file);
        return file;
    }

    private void dropTemporary(Path temporary) throws IOException {
        try {
            medium.delete(temporary);
        } finally {
            liveTemporaries.remove(temporary);
        }
    }

    /// Removes what killed writers left in `tmp/`.
    private void dropStaleTemporaries() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(layout.temporary())) {
            for (Path file : files) {
                if (!liveTemporaries.contains(file) && isStale(file.getFileName().toString())) {
                    medium.delete(file);
                }
            }
        } catch (NoSuchFileException _) {
            // Nothing was ever written.
        }
    }

    private static boolean isStale(String fileName) {
        String pid = fileName.split("-", 2)[0];
        return pid.matches("[0-9]{1,10}")
                && ProcessHandle.of(Long.parseLong(pid))
                        .filter(p -> !p.equals(ProcessHandle.current()))
                        .isEmpty();
    }

    private StorageException failure(String verb, String name, IOException e) {
        if (isNoSpace(e) || (verb.equals(WRITE) && isFull())) {
            return new NoSpaceException(name + " in " + location(), e);
        }
        return new StoreFailedException(
                "cannot " + verb + " " + name + " in " + location() + ": " + e.getMessage(), e);
    }

    /// The JDK has no class for this, only the C library's text.
    private static boolean isNoSpace(IOException e) {
        String text = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return text.contains("no space left") || text.contains("quota exceeded");
    }

    /// Tells a full disk where the C library speaks another language.
    private boolean isFull() {
        try {
            return Files.getFileStore(layout.root()).getUsableSpace() < FULL_BELOW_BYTES;
        } catch (IOException _) {
            return false;
        }
    }
}
