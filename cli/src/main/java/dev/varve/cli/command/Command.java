package dev.varve.cli.command;

import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;

/// One verb of the command line.
public interface Command {
    /// Its words, flags, operands and help.
    CommandSpec spec();

    /// Does it.
    ///
    /// @return [ExitCode#OK], [ExitCode#PARTIAL] if something was left out, [ExitCode#CORRUPT] if a
    ///   check found damage; everything else is thrown
    /// @throws InterruptedException if the user interrupted it
    ExitCode run(Invocation call) throws IOException, InterruptedException;
}
