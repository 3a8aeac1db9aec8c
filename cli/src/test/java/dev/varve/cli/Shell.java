package dev.varve.cli;

import dev.varve.cli.command.ExitCode;
import dev.varve.cli.output.Console;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Assertions;

/// Runs commands in this process, as a shell would with `VARVE_POOL` set.
public final class Shell {
    /// When everything happens.
    public static final Instant NOW = Instant.parse("2026-11-23T15:08:17Z");

    private final Map<String, String> environment;
    private final Set<Console.Stream> terminals = EnumSet.noneOf(Console.Stream.class);

    private Shell(Map<String, String> environment) {
        this.environment = environment;
    }

    public static Shell withoutPool() {
        return new Shell(Map.of());
    }

    /// With exactly this environment.
    public static Shell in(Map<String, String> environment) {
        return new Shell(environment);
    }

    public static Shell on(Path pool) {
        return new Shell(Map.of("VARVE_POOL", pool.toString()));
    }

    /// Makes a pool first.
    public static Shell onNewPool(Path pool) {
        Shell shell = on(pool);
        shell.ok("init", pool.toString());
        return shell;
    }

    public Shell withTerminal(Console.Stream stream) {
        Shell shell = new Shell(environment);
        shell.terminals.addAll(terminals);
        shell.terminals.add(stream);
        return shell;
    }

    /// What a command left behind.
    public record Result(ExitCode code, byte[] bytes, String err) {
        public String out() {
            return new String(bytes, StandardCharsets.UTF_8);
        }

        public List<String> lines() {
            return out().lines().toList();
        }

        /// Checks that it failed with this code and one line that holds all these words.
        public void failed(ExitCode expected, String... words) {
            Assertions.assertEquals(expected, code, () -> "err: " + err);
            Assertions.assertEquals(1, err.lines().count(), () -> "one line: " + err);
            Assertions.assertTrue(err.startsWith("varve: "), err);
            for (String word : words) {
                Assertions.assertTrue(err.contains(word), () -> "'" + word + "' in: " + err);
            }
        }
    }

    public Result run(String... argv) {
        return pipe(new byte[0], argv);
    }

    /// Runs with these bytes on standard input.
    public Result pipe(byte[] input, String... argv) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console =
                new Console(
                        new ByteArrayInputStream(input),
                        out,
                        err,
                        terminals,
                        environment,
                        Clock.fixed(NOW, ZoneOffset.UTC));
        ExitCode code = Main.run(new ArrayList<>(List.of(argv)), console);
        return new Result(code, out.toByteArray(), err.toString(StandardCharsets.UTF_8));
    }

    /// Runs a command that must succeed.
    public Result ok(String... argv) {
        Result result = run(argv);
        Assertions.assertEquals(
                ExitCode.OK, result.code(), () -> String.join(" ", argv) + ": " + result.err());
        return result;
    }
}
