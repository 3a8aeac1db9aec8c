package dev.varve.cli.command;

import dev.varve.cli.output.Output;
import dev.varve.cli.pool.UsageException;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;

/// `varve help [COMMAND]`
final class HelpCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new SpecBuilder("help", "[COMMAND]", "Show help for a command, or list them all.")
                .operand("COMMAND", "0..*", "The command's words.")
                .example("varve help subvolume snapshot", "the same as: … snapshot --help")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        Output output = call.output();
        String words = Request.of(call.operandsFrom(0)).words();
        Optional<Command> command = CommandTable.find(words);
        if (command.isPresent()) {
            CommandLine line = new CommandLine(command.get().spec());
            output.lines(line.getUsageMessage(Ansi.OFF));
        } else if (words.isEmpty() || CommandTable.isGroup(words)) {
            Overview.print(output, words);
        } else {
            throw new UsageException("unknown command '" + words + "'");
        }
        return ExitCode.OK;
    }
}
