package dev.varve.cli.output;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/// Everything a command prints. Results go to standard output, as text or as one JSON document;
/// notes, warnings and progress go to standard error. Used by the command's thread only.
public final class Output {
    private static final byte[] NEWLINE = {'\n'};

    private final Console console;
    private final OutputStream out;
    private final boolean json;
    private final Level level;

    /// How much is said beside the result.
    public enum Level {
        QUIET,
        NORMAL,
        VERBOSE
    }

    public Output(Console console, boolean json, Level level) {
        this.console = console;
        this.out = new BufferedOutputStream(console.out(), 1 << 15);
        this.json = json;
        this.level = level;
    }

    /// Whether the result is wanted as JSON.
    public boolean isJson() {
        return json;
    }

    public boolean isQuiet() {
        return level == Level.QUIET;
    }

    public boolean isVerbose() {
        return level == Level.VERBOSE;
    }

    /// One line of a result. Control characters are masked on a terminal only.
    public void line(String text) throws ClosedOutputException {
        boolean masked = console.isTerminal(Console.Stream.OUT);
        write(RawText.encode(masked ? maskAllButTabs(text) : text));
        write(NEWLINE);
    }

    private static String maskAllButTabs(String text) {
        return text.indexOf('\t') < 0
                ? RawText.printable(text)
                : String.join(
                        "\t", Arrays.stream(text.split("\t", -1)).map(RawText::printable).toList());
    }

    /// Several lines of a result.
    public void lines(String text) throws ClosedOutputException {
        for (String line : text.lines().toList()) {
            line(line);
        }
    }

    /// A line about what was done: part of the result for people, absent in JSON or when quiet.
    public void say(String text) throws ClosedOutputException {
        if (!json && level != Level.QUIET) {
            line(text);
        }
    }

    /// A line on standard error, unless quiet.
    public void note(String text) {
        if (level != Level.QUIET) {
            error(text);
        }
    }

    /// A line on standard error, only when verbose.
    public void detail(String text) {
        if (level == Level.VERBOSE) {
            error(text);
        }
    }

    /// A line on standard error, always.
    public void error(String text) {
        writeError(console, RawText.printable(text) + "\n");
    }

    /// In JSON, one line on standard error that says how far a stream is.
    ///
    /// @param token where it can be taken up from here
    public void streamProgress(String command, long streamBytes, String token) {
        if (json) {
            writeError(console, JsonWriter.streamProgress(command, streamBytes, token));
        }
    }

    static void writeError(Console console, String text) {
        try {
            console.err().write(RawText.encode(text));
            console.err().flush();
        } catch (IOException _) {
            // Nobody listens on standard error; the exit code still tells.
        }
    }

    /// Starts the command's JSON document on standard output.
    public JsonWriter json(String command) throws IOException {
        return JsonWriter.document(new Unclosed(), command);
    }

    /// Standard output for bytes: file content, streams, archives.
    public OutputStream bytes() {
        return new Unclosed();
    }

    /// A progress line on standard error if that is a terminal and progress is wanted.
    public Progress progress(String what) {
        boolean shown = console.isTerminal(Console.Stream.ERR) && !json && level != Level.QUIET;
        return new Progress(console, what, shown);
    }

    public void flush() throws ClosedOutputException {
        try {
            out.flush();
        } catch (IOException e) {
            throw new ClosedOutputException(e);
        }
    }

    private void write(byte[] bytes) throws ClosedOutputException {
        write(bytes, 0, bytes.length);
    }

    private void write(byte[] bytes, int offset, int length) throws ClosedOutputException {
        try {
            out.write(bytes, offset, length);
        } catch (IOException e) {
            throw new ClosedOutputException(e);
        }
    }

    /// Standard output as a stream whose closing only flushes.
    private final class Unclosed extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            Output.this.write(new byte[] {(byte) b});
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            Output.this.write(bytes, offset, length);
        }

        @Override
        public void flush() throws IOException {
            Output.this.flush();
        }

        @Override
        public void close() throws IOException {
            Output.this.flush();
        }
    }
}
