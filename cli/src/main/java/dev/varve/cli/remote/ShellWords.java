package dev.varve.cli.remote;

import dev.varve.cli.output.RawText;
import dev.varve.cli.pool.UsageException;
import java.util.List;
import java.util.stream.Collectors;

/// Words as a shell on the other side takes them, each as one word and unchanged, whatever is in
/// it. The result is ASCII, so no locale on the way can change it.
final class ShellWords {
    private ShellWords() {}

    /// A command line.
    ///
    /// @param words as [RawText] carries them
    /// @throws UsageException if a word cannot be said
    static String line(List<String> words) throws UsageException {
        for (String word : words) {
            if (word.indexOf('\n') >= 0 || word.indexOf('\0') >= 0) {
                throw new UsageException(
                        RawText.printable(word) + ": a newline cannot be said over ssh");
            }
        }
        return words.stream().map(ShellWords::quoted).collect(Collectors.joining(" "));
    }

    /// Quotes and backslashes stand outside of the quotes: so fish means the same as sh, for which
    /// a backslash in single quotes is nothing special.
    static String quoted(String word) {
        StringBuilder text = new StringBuilder();
        boolean isQuoted = false;
        for (byte b : RawText.encode(word)) {
            boolean isPlain = b >= ' ' && b <= '~' && b != '\'' && b != '\\';
            if (isPlain != isQuoted) {
                text.append('\'');
                isQuoted = isPlain;
            }
            if (isPlain) {
                text.append((char) b);
            } else if (b == '\'' || b == '\\') {
                text.append('\\').append((char) b);
            } else {
                text.append("\"$(printf '\\%03o')\"".formatted(b & 0xff));
            }
        }
        if (isQuoted) {
            text.append('\'');
        }
        return text.isEmpty() ? "''" : text.toString();
    }
}
