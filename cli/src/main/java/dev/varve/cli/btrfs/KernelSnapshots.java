package dev.varve.cli.btrfs;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The read-only subvolumes of the btrfs that a path lies on, and where they can be reached.
///
/// @param all in the order of their ids
/// @param mountPoint of the mount that holds the path
/// @param mountRoot what that mount shows: a path from the btrfs' top level, `/` for all of it
public record KernelSnapshots(List<KernelSnapshot> all, Path mountPoint, Path mountRoot) {
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
    private static final Path NEWEST_PROTOCOL =
            Path.of("/sys/fs/btrfs/features/send_stream_version");
    private static final int OLDEST_PROTOCOL = 1;
    private static final int NEWEST_KNOWN_PROTOCOL = 2;

    private static final Pattern OCTAL = Pattern.compile("\\\\([0-7]{3})");
    private static final Pattern ID = Pattern.compile("(?m)^\\s*Subvolume ID:\\s*(\\d{1,18})$");

    public KernelSnapshots {
        all = List.copyOf(all);
    }

    private record Mount(Path root, Path point) {}

    /// Asks the btrfs below that path; needs root.
    public static KernelSnapshots around(Path path) throws IOException {
        Path real = path.toRealPath();
        String list =
                BtrfsProcess.run(
                        "subvolume", "list", "-r", "-c", "-u", "-q", "-R", real.toString());
        List<KernelSnapshot> all =
                list.lines().map(KernelSnapshot::parse).flatMap(Optional::stream).toList();
        Mount mount = mount(real);
        return new KernelSnapshots(all, mount.point(), mount.root());
    }

    /// The last of the mounts over the deepest directory above the path is the one that is seen.
    private static Mount mount(Path real) throws IOException {
        try (Stream<String> lines = Files.lines(MOUNTS)) {
            return lines.map(line -> line.split(" ", -1))
                    .map(fields -> new Mount(unescaped(fields[3]), unescaped(fields[4])))
                    .filter(mount -> real.startsWith(mount.point()))
                    .reduce((a, b) -> depth(b) >= depth(a) ? b : a)
                    .orElseThrow(() -> new FileSystemException(real.toString(), null, "no mount"));
        }
    }

    private static int depth(Mount mount) {
        return mount.point().getNameCount();
    }

    private static Path unescaped(String field) {
        Matcher octal = OCTAL.matcher(field);
        return Path.of(
                octal.replaceAll(found ->
                        Matcher.quoteReplacement(
                                String.valueOf((char) Integer.parseInt(found.group(1), 8)))));
    }

    /// The snapshot at exactly that path.
    ///
    /// @throws FileSystemException if it is no read-only subvolume
    public KernelSnapshot at(Path path) throws IOException {
        Matcher id = ID.matcher(BtrfsProcess.run("subvolume", "show", path.toString()));
        long number = id.find() ? Long.parseLong(id.group(1)) : 0;
        return all.stream()
                .filter(snapshot -> snapshot.id() == number)
                .findFirst()
                .orElseThrow(() ->
                        new FileSystemException(
                                path.toString(),
                                null,
                                "not read-only; take a snapshot with"
                                        + " btrfs subvolume snapshot -r first"));
    }

    /// Relatives of a snapshot, the nearest in age first.
    public List<KernelSnapshot> relatives(KernelSnapshot snapshot) {
        return all.stream()
                .filter(other -> other.id() != snapshot.id() && other.isRelative(snapshot))
                .sorted(
                        Comparator.comparingLong(other ->
                                Math.abs(other.createdGeneration() - snapshot.createdGeneration())))
                .toList();
    }

    /// Where the snapshot can be reached; empty if the mount does not show it.
    public Optional<Path> reach(KernelSnapshot snapshot) {
        Path absolute = Path.of("/").resolve(snapshot.path());
        return absolute.startsWith(mountRoot)
                ? Optional.of(mountPoint.resolve(mountRoot.relativize(absolute)))
                        .filter(Files::isDirectory)
                : Optional.empty();
    }

    /// The newest version of the stream that both this kernel and we speak.
    public static int protocol() throws IOException {
        if (!Files.isReadable(NEWEST_PROTOCOL)) {
            return OLDEST_PROTOCOL;
        }
        boolean isOld = Files.readString(NEWEST_PROTOCOL).strip().equals("1");
        return isOld ? OLDEST_PROTOCOL : NEWEST_KNOWN_PROTOCOL;
    }
}
