package dev.varve.cli.command;

import dev.varve.cli.output.Console;
import dev.varve.cli.output.Output;
import dev.varve.cli.pool.UsageException;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/// From argv to a finished command.
public final class CommandRunner {
    private final Console console;
    private final Consumer<Invocation> started;

    /// @param started told of the invocation before it runs
    public CommandRunner(Console console, Consumer<Invocation> started) {
        this.console = console;
        this.started = started;
    }

    /// Runs what the arguments ask for; errors are thrown.
    ///
    /// @param argv arguments as [dev.varve.cli.output.RawText] carries them
    public ExitCode run(List<String> argv) throws IOException, InterruptedException {
        Request request = Request.of(argv);
        var command = CommandTable.find(request.words());
        return command.isPresent() ? run(command.get(), request.arguments()) : overview(request);
    }

    private ExitCode run(Command command, List<String> arguments)
            throws IOException, InterruptedException {
        CommandLine line = new CommandLine(command.spec());
        // A value may begin with a dash: --sort=-gen.
        line.setAllowOptionsAsOptionParameters(true);
        ParseResult parsed = parse(line, arguments);
        Output output = output(parsed);
        if (parsed.isUsageHelpRequested()) {
            output.lines(line.getUsageMessage(Ansi.OFF));
            output.flush();
            return ExitCode.OK;
        }
        Invocation call = new Invocation(parsed, console, output);
        started.accept(call);
        ExitCode code = command.run(call);
        output.flush();
        return code;
    }

    private static ParseResult parse(CommandLine line, List<String> arguments)
            throws UsageException {
        try {
            return line.parseArgs(arguments.toArray(String[]::new));
        } catch (UnmatchedArgumentException e) {
            List<String> near = e.getSuggestions();
            String meant = near.isEmpty() ? "" : "; did you mean " + String.join(", ", near) + "?";
            throw new UsageException(words(line) + firstLine(e) + meant);
        } catch (ParameterException e) {
            throw new UsageException(words(line) + firstLine(e));
        }
    }

    private static String words(CommandLine line) {
        String name = line.getCommandSpec().name();
        return name.substring(name.indexOf(' ') + 1) + ": ";
    }

    private static String firstLine(ParameterException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("bad arguments");
    }

    private Output output(ParseResult parsed) {
        Output.Level level =
                parsed.hasMatchedOption("--quiet")
                        ? Output.Level.QUIET
                        : parsed.hasMatchedOption("--verbose")
                                ? Output.Level.VERBOSE
                                : Output.Level.NORMAL;
        return new Output(console, parsed.hasMatchedOption("--json"), level);
    }

    /// Answers an argv that names no command.
    private ExitCode overview(Request request) throws IOException {
        Output output = new Output(console, false, Output.Level.NORMAL);
        if (request.words().isEmpty() && request.arguments().contains("--version")) {
            output.line(VersionCommand.text());
        } else if (request.arguments().contains("--help")) {
            Overview.print(output, request.words());
        } else {
            throw new UsageException(
                    request.words().isEmpty()
                            ? "which command? varve --help lists them; varve demo shows them"
                            : request.words()
                                    + ": "
                                    + String.join(", ", CommandTable.wordsIn(request.words()))
                                    + "?");
        }
        output.flush();
        return ExitCode.OK;
    }
}
