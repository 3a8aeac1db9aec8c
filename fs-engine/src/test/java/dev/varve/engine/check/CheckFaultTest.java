package dev.varve.engine.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.Pool;
import dev.varve.engine.PoolOptions;
import dev.varve.engine.PoolSettings;
import dev.varve.engine.file.FileItems;
import dev.varve.engine.model.CheckOptions;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.FileType;
import dev.varve.engine.model.Finding;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.StorageException;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.SubvolumeInfo;
import dev.varve.engine.model.XattrName;
import dev.varve.engine.store.MemoryStore;
import dev.varve.engine.store.StoredObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Damages any object of a pool anyhow: the check ends in peace, says so, and every file that can
/// no longer be read is named, or its inode is.
class CheckFaultTest {
    private static final int RUNS = 2;
    private static final int DAMAGES = 30;

    @Test
    void whateverIsDamagedIsFoundAndTheFilesLostAreNamed() throws IOException {
        Long given = Long.getLong("seed");
        Random seeds = new Random();
        for (int run = 0; run < (given == null ? RUNS : 1); run++) {
            long seed = given == null ? seeds.nextLong() : given;
            try {
                play(seed, DAMAGES);
            } catch (IOException | RuntimeException | AssertionError e) {
                throw new AssertionError("failed with -Dseed=" + seed, e);
            }
        }
    }

    /// A file's last item may be the last one of its leaf: the damage of the next is none of its
    /// own.
    @Test
    void whatEndsBeforeADamagedNodeIsThere() throws IOException {
        play(1_634_482_748_803_710_776L, DAMAGES);
    }

    /// A file before the damage.
    private record Known(SubvolumeId subvolume, String subvolumePath, String path, long inode) {}

    static void play(long seed, int damages) throws IOException {
        Random random = new Random(seed);
        MemoryStore store = new MemoryStore();
        PoolSettings settings = PoolSettings.defaults();
        Pool.create(store, settings, PoolOptions.defaults());
        List<Known> files = new ArrayList<>();
        try (Pool pool = Pool.open(store, PoolOptions.defaults())) {
            PoolHistory history = new PoolHistory(pool, seed);
            for (int i = 0; i < 15; i++) {
                history.transaction(50);
            }
            try (var view = pool.read()) {
                for (Scan<SubvolumeInfo> all = view.subvolumes(); all.advance(); ) {
                    SubvolumeInfo info = all.current();
                    try (Surgery surgery = new Surgery(store, settings.poolId())) {
                        list(surgery.items(info.id()), info, Inode.ROOT, "", files);
                    }
                }
            }
        }
        assertEquals(List.of(), check(store));
        List<String> objects = objects(store);
        for (int i = 0; i < damages; i++) {
            String name = objects.get(random.nextInt(objects.size()));
            byte[] sound = Surgery.get(store, name);
            String how = damage(store, name, sound, random);
            List<Finding> findings = check(store);
            assertFalse(findings.isEmpty(), how);
            if (name.startsWith("packs/")) {
                assertLossesNamed(store, settings, files, findings, how);
            }
            Surgery.replace(store, name, sound);
        }
    }

    private static List<Finding> check(MemoryStore store) throws IOException {
        List<Finding> findings = new ArrayList<>();
        CheckOptions options = CheckOptions.defaults().withReadData(true);
        Pool.check(store, options, findings::add, _ -> {});
        return findings;
    }

    private static List<String> objects(MemoryStore store) {
        List<String> names = new ArrayList<>();
        for (var all = store.list(""); advance(all); ) {
            if (!all.current().name().startsWith("writers/")) {
                names.add(all.current().name());
            }
        }
        return names;
    }

