package dev.varve.cli;

import dev.varve.cli.command.CommandRunner;
import dev.varve.cli.command.ExitCode;
import dev.varve.cli.command.Invocation;
import dev.varve.cli.output.ClosedOutputException;
import dev.varve.cli.output.Console;
import dev.varve.cli.output.ErrorReport;
import dev.varve.cli.output.Terminals;
import dev.varve.cli.pool.PoolPlace;
import dev.varve.cli.pool.PoolSession;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The process: runs one command, prints what went wrong as one line, and exits. Nothing else in
/// Varve does either.
public final class Main {
    private final Console console;
    private @Nullable Invocation invocation;

    private Main(Console console) {
        this.console = console;
    }

    /// The `varve` program.
    public static void main(String[] argv) {
        Interruption interruption = Interruption.guard(Thread.currentThread());
        ExitCode code = run(Arguments.exact(argv), processConsole());
        interruption.finished();
        System.exit(code.status());
    }

    static Console processConsole() {
        return new Console(
                System.in,
                new FileOutputStream(FileDescriptor.out),
                new FileOutputStream(FileDescriptor.err),
                Terminals.find(),
                System.getenv(),
                Clock.systemDefaultZone());
    }

    /// Runs one command in this process; errors end up on the console and in the exit code.
    ///
    /// @param argv arguments as [dev.varve.cli.output.RawText] carries them
    public static ExitCode run(List<String> argv, Console console) {
        return new Main(console).run(argv);
    }

    private ExitCode run(List<String> argv) {
        try {
            return new CommandRunner(console, call -> invocation = call).run(argv);
        } catch (InterruptedException e) {
            return interrupted();
        } catch (UncheckedIOException e) {
            return failed(Failure.unwrapped(e), argv);
        } catch (IOException e) {
            return failed(e, argv);
        } catch (RuntimeException e) {
            return outOfMemory(Failure.outOfMemory(e).orElseThrow(() -> e), argv);
        } catch (OutOfMemoryError e) {
            return outOfMemory(e, argv);
        } catch (UnsatisfiedLinkError | ExceptionInInitializerError e) {
            return failed(ExitCode.ERROR, Failure.libraryMessage(e).orElseThrow(() -> e), argv);
        }
    }

    private ExitCode failed(IOException e, List<String> argv) {
        if (Failure.isInterruption(e)) {
            return interrupted();
        }
        Optional<OutOfMemoryError> memory = Failure.outOfMemory(e);
        if (memory.isPresent()) {
            return outOfMemory(memory.get(), argv);
        }
        if (e instanceof ClosedOutputException closed && closed.isBrokenPipe()) {
            return ExitCode.ERROR;
        }
        return failed(Failure.exitCode(e), Failure.message(e), argv);
    }

    private ExitCode outOfMemory(OutOfMemoryError e, List<String> argv) {
        return failed(ExitCode.ERROR, Failure.message(e), argv);
    }

    private ExitCode failed(ExitCode code, String reason, List<String> argv) {
        String message = reason + wayOn().map(words -> "; " + words).orElse("");
        ErrorReport.print(console, message, code.status(), code.word(), argv.contains("--json"));
        return code;
    }

    private Optional<String> wayOn() {
        return invocation == null ? Optional.empty() : invocation.wayOn();
    }

    private ExitCode interrupted() {
        // From here on a second look at the pool must not be cut short.
        boolean _ = Thread.interrupted();
        boolean json = invocation != null && invocation.output().isJson();
        ExitCode code = ExitCode.INTERRUPTED;
        String state = wayOn().map(words -> "; " + words).orElseGet(this::poolState);
        ErrorReport.print(console, "interrupted" + state, code.status(), code.word(), json);
        return code;
    }

    /// What became of the pool that the command used.
    private String poolState() {
        Invocation call = invocation;
        Optional<PoolPlace> pool = call == null ? Optional.empty() : call.usedPool();
        if (call == null || pool.isEmpty()) {
            return "";
        }
        try (PoolSession session = PoolSession.open(pool.get(), call.poolOptions())) {
            long now = session.generation();
            return call.generationBefore().orElse(now) == now
                    ? "; the pool is unchanged since generation " + now
                    : "; the pool is committed as generation " + now;
        } catch (IOException e) {
            return "; the pool could not be looked at: " + Failure.message(e);
        }
    }
}
