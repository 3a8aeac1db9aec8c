package dev.varve.cli;

import dev.varve.archive.WrongArchiveKeyException;
import dev.varve.cli.command.ExitCode;
import dev.varve.cli.pool.PoolPlace;
import dev.varve.cli.pool.UsageException;
import dev.varve.cli.remote.RemoteFailedException;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.NoPoolException;
import dev.varve.engine.model.NoSpaceException;
import dev.varve.engine.model.PoolBusyException;
import dev.varve.engine.model.StorageException;
import dev.varve.engine.model.StoreFailedException;
import dev.varve.engine.model.UnsupportedFormatException;
import dev.varve.engine.model.WrongKeyException;
import dev.varve.receive.MissingParentException;
import dev.varve.receive.ReceiveFailedException;
import dev.varve.stream.ResumeMismatchException;
import dev.varve.stream.StreamException;
import dev.varve.tar.MalformedTarException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What an exception means to the caller of the process: one exit code, one line.
final class Failure {
    private Failure() {}

    static ExitCode exitCode(IOException e) {
        return switch (e) {
            case UsageException _, ResumeMismatchException _ -> ExitCode.USAGE;
            case WrongArchiveKeyException _ -> ExitCode.WRONG_KEY;
            case RemoteFailedException remote -> exitCode(remote);
            case MissingParentException _ -> ExitCode.NOT_THERE;
            case StreamException _, MalformedTarException _ -> ExitCode.UNSUPPORTED;
            case StorageException storage -> exitCode(storage);
            case ReceiveFailedException failed
                    when failed.getCause() instanceof IOException cause ->
                    exitCode(cause);
            default -> ExitCode.ERROR;
        };
    }

    /// What the varve there ended with is what this one ends with.
    private static ExitCode exitCode(RemoteFailedException e) {
        return e.isReached()
                ? Arrays.stream(ExitCode.values())
                        .filter(code -> code.status() == e.status())
                        .findFirst()
                        .orElse(ExitCode.ERROR)
                : ExitCode.UNREACHABLE;
    }

    private static ExitCode exitCode(StorageException e) {
        return switch (e) {
            case NoPoolException _ -> ExitCode.NOT_THERE;
            case PoolBusyException _ -> ExitCode.BUSY;
            case WrongKeyException _ -> ExitCode.WRONG_KEY;
            case CorruptionException damage ->
                    isLackOfTarget(damage) ? ExitCode.UNREACHABLE : ExitCode.CORRUPT;
            case UnsupportedFormatException _ -> ExitCode.UNSUPPORTED;
            case NoSpaceException _ -> ExitCode.ERROR;
            // A local medium says why in the file system's words; anything else is out of reach.
            case StoreFailedException _ ->
                    isLocal(e.getCause()) ? ExitCode.ERROR : ExitCode.UNREACHABLE;
        };
    }

    /// A bucket that misses an object, or has another pool's in its place, is a target to mend: the
    /// wrong prefix, a rule that expires objects, a copy that was not whole. Nothing that is there
    /// is damaged.
    private static boolean isLackOfTarget(CorruptionException e) {
        return e.kind() != CorruptionException.Kind.DAMAGED
                && e.store().filter(PoolPlace::isBucket).isPresent();
    }

    private static boolean isLocal(@Nullable Throwable cause) {
        return cause instanceof FileSystemException;
    }

    /// Whether the user's interrupt came out as this.
    static boolean isInterruption(IOException e) {
        for (Throwable at = e; at != null; at = at.getCause()) {
            if (at instanceof ClosedByInterruptException
                    || at instanceof FileLockInterruptionException
                    || at instanceof InterruptedIOException
                    || at instanceof InterruptedException) {
                return true;
            }
        }
        return Thread.currentThread().isInterrupted();
    }

    /// The lack of memory, maybe another thread's, that came out as this.
    static Optional<OutOfMemoryError> outOfMemory(Throwable e) {
        for (Throwable at = e; at != null; at = at.getCause()) {
            if (at instanceof OutOfMemoryError lack) {
                return Optional.of(lack);
            }
        }
        return Optional.empty();
    }

    /// Says what would help.
    static String message(OutOfMemoryError e) {
        long mebibytes = Runtime.getRuntime().maxMemory() >> 20;
        return "out of memory (%s): the heap has at most %d MiB, VARVE_JAVA_OPTS=-Xmx%dm doubles it"
                .formatted(e.getMessage(), mebibytes, 2 * mebibytes);
    }

    /// Says what would help where zstd's library cannot be loaded, or not even unpacked: the
    /// launcher brings it for the common systems, elsewhere its jar does. Empty if a class of ours
    /// could not be initialized.
    static Optional<String> libraryMessage(LinkageError e) {
        if (e.getCause() != null || e.getMessage() == null) {
            return Optional.empty();
        }
        String reason = e.getMessage().lines().findFirst().orElse("");
        String wayOn =
                "VARVE_JAVA_OPTS=-Djava.io.tmpdir=DIR names another directory to unpack it to, from "
                        + "which programs may be run";
        return Optional.of("a library cannot be loaded: " + reason + "; " + wayOn);
    }

    static IOException unwrapped(UncheckedIOException e) {
        IOException cause = e.getCause();
        return cause == null ? new IOException(e) : cause;
    }

    /// One line that names the object and what is wrong with it.
    static String message(IOException e) {
        if (e instanceof FileSystemException file) {
            return fileMessage(file);
        }
        String text = String.valueOf(e.getMessage());
        // What java.nio.file says of itself is a path; the kind of failure is in the type.
        return e.getCause() instanceof FileSystemException cause && cause.getReason() == null
                ? text + ": " + kind(cause)
                : text.equals("null") ? e.getClass().getSimpleName() : text;
    }

    private static String fileMessage(FileSystemException e) {
        String file = String.valueOf(e.getFile());
        String other = e.getOtherFile();
        String object = other == null ? file : file + " -> " + other;
        String reason = e.getReason();
        return object + ": " + (reason == null || reason.isEmpty() ? kind(e) : reason);
    }

    private static String kind(FileSystemException e) {
        return switch (e) {
            case NoSuchFileException _ -> "no such file or directory";
            case FileAlreadyExistsException _ -> "exists already";
            case NotDirectoryException _ -> "not a directory";
            case DirectoryNotEmptyException _ -> "directory not empty";
            case AccessDeniedException _ -> "permission denied";
            default -> "failed";
        };
    }
}
