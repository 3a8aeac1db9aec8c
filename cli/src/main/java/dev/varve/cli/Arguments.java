package dev.varve.cli;

import dev.varve.cli.output.RawText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The arguments as the shell gave them. The virtual machine decodes them by the locale and loses
/// what does not fit; where something was lost, the bytes are read back from `/proc`.
final class Arguments {
    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

    private Arguments() {}

    /// argv as [RawText] carries it.
    static List<String> exact(String[] argv) {
        List<String> decoded = List.of(argv);
        if (decoded.stream().noneMatch(Arguments::isLossy)) {
            return decoded;
        }
        try {
            List<String> all = split(Files.readAllBytes(COMMAND_LINE));
            return all.size() < argv.length
                    ? decoded
                    : all.subList(all.size() - argv.length, all.size());
        } catch (IOException _) {
            // Not Linux: what the virtual machine made of the arguments is all there is.
            return decoded;
        }
    }

    private static boolean isLossy(String arg) {
        return arg.indexOf('\uFFFD') >= 0 || !arg.chars().allMatch(c -> c < 0x80);
    }

    /// Every argument in `/proc/self/cmdline` ends in a NUL.
    static List<String> split(byte[] commandLine) {
        List<String> args = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < commandLine.length; i++) {
            if (commandLine[i] == 0) {
                args.add(RawText.decode(Arrays.copyOfRange(commandLine, from, i)));
                from = i + 1;
            }
        }
        return args;
    }
}
