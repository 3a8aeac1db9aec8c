package dev.varve.engine.store;

import dev.varve.engine.model.Scan;
import dev.varve.engine.model.StoreFailedException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// Walks a directory's objects in order of their names, holding one directory per level at a time.
///
/// The queue holds files by name and directories by the beginning that all names in them share. The
/// least element is a file that comes next or a directory to be replaced by its content.
final class DirectoryListing implements Scan<StoredObject> {
    /// @param key an object's name, or what the names in a directory start with
    /// @param childPrefix what stands before the file names in a directory; null for a file
    private record Entry(String key, Path path, long sizeBytes, @Nullable String childPrefix)
            implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            return key.compareTo(other.key);
        }
    }

    private final String prefix;
    private final PriorityQueue<Entry> queue = new PriorityQueue<>();
    private @Nullable StoredObject current;

    DirectoryListing(Path root, String prefix) {
        this.prefix = prefix;
        queue.add(new Entry("", root, 0, ""));
    }

    @Override
    public boolean advance() throws IOException {
        current = null;
        for (Entry entry = queue.poll(); entry != null; entry = queue.poll()) {
            String childPrefix = entry.childPrefix();
            if (childPrefix == null) {
                current = new StoredObject(entry.key(), entry.sizeBytes());
                return true;
            }
            expand(entry.path(), childPrefix);
        }
        return false;
    }

    @Override
    public StoredObject current() {
        StoredObject object = current;
        if (object == null) {
            throw new IllegalStateException("no current object");
        }
        return object;
    }

    private void expand(Path directory, String childPrefix) throws IOException {
        try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
            for (Path child : children) {
                add(child, childPrefix);
            }
        } catch (NoSuchFileException | NotDirectoryException _) {
            // Removed meanwhile, or no pool yet.
        } catch (DirectoryIteratorException e) {
            throw new StoreFailedException("cannot list " + directory, e);
        } catch (IOException e) {
            throw new StoreFailedException("cannot list " + directory, e);
        }
    }

    private void add(Path child, String childPrefix) throws IOException {
        String fileName = child.getFileName().toString();
        String name = childPrefix + fileName;
        boolean fanOut = Layout.isFanOut(fileName);
        String key = fanOut ? childPrefix + Layout.fanOutPrefix(fileName) : name;
        // No name is valid below `tmp` or `lock`, nor are a stranger's files in the directory.
        boolean wanted = key.startsWith(prefix) || prefix.startsWith(key);
        if (!wanted || !ObjectName.isValid(key)) {
            return;
        }
        try {
            BasicFileAttributes attributes = Files.readAttributes(child, BasicFileAttributes.class);
            if (!attributes.isDirectory()) {
                if (!fanOut && key.startsWith(prefix)) {
                    queue.add(new Entry(key, child, attributes.size(), null));
                }
            } else if (fanOut) {
                queue.add(new Entry(key, child, 0, childPrefix));
            } else {
                queue.add(new Entry(name + "/", child, 0, name + "/"));
            }
        } catch (NoSuchFileException _) {
            // Deleted meanwhile.
        }
    }
}
