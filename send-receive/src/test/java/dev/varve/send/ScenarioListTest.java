package dev.varve.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// No known way to break a stream is forgotten: each has a [Scenario], or a line of
/// `docs/testing.md` that names its test or says why there is none.
class ScenarioListTest {
    private static final Path DOCUMENT = Path.of("../docs/testing.md");
    private static final Pattern TEST = Pattern.compile("`(\\w+)\\.(\\w+)`");
    private static final Pattern SUBJECT =
            Pattern.compile("(btrfs|misc-tests|cli-tests)/(\\d{3})((?: \\d{3})*)");

    /// Numbers in xfstests' group of tests for btrfs, of those about send.
    private static final String XFSTESTS =
            """
            007 008 016 019 025 030 033 034 036 038 039 040 043 044 045 046 048 050 051 053 054 058
            077 083 084 087 092 094 097 105 108 109 110 111 117 127 128 129 130 133 134 135 137 144
            145 147 149 152 155 168 169 178 186 187 188 189 191 200 203 214 221 222 227 229 235 241
            252 272 277 278 281 283 284 303 312 314 319 322 338 339\
            """;

    private static final String MISC_TESTS =
            "016 017 018 019 029 035 036 039 041 045 050 051 053 054 061";

    private static List<String> table() throws IOException {
        return Files.readAllLines(DOCUMENT).stream()
                .dropWhile(line -> !line.startsWith("## Known ways"))
                .filter(line -> line.startsWith("|"))
                .toList();
    }

    private static Set<String> subjects(List<String> texts) {
        Set<String> found = new TreeSet<>();
        for (String text : texts) {
            for (Matcher subject = SUBJECT.matcher(text); subject.find(); ) {
                for (String number : (subject.group(2) + subject.group(3)).split(" ", -1)) {
                    found.add(subject.group(1) + "/" + number);
                }
            }
        }
        return found;
    }

    @Test
    void everyKnownSubjectHasAScenarioOrALine() throws IOException {
        Set<String> known = new TreeSet<>(Set.of("cli-tests/004"));
        Stream.of(XFSTESTS.split("\\s+")).forEach(number -> known.add("btrfs/" + number));
        Stream.of(MISC_TESTS.split(" ")).forEach(number -> known.add("misc-tests/" + number));
        assertEquals(80 + 16, known.size());

        List<String> texts = new ArrayList<>(table());
        Scenario.all().forEach(scenario -> texts.add(scenario.subject()));
        assertEquals(known, subjects(texts));
    }

    @Test
    void theTestsThatTheTableNamesExist() throws IOException {
        int found = 0;
        for (String line : table()) {
            for (Matcher test = TEST.matcher(line); test.find(); found++) {
                assertTrue(
                        source(test.group(1)).contains("void " + test.group(2) + "("),
                        () -> line + ": no such test");
            }
        }
        assertTrue(found > 20, found + " tests named");
    }

    private static String source(String name) throws IOException {
        for (String module : List.of("send-receive", "cli")) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src/test/java"))) {
                for (Path file : files.filter(f -> f.endsWith(name + ".java")).toList()) {
                    return Files.readString(file);
                }
            }
        }
        throw new AssertionError("no class " + name);
    }
}
