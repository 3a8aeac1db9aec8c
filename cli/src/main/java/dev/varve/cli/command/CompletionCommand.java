package dev.varve.cli.command;

import dev.varve.cli.pool.UsageException;
import java.io.IOException;
import picocli.AutoComplete;
import picocli.CommandLine.Model.CommandSpec;

/// `varve completion`
final class CompletionCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new SpecBuilder("completion", "bash | zsh", "Print a completion script for a shell.")
                .operand("SHELL", "1", "bash or zsh")
                .example("source <(varve completion bash)", "for this shell")
                .example("varve completion bash > /etc/bash_completion.d/varve", "for every shell")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        String shell = call.required(0);
        if (!shell.equals("bash") && !shell.equals("zsh")) {
            throw new UsageException("completion for bash or zsh, not for '" + shell + "'");
        }
        // The script turns on bash emulation by itself when zsh reads it.
        String script = AutoComplete.bash("varve", CommandTrees.commandLine());
        call.output().lines(shell.equals("zsh") ? "#compdef varve\n" + script : script);
        return ExitCode.OK;
    }
}
