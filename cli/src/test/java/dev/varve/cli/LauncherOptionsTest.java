package dev.varve.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The JVM passes over a compile command for a method that does not exist, and says nothing.
class LauncherOptionsTest {
    private static final Pattern METHOD = Pattern.compile("([a-z.]+\\.[A-Z]\\w+)::(\\w+)");

    @Test
    void whatIsCompiledEarlyIsThere() throws IOException, ClassNotFoundException {
        String launcher = Files.readString(Path.of("src/dist/bin/varve"));
        List<MatchResult> named = METHOD.matcher(launcher).results().toList();
        assertEquals(8, named.size());
        for (MatchResult method : named) {
            Method[] there = Class.forName(method.group(1)).getDeclaredMethods();
            assertTrue(
                    Arrays.stream(there).anyMatch(m -> m.getName().equals(method.group(2))),
                    method::group);
        }
    }
}
