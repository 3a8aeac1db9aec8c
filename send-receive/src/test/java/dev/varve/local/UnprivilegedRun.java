package dev.varve.local;

import dev.varve.engine.FileTree;
import dev.varve.engine.Pool;
import dev.varve.engine.PoolOptions;
import dev.varve.engine.ReadView;
import dev.varve.engine.WriteTransaction;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.store.DirectoryStore;
import dev.varve.ingest.DirectoryImport;
import dev.varve.ingest.ImportOptions;
import dev.varve.restore.Restore;
import dev.varve.restore.RestoreOptions;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/// A program for tests: imports or restores as a user without privileges, which a test that runs as
/// root cannot become by itself, and prints the result's failures.
public final class UnprivilegedRun {
    private static final String USER = "65534";

    private UnprivilegedRun() {}

    /// @param arguments pool directory, subvolume number, `import` or `restore`, directory
    public static void main(String[] arguments) throws IOException {
        var store = new DirectoryStore(Path.of(arguments[0]));
        SubvolumeId subvolume = new SubvolumeId(Long.parseLong(arguments[1]));
        Path directory = Path.of(arguments[3]);
        try (Pool pool = Pool.open(store, PoolOptions.defaults())) {
            List<Failure> failures =
                    arguments[2].equals("import")
                            ? importFrom(pool, subvolume, directory)
                            : restoreTo(pool, subvolume, directory);
            failures.forEach(System.out::println);
        }
    }

    private static List<Failure> importFrom(Pool pool, SubvolumeId subvolume, Path directory)
            throws IOException {
        var options = ImportOptions.everything(Clock.systemUTC());
        try (DirectoryImport walk = new DirectoryImport(options, directory);
                WriteTransaction transaction = pool.begin()) {
            var result = walk.run(transaction, subvolume, _ -> {});
            transaction.commit();
            return result.failures();
        }
    }

    private static List<Failure> restoreTo(Pool pool, SubvolumeId subvolume, Path directory)
            throws IOException {
        try (ReadView view = pool.read()) {
            FileTree tree = view.open(subvolume);
            var restore = new Restore(RestoreOptions.everything(), _ -> {});
            return restore.run(view, tree, Inode.ROOT, directory).failures();
        }
    }

    /// Runs [#main] as nobody and returns what it printed.
    ///
    /// @param temp where classes are copied to, so that nobody can read them
    public static String run(Path temp, String... arguments)
            throws IOException, InterruptedException {
        List<String> copies = new ArrayList<>();
        String classPath =
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path"));
        for (String entry : classPath.split(File.pathSeparator)) {
            if (Files.exists(Path.of(entry))) {
                Path copy = temp.resolve("classes").resolve("" + copies.size());
                Files.createDirectories(copy.getParent());
                String target = copy + (entry.endsWith(".jar") ? ".jar" : "");
                Shell.run(temp, "cp -r '%s' '%s'".formatted(entry, target));
                copies.add(target);
            }
        }
        String java = ProcessHandle.current().info().command().orElse("java");
        return Shell.run(
                temp,
                ("chmod 755 . ; chmod -R go+rX classes; setpriv --reuid=%s --regid=%s"
                                + " --clear-groups '%s' -XX:+UseSerialGC"
                                + " --enable-native-access=ALL-UNNAMED -cp '%s' %s %s 2>&1")
                        .formatted(
                                USER,
                                USER,
                                java,
                                String.join(File.pathSeparator, copies),
                                UnprivilegedRun.class.getName(),
                                String.join(" ", arguments)));
    }
}
