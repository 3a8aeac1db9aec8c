package dev.varve.cli.command;

import dev.varve.cli.output.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;

/// `varve generate-man`: writes the man pages into a directory. For packaging, so not in the
/// overview.
final class GenerateManCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new SpecBuilder("generate-man", "DIR", "Write the man pages into a directory.")
                .operand("DIR", "1", "Where; created if missing.")
                .example("varve generate-man man1", "")
                .hidden()
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        Path directory = Invocation.localPath(call.required(0));
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("varve.1"), ManPage.overview());
        int pages = 1;
        for (CommandTable.Entry entry : CommandTable.ENTRIES) {
            CommandSpec spec = CommandTable.find(entry.words()).orElseThrow().spec();
            String name = "varve-" + entry.words().replace(' ', '-') + ".1";
            Files.writeString(directory.resolve(name), ManPage.of(spec));
            pages++;
        }
        Output output = call.output();
        output.say("Wrote " + pages + " pages to '" + directory + "'");
        return ExitCode.OK;
    }
}
