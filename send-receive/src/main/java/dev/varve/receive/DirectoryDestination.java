package dev.varve.receive;

import dev.varve.posix.Directory;
import dev.varve.posix.PosixException;
import dev.varve.stream.ResumeToken;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// A directory of the host that subvolumes are received into, each as a directory in it.
final class DirectoryDestination implements Destination, Closeable {
    private static final int MAX_OPEN_SOURCES = 16;

    private final Directory directory;
    private final Optional<Path> namedParent;
    private final ReceivedMarks marks;
    private final FileCopier copier = new FileCopier();
    private final Map<UUID, DirectoryTree> sources = new HashMap<>();

    /// @param namedParent what increments build on if their parent was not received here
    DirectoryDestination(Path path, Optional<Path> namedParent) throws PosixException {
        directory = Directory.open(path);
        marks = new ReceivedMarks(directory);
        this.namedParent = namedParent;
    }

    @Override
    public SubvolumeSink begin(Start start) throws IOException {
        byte[] name = start.name().bytes();
        boolean isReserved =
                ReceivedMarks.DIRECTORY.equals(new String(name, StandardCharsets.ISO_8859_1));
        if (isReserved || directory.findStatus(name).isPresent()) {
            throw new FileAlreadyExistsException(directory + "/" + start.name());
        }
        closeSources();
        Optional<Directory> parent = Optional.empty();
        if (start.parent().isPresent()) {
            parent = Optional.of(openParent(start.parent().get()));
        }
        try (Directory _ = parent.orElse(null)) {
            StagedDirectory staged = StagedDirectory.create(directory, start, marks);
            boolean begun = false;
            try {
                if (parent.isPresent()) {
                    new DirectoryCopier(staged.tree().root(), copier).copy(parent.get());
                }
                begun = true;
                return new DirectorySink(this, staged, copier);
            } finally {
                if (!begun) {
                    staged.close();
                }
            }
        }
    }

    @Override
    public Resumed resume(ResumeToken token) throws IOException {
        closeSources();
        StagedDirectory.Found found = StagedDirectory.open(directory, token, marks);
        return new Resumed(found.kept(), new DirectorySink(this, found.staged(), copier));
    }

    private Directory openParent(UUID uuid) throws IOException {
        Optional<Directory> received = marks.open(uuid);
        if (received.isPresent()) {
            return received.get();
        }
        if (namedParent.isPresent()) {
            return Directory.open(namedParent.get());
        }
        throw new UnknownSubvolumeException(uuid);
    }

    /// The tree that a clone with this source UUID reads; closed by this destination.
    DirectoryTree source(UUID uuid, StagedDirectory staged) throws IOException {
        if (uuid.equals(staged.start().uuid())) {
            return staged.tree();
        }
        DirectoryTree known = sources.get(uuid);
        if (known != null) {
            return known;
        }
        if (sources.size() == MAX_OPEN_SOURCES) {
            closeSources();
        }
        boolean isParent = staged.start().parent().filter(uuid::equals).isPresent();
        Directory opened =
                isParent
                        ? openParent(uuid)
                        : marks.open(uuid).orElseThrow(() -> new UnknownSubvolumeException(uuid));
        DirectoryTree tree = new DirectoryTree(opened);
        sources.put(uuid, tree);
        return tree;
    }

    private void closeSources() throws PosixException {
        for (DirectoryTree tree : sources.values()) {
            tree.close();
        }
        sources.clear();
    }

    @Override
    public void close() throws IOException {
        try (Directory _ = directory) {
            closeSources();
        }
    }
}