    private static boolean advance(Scan<StoredObject> objects) {
        try {
            return objects.advance();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String damage(MemoryStore store, String name, byte[] sound, Random random)
            throws IOException {
        byte[] bytes = sound.clone();
        switch (random.nextInt(5)) {
            case 0 -> {
                int length = random.nextInt(bytes.length);
                Surgery.replace(store, name, Arrays.copyOf(bytes, length));
                return name + " cut to " + length;
            }
            case 1 -> {
                int from = random.nextInt(bytes.length);
                int to = Math.min(bytes.length, from + 1 + random.nextInt(5000));
                Arrays.fill(bytes, from, to, (byte) 0x5a);
                Surgery.replace(store, name, bytes);
                return name + " overwritten from " + from + " to " + to;
            }
            case 2 -> {
                Surgery.replace(store, name, Arrays.copyOf(bytes, bytes.length + 7));
                return name + " grown";
            }
            default -> {
                int at = random.nextInt(bytes.length);
                bytes[at] ^= (byte) (1 << random.nextInt(8));
                Surgery.replace(store, name, bytes);
                return name + " flipped at " + at + " of " + bytes.length;
            }
        }
    }

    private static void list(
            FileItems items, SubvolumeInfo info, long directory, String path, List<Known> files)
            throws IOException {
        for (Scan<DirEntry> entries = items.list(directory); entries.advance(); ) {
            DirEntry entry = entries.current();
            String at = path + "/" + entry.name();
            if (!entry.isSubvolume()) {
                files.add(new Known(info.id(), info.path(), at, entry.target()));
                if (entry.type() == FileType.DIRECTORY) {
                    list(items, info, entry.target(), at, files);
                }
            }
        }
    }

    private static void assertLossesNamed(
            MemoryStore store,
            PoolSettings settings,
            List<Known> files,
            List<Finding> findings,
            String how) {
        boolean rootsLost =
                findings.stream()
                        .anyMatch(f ->
                                f instanceof Finding.DamagedNode node
                                        && node.tree().equals("root tree"));
        if (rootsLost) {
            return;
        }
        try (Surgery surgery = new Surgery(store, settings.poolId())) {
            for (Known file : files) {
                String failure = read(surgery, file);
                if (failure.isEmpty()) {
                    assertTrue(
                            findings.stream().noneMatch(finding -> saysGone(finding, file)),
                            () -> how + ": " + file + " is there, but " + findings);
                } else {
                    assertTrue(
                            findings.stream().anyMatch(finding -> isNamed(finding, file)),
                            () -> how + ": " + file + ": " + failure + " not in " + findings);
                }
            }
        }
    }

    private static boolean isNamed(Finding finding, Known file) {
        return switch (finding) {
            case Finding.LostFile lost ->
                    is(lost.subvolume(), file.subvolumePath()) && isAbove(lost.path(), file.path());
            case Finding.LostInodes lost ->
                    is(lost.subvolume(), file.subvolumePath())
                            && (lost.first() == Inode.ROOT
                                    || (lost.first() <= file.inode()
                                            && file.inode() <= lost.last()));
            default -> false;
        };
    }

    private static boolean saysGone(Finding finding, Known file) {
        return finding instanceof Finding.LostFile lost
                && lost.subvolume().equals(file.subvolumePath())
                && lost.path().equals(file.path())
                && (lost.what().contains("bytes, the first")
                        || lost.what().contains("whole")
                        || lost.what().contains("attribute user"));
    }

    private static boolean is(String told, String path) {
        return told.equals(path) || told.contains("…");
    }

    /// Whether a path, perhaps told in part, is a file's or a directory's above it.
    private static boolean isAbove(String told, String path) {
        if (told.startsWith("/…")) {
            return true;
        }
        return path.equals(told) || path.startsWith(told + "/");
    }

    /// Reads all there is of a file, by its path.
    ///
    /// @return what was wrong, empty if nothing
    private static String read(Surgery surgery, Known file) {
        try {
            FileItems items = surgery.items(file.subvolume());
            long at = Inode.ROOT;
            for (String name : file.path().substring(1).split("/")) {
                at = items.lookup(at, FileName.of(name)).orElseThrow().target();
            }
            Inode inode = items.inode(at);
            for (XattrName name : items.xattrs(at)) {
                items.xattr(at, name);
            }
            if (inode.type() == FileType.SYMLINK) {
                items.symlinkTarget(at);
            }
            ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
            for (long offset = 0; inode.isRegular() && offset < inode.sizeBytes(); ) {
                offset += items.read(at, offset, buffer.clear());
            }
            return "";
        } catch (StorageException | FileSystemException e) {
            return String.valueOf(e.getMessage());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
