package dev.varve.engine.testing;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/// What a test needs from the machine: skips the test where it is missing, or fails it under
/// `-Dvarve.it.required=true`, so that a build server cannot pass by skipping.
public final class Require {
    private static final String REQUIRED = "varve.it.required";

    private Require() {}

    /// A program on the PATH, such as `btrfs`, `rsync` or `restic`.
    public static void program(String name) {
        that(isOnPath(name), "the program " + name + " is not installed");
    }

    /// Root, for loop devices, mounts, owners and device nodes.
    public static void root() {
        that("root".equals(System.getProperty("user.name")), "not running as root");
    }

    /// Loop devices on which a file system can be mounted.
    public static void loopDevices() {
        root();
        that(Files.exists(Path.of("/dev/loop-control")), "this machine has no loop devices");
    }

    /// Any other condition; `reason` says what is missing.
    public static void that(boolean condition, String reason) {
        if (Boolean.getBoolean(REQUIRED)) {
            Assertions.assertTrue(condition, () -> reason + ", and " + REQUIRED + " is set");
        } else {
            Assumptions.assumeTrue(condition, reason);
        }
    }

    private static boolean isOnPath(String name) {
        String path = System.getenv().getOrDefault("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        for (String directory : path.split(File.pathSeparator)) {
            if (Files.isExecutable(Path.of(directory, name))) {
                return true;
            }
        }
        return false;
    }
}
