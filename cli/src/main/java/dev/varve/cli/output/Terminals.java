package dev.varve.cli.output;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

/// Finds out which standard streams are terminals, without a system call of our own.
public final class Terminals {
    private Terminals() {}

    /// The standard streams of this process that are terminals.
    public static Set<Console.Stream> find() {
        EnumSet<Console.Stream> found = EnumSet.noneOf(Console.Stream.class);
        for (Console.Stream stream : Console.Stream.values()) {
            if (isTerminal(stream.ordinal())) {
                found.add(stream);
            }
        }
        return found;
    }

    private static boolean isTerminal(int descriptor) {
        try {
            String target =
                    Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
            return target.startsWith("/dev/pts/")
                    || target.startsWith("/dev/tty")
                    || target.equals("/dev/console");
        } catch (IOException _) {
            // No /proc: the Java console knows of input and output together only.
            java.io.Console console = System.console();
            return console != null && console.isTerminal();
        }
    }
}
