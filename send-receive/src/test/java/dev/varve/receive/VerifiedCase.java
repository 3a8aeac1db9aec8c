package dev.varve.receive;

import dev.varve.stream.Corpus;
import dev.varve.stream.StreamCommand;
import dev.varve.stream.StreamReader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A corpus directory whose `VERIFY` says what `btrfs receive` made of its streams, in order.
record VerifiedCase(Path directory, List<Step> steps) {
    private static final Pattern STEP = Pattern.compile("receive (\\S+\\.stream) rc=0 (.+)");
    private static final Pattern RESULT = Pattern.compile("(\\S+):fssum-\\w+,tree-OK");

    /// @param trees the tree files that the stream's subvolumes must equal, in order; none if even
    ///   the kernel's result differs
    record Step(Path stream, List<Path> trees) {
        /// What a tree must be, as lines.
        static List<String> lines(Path tree) throws IOException {
            return Files.readAllLines(tree);
        }

        /// The names of the stream's subvolumes.
        List<String> names() throws IOException {
            List<String> names = new ArrayList<>();
            try (FileChannel channel = FileChannel.open(stream)) {
                StreamReader reader = new StreamReader(channel, StreamReader.Options.defaults());
                while (reader.advance()) {
                    StreamCommand command = reader.current();
                    if (command instanceof StreamCommand.Subvolume
                            || command instanceof StreamCommand.Snapshot) {
                        names.add(
                                new String(
                                        command.path(), java.nio.charset.StandardCharsets.UTF_8));
                    }
                }
            }
            return names;
        }
    }

    /// All cases of all corpora, those without any stream left out.
    static List<VerifiedCase> all() throws IOException {
        List<VerifiedCase> cases = new ArrayList<>();
        for (Path file : Corpus.files("VERIFY")) {
            List<Step> steps = new ArrayList<>();
            for (String line : Files.readAllLines(file)) {
                Matcher step = STEP.matcher(line);
                if (step.matches()) {
                    Path stream = file.resolveSibling(step.group(1));
                    if (Files.exists(stream)) {
                        steps.add(new Step(stream, trees(file, step.group(2))));
                    }
                }
            }
            if (!steps.isEmpty()) {
                cases.add(new VerifiedCase(Objects.requireNonNull(file.getParent()), steps));
            }
        }
        return cases;
    }

    private static List<Path> trees(Path verify, String results) {
        List<Path> trees = new ArrayList<>();
        Matcher result = RESULT.matcher(results);
        while (result.find()) {
            trees.add(verify.resolveSibling(result.group(1) + ".tree"));
        }
        return trees;
    }

    @Override
    public String toString() {
        return directory.toString();
    }
}
