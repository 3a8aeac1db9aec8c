package dev.varve.cli.output;

import java.io.InputStream;
import java.io.OutputStream;
import java.time.Clock;
import java.util.Map;
import java.util.Set;

/// The outside of a process, passed in so that a test can be one.
///
/// @param terminals which of the three streams are terminals
/// @param clock time and zone for everything the command line stamps or shows
public record Console(
        InputStream in,
        OutputStream out,
        OutputStream err,
        Set<Stream> terminals,
        Map<String, String> environment,
        Clock clock) {

    /// A standard stream.
    public enum Stream {
        IN,
        OUT,
        ERR
    }

    /// The same with other environment variables.
    public Console with(Map<String, String> variables) {
        return new Console(in, out, err, terminals, variables, clock);
    }

    public boolean isTerminal(Stream stream) {
        return terminals.contains(stream);
    }
}
