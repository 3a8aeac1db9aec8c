package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Model.CommandSpec;

/// `varve version`
final class VersionCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new SpecBuilder("version", "", "Show the version.")
                .example("varve version --json", "for scripts")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        Output output = call.output();
        if (output.isJson()) {
            try (JsonWriter json = output.json("version")) {
                json.field("version", number())
                        .field("java", System.getProperty("java.version", ""))
                        .field("os", System.getProperty("os.name", ""))
                        .end();
            }
        } else {
            output.line(text());
        }
        return ExitCode.OK;
    }

    /// What `varve --version` prints.
    static String text() throws IOException {
        return "varve " + number();
    }

    /// The version the build wrote beside this class.
    private static String number() throws IOException {
        try (InputStream in = VersionCommand.class.getResourceAsStream("version.txt")) {
            return in == null
                    ? "unknown"
                    : new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }
}
