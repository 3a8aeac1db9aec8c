package dev.varve.send;

import dev.varve.stream.Corpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// A recorded stream that a real kernel made and that no receiver can apply, with the inodes of its
/// parent and of what was sent, as lines of number, type, links and path.
record KernelFailure(Path directory) {
    /// An inode with its names.
    private record Listed(boolean isDirectory, List<String> paths) {}

    /// All that are at hand and list their inodes.
    static List<KernelFailure> all() throws IOException {
        List<KernelFailure> all = new ArrayList<>();
        for (Path file : Corpus.files("parent.inodes")) {
            all.add(new KernelFailure(file.resolveSibling(".").normalize()));
        }
        return all;
    }

    Path stream() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".stream"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /// What `btrfs receive` says.
    String error() throws IOException {
        return Files.readString(directory.resolve("error"));
    }

    /// The same change, to be sent by us.
    Scenario scenario() throws IOException {
        NavigableMap<Long, Listed> before = inodes("parent.inodes");
        NavigableMap<Long, Listed> after = inodes("send.inodes");
        return Scenario.of(
                "92_kernel_send_failures/" + directory.getFileName(),
                scene -> place(scene, Map.of(), before),
                scene -> {
                    setAside(scene, before, after);
                    place(scene, before, after);
                });
    }

    private NavigableMap<Long, Listed> inodes(String file) throws IOException {
        NavigableMap<Long, Listed> inodes = new TreeMap<>();
        for (String line : Files.readAllLines(directory.resolve(file))) {
            String[] words = line.split(" ", 4);
            if (!words[3].equals(".")) {
                boolean isDirectory = words[1].equals("d");
                inodes.computeIfAbsent(
                                Long.parseLong(words[0]),
                                _ -> new Listed(isDirectory, new ArrayList<>()))
                        .paths()
                        .add(words[3].substring("./".length()));
            }
        }
        return inodes;
    }

    private static int depth(String path) {
        return path.split("/", -1).length;
    }

    private static String aside(long number) {
        return "aside-" + number;
    }

    private static boolean survives(long number, Listed listed, Map<Long, Listed> other) {
        Listed there = other.get(number);
        return there != null && there.isDirectory() == listed.isDirectory();
    }

    private static List<Map.Entry<Long, Listed>> directories(Map<Long, Listed> inodes) {
        return inodes.entrySet().stream()
                .filter(entry -> entry.getValue().isDirectory())
                .sorted(Comparator.comparing(entry -> depth(entry.getValue().paths().getFirst())))
                .toList();
    }

    /// Empties the tree into the root: what survives waits there under a name of its own.
    private static void setAside(Scene scene, Map<Long, Listed> before, Map<Long, Listed> after)
            throws IOException {
        for (Map.Entry<Long, Listed> file : before.entrySet()) {
            if (!file.getValue().isDirectory()) {
                List<String> paths = file.getValue().paths();
                if (survives(file.getKey(), file.getValue(), after)) {
                    scene.link(paths.getFirst(), aside(file.getKey()));
                }
                scene.rm(paths.toArray(String[]::new));
            }
        }
        for (Map.Entry<Long, Listed> directory : directories(before).reversed()) {
            String path = directory.getValue().paths().getFirst();
            if (survives(directory.getKey(), directory.getValue(), after)) {
                scene.mv(path, aside(directory.getKey()));
            } else {
                scene.rmdir(path);
            }
        }
    }

    private static void place(Scene scene, Map<Long, Listed> before, Map<Long, Listed> after)
            throws IOException {
        for (Map.Entry<Long, Listed> directory : directories(after)) {
            String path = directory.getValue().paths().getFirst();
            if (survives(directory.getKey(), directory.getValue(), before)) {
                scene.mv(aside(directory.getKey()), path);
            } else {
                scene.mkdir(path);
            }
        }
        for (Map.Entry<Long, Listed> file : after.entrySet()) {
            if (!file.getValue().isDirectory()) {
                List<String> paths = file.getValue().paths();
                if (survives(file.getKey(), file.getValue(), before)) {
                    scene.mv(aside(file.getKey()), paths.getFirst());
                } else {
                    scene.touch(paths.getFirst());
                }
                for (String path : paths.subList(1, paths.size())) {
                    scene.link(paths.getFirst(), path);
                }
            }
        }
    }

    @Override
    public String toString() {
        return String.valueOf(directory.getFileName());
    }
}
