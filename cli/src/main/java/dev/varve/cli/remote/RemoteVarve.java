package dev.varve.cli.remote;

import dev.varve.cli.output.JsonRows;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// `varve` on the other machine, with the pool there.
///
/// @param ssh the program that leads there, with its options
/// @param program what varve is called there
/// @param passphrase opens the pool; sent on standard input, where no list of processes shows it
public record RemoteVarve(
        SshPlace place, List<String> ssh, String program, Optional<byte[]> passphrase) {
    // read takes no more than its line: what follows is the stream.
    private static final String WITH_PASSPHRASE =
            "IFS= read -r VARVE_LINE && export VARVE_LINE && exec ";

    // A variable that Java reads went through the locale there.
    private static final String PRINT_PASSPHRASE = "printf %s \"$VARVE_LINE\"";

    public RemoteVarve {
        ssh = List.copyOf(ssh);
    }

    /// Starts a command there. Its standard input is past the passphrase.
    RemoteProcess start(List<String> arguments) throws IOException {
        List<String> words = new ArrayList<>(List.of(program, "--pool=" + place.path()));
        passphrase.ifPresent(_ -> words.add("--passphrase-command=" + PRINT_PASSPHRASE));
        words.addAll(arguments);
        String line = ShellWords.line(words);
        List<String> command = new ArrayList<>(ssh);
        command.addAll(place.destination());
        command.add(
                passphrase.isPresent()
                        ? ShellWords.line(List.of("sh", "-c", WITH_PASSPHRASE + line))
                        : line);
        RemoteProcess process = RemoteProcess.start(place.toString(), command);
        if (passphrase.isPresent()) {
            sendPassphrase(process, passphrase.get());
        }
        return process;
    }

    private static void sendPassphrase(RemoteProcess process, byte[] phrase) throws IOException {
        try {
            OutputStream in = process.in();
            in.write(phrase);
            in.write('\n');
            in.flush();
        } catch (IOException e) {
            try (process) {
                throw process.explain(e);
            }
        }
    }

    /// Asks a command there for the rows of an array in its result.
    void ask(String array, Consumer<Map<String, String>> row, String... arguments)
            throws IOException {
        List<String> words = new ArrayList<>(List.of(arguments));
        words.add("--json");
        try (RemoteProcess process = start(words)) {
            process.in().close();
            try {
                JsonRows.read(process.out(), array, row);
            } catch (IOException e) {
                throw process.explain(e);
            }
            process.finish();
        }
    }
}
