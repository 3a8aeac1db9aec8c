package dev.varve.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathFilterTest {
    private static TreePath path(String text) {
        TreePath path = TreePath.ROOT;
        for (String name : text.split("/")) {
            path = path.child(name.getBytes(StandardCharsets.UTF_8));
        }
        return path;
    }

    @ParameterizedTest
    @CsvSource({
        "*.o, a/b/c.o, true",
        "*.o, a/b/c.ox, false",
        "cache, a/cache, true",
        "cache, a/cache/b, false",
        "a/b, x/a/b, true",
        "a/b, x/a/c/b, false",
        "/a/b, a/b, true",
        "/a/b, x/a/b, false",
        "/*, a, true",
        "/*, a/b, false",
        "a/**/b, a/b, true",
        "a/**/b, a/x/y/b, true",
        "/a/**, a/x/y, true",
        "**/b, x/y/b, true",
        "?, ä, true",
        "??, ä, false",
        "[a-c]x, bx, true",
        "[!a-c]x, bx, false",
        "[]]x, ]x, true",
        "[, [, true",
        "\\*, *, true",
        "\\*, a, false",
        "*a*b*c*, xxaxxbxxcxx, true",
        "*a*b*c*, xxaxxcxxbxx, false",
        "a*, a, true",
    })
    void patternsMatchAsTheirUsersExpect(String pattern, String path, boolean expected) {
        assertEquals(expected, PathFilter.of(List.of(pattern)).matches(path(path), false));
    }

    @Test
    void aTrailingSlashIsForDirectories() {
        PathFilter filter = PathFilter.of(List.of("cache/"));
        assertEquals(true, filter.matches(path("a/cache"), true));
        assertEquals(false, filter.matches(path("a/cache"), false));
    }

    @Test
    void theLastMatchCounts() {
        PathFilter filter = PathFilter.of(List.of("*.o", "!keep.o", "/x/keep.o"));
        assertEquals(true, filter.matches(path("a.o"), false));
        assertEquals(false, filter.matches(path("a/keep.o"), false));
        assertEquals(true, filter.matches(path("x/keep.o"), false));
    }

    @Test
    void anEmptyPatternIsRefused() {
        for (String pattern : List.of("", "/", "!", "./")) {
            assertThrows(
                    IllegalArgumentException.class, () -> PathFilter.of(List.of(pattern)), pattern);
        }
    }

    @Test
    void patternsMayComeFromAFile(@TempDir Path temp) throws Exception {
        Path file = temp.resolve("patterns");
        Files.writeString(file, "# comment\n\n*.o\n  b \n");
        assertEquals(List.of("*.o", "b"), PathFilter.readPatterns(file));
    }
}
