package dev.varve.cli.command;

import java.util.Locale;

/// What a `varve` process tells its caller.
public enum ExitCode {
    OK(0, "done"),
    ERROR(1, "failed"),
    USAGE(2, "the command line makes no sense"),
    PARTIAL(3, "done, but something was left out, and said"),
    NOT_THERE(10, "there is no pool, or a stream's parent is missing"),
    BUSY(11, "another writer has the pool"),
    WRONG_KEY(12, "the key does not open the pool"),
    CORRUPT(13, "stored bytes are not what was written"),
    UNSUPPORTED(14, "a stream or format that is malformed, or newer than this program"),
    UNREACHABLE(15, "the target cannot be reached, or a bucket lacks an object of the pool"),
    INTERRUPTED(130, "interrupted");

    private final int status;
    private final String meaning;

    ExitCode(int status, String meaning) {
        this.status = status;
        this.meaning = meaning;
    }

    /// The process's exit status.
    public int status() {
        return status;
    }

    /// What it means, for documentation.
    String meaning() {
        return meaning;
    }

    /// The code as a word of the JSON schema.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The worse of two ways in which a command may end without an exception.
    static ExitCode partialIf(boolean somethingLeftOut) {
        return somethingLeftOut ? PARTIAL : OK;
    }
}
