package dev.varve.remote.s3;

import dev.varve.engine.store.ObjectPart;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Parts of far objects as files of one directory, which may be deleted at any time, by anyone.
/// Each file holds a checksum; one that is damaged is as good as none, as is a directory that
/// cannot be written to. Thread-safe, and safe between processes.
///
/// ```
/// file = SHA-256 of the rest (32) | size of the object (8, big endian) | bytes of the part
/// ```
final class DiskCache implements PartCache {
    private static final int SUM_BYTES = 32;
    private static final int HEAD_BYTES = SUM_BYTES + Long.BYTES;
    private static final long MAX_FILE_BYTES = 64 << 20;
    private static final long RECENT_BYTES = 8 << 20;

    private final Path directory;
    private final long maxBytes;

    /// The parts used last.
    private final HeapCache recent = new HeapCache(RECENT_BYTES);

    /// Bytes written since the directory was last measured.
    private final AtomicLong written = new AtomicLong();

    /// @param maxBytes what the directory may hold, give or take what one process writes in between
    DiskCache(Path directory, long maxBytes) {
        this.directory = directory;
        this.maxBytes = maxBytes;
    }

    @Override
    public @Nullable ObjectPart get(String key) {
        ObjectPart known = recent.get(key);
        if (known != null) {
            return known;
        }
        ObjectPart read = read(file(key));
        if (read != null) {
            recent.put(key, read);
        }
        return read;
    }

    private static @Nullable ObjectPart read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            if (Files.size(file) > MAX_FILE_BYTES) {
                return null;
            }
            byte[] sum = in.readNBytes(SUM_BYTES);
            byte[] size = in.readNBytes(Long.BYTES);
            byte[] bytes = in.readAllBytes();
            return size.length == Long.BYTES && Arrays.equals(sum, sum(size, bytes))
                    ? new ObjectPart(bytes, ByteBuffer.wrap(size).getLong())
                    : null;
        } catch (IOException _) {
            return null;
        }
    }

    @Override
    public void put(String key, ObjectPart part) {
        recent.put(key, part);
        byte[] size = ByteBuffer.allocate(Long.BYTES).putLong(part.objectSizeBytes()).array();
        try {
            Files.createDirectories(directory);
            Path temporary = directory.resolve("tmp." + UUID.randomUUID());
            try (OutputStream out = Files.newOutputStream(temporary)) {
                out.write(sum(size, part.bytes()));
                out.write(size);
                out.write(part.bytes());
            }
            Files.move(temporary, file(key), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException _) {
            // Without a cache it works as well, only slower.
            return;
        }
        if (written.addAndGet(HEAD_BYTES + part.bytes().length) > maxBytes / 8) {
            shrink();
        }
    }

    @Override
    public void remove(String key) {
        recent.remove(key);
        try {
            Files.deleteIfExists(file(key));
        } catch (IOException _) {
            // It goes with its time.
        }
    }

    /// Deletes what was written longest ago until what is left fits.
    private void shrink() {
        record Entry(Path file, long size, FileTime time) {}
        written.set(0);
        List<Entry> entries = new ArrayList<>();
        long total = 0;
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                long size = Files.size(file);
                total += size;
                entries.add(new Entry(file, size, Files.getLastModifiedTime(file)));
            }
            entries.sort(Comparator.comparing(Entry::time));
            for (Entry entry : entries) {
                if (total <= maxBytes) {
                    break;
                }
                Files.deleteIfExists(entry.file());
                total -= entry.size();
            }
        } catch (IOException | UncheckedIOException _) {
            // Another process is at it too.
        }
    }

    @Override
    public void clear() throws IOException {
        recent.clear();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException _) {
            // Nothing was kept yet.
        }
    }

    /// Leaves the directory no larger than it may be.
    @Override
    public void close() {
        if (written.get() > 0) {
            shrink();
        }
    }

    private Path file(String key) {
        byte[] sum = sum(key.getBytes(StandardCharsets.UTF_8));
        return directory.resolve(HexFormat.of().formatHex(sum, 0, 16));
    }

    /// SHA-256 of the pieces one behind the other.
    static byte[] sum(byte[]... pieces) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (byte[] piece : pieces) {
                digest.update(piece);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
