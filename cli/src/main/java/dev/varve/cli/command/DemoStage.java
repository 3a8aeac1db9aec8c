package dev.varve.cli.command;

import dev.varve.cli.output.Console;
import dev.varve.cli.output.Output;
import dev.varve.cli.output.Sizes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Plays the steps of the demo in a temporary directory: shows each as the command a user would
/// type, runs it in this process, and shows the head of what it prints.
final class DemoStage {
    private static final int SHOWN_LINES = 8;
    private static final int PIPE_BYTES = 1 << 20;

    private final Invocation call;
    private final Output output;
    private final Path directory;
    private final List<Step> steps = new ArrayList<>();

    /// What every command finds in its environment.
    private Map<String, String> environment = Map.of();

    /// A step that was played.
    record Step(String command, long nanos) {}

    /// A step that is no `varve` command; gives what to print.
    interface Action {
        String run() throws IOException;
    }

    DemoStage(Invocation call, Path directory) {
        this.call = call;
        this.output = call.output();
        this.directory = directory;
    }

    List<Step> steps() {
        return List.copyOf(steps);
    }

    Path file(String name) {
        return directory.resolve(name);
    }

    /// From now on commands find this in their environment.
    void export(Map<String, String> variables) throws IOException {
        environment = Map.copyOf(variables);
        for (String name : variables.keySet().stream().sorted().toList()) {
            output.say("$ export " + name + "=" + variables.get(name));
        }
    }

    void say(String remark) throws IOException {
        output.say("");
        output.say(remark);
    }

    /// Plays what a shell would do.
    void shell(String command, Action action) throws IOException {
        long startNanos = System.nanoTime();
        show(command);
        finish(command, action.run(), startNanos);
    }

    /// Plays a command; `@name` stands for a file of the stage.
    void varve(String... argv) throws IOException, InterruptedException {
        String command = typed(List.of(argv));
        long startNanos = System.nanoTime();
        show(command);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        run(List.of(argv), InputStream.nullInputStream(), out);
        finish(command, out.toString(StandardCharsets.UTF_8), startNanos);
    }

    /// Plays `sender | receiver`.
    void pipe(List<String> sender, List<String> receiver) throws IOException, InterruptedException {
        String command = typed(sender) + " | " + typed(receiver);
        long startNanos = System.nanoTime();
        show(command);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (PipedInputStream in = new PipedInputStream(PIPE_BYTES)) {
            PipedOutputStream pipe = new PipedOutputStream(in);
            FutureTask<String> sending =
                    new FutureTask<>(() -> {
                        try (pipe) {
                            run(sender, InputStream.nullInputStream(), pipe);
                            return command;
                        }
                    });
            Thread thread = Thread.ofPlatform().name("sender").start(sending);
            try {
                run(receiver, in, out);
                String _ = sending.get();
            } catch (ExecutionException e) {
                throw new IOException(command + ": " + e.getCause(), e);
            } finally {
                thread.interrupt();
            }
        }
        finish(command, out.toString(StandardCharsets.UTF_8), startNanos);
    }

    private void run(List<String> argv, InputStream in, OutputStream out)
            throws IOException, InterruptedException {
        Console console =
                new Console(
                        in,
                        out,
                        OutputStream.nullOutputStream(),
                        Set.of(),
                        environment,
                        call.console().clock());
        List<String> real =
                argv.stream()
                        .map(arg -> arg.startsWith("@") ? file(arg.substring(1)).toString() : arg)
                        .toList();
        ExitCode code = new CommandRunner(console, _ -> {}).run(real);
        if (code != ExitCode.OK) {
            throw new IOException(typed(argv) + ": " + code.meaning());
        }
    }

    private static String typed(List<String> argv) {
        StringBuilder command = new StringBuilder("varve");
        for (String arg : argv) {
            command.append(' ').append(arg.startsWith("@") ? arg.substring(1) : arg);
        }
        return command.toString();
    }

    private void show(String command) throws IOException {
        output.say("$ " + command);
        output.flush();
    }

    private void finish(String command, String printed, long startNanos) throws IOException {
        long nanos = System.nanoTime() - startNanos;
        steps.add(new Step(command, nanos));
        List<String> lines = printed.replace(directory + "/", "").lines().toList();
        for (String line : lines.subList(0, Math.min(SHOWN_LINES, lines.size()))) {
            output.say("  " + line);
        }
        if (lines.size() > SHOWN_LINES) {
            output.say("  ... and " + (lines.size() - SHOWN_LINES) + " more lines");
        }
        output.say("  (" + Sizes.seconds(nanos) + ")");
    }
}
