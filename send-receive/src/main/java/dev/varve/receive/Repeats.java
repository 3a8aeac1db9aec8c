package dev.varve.receive;

import dev.varve.posix.Errno;
import dev.varve.posix.PosixException;
import dev.varve.stream.StreamCommand;

/// Which commands may be done twice. A process that is killed in the middle of one cannot tell
/// whether it was done; on a file system without transactions the one who goes on has to find out.
final class Repeats {
    private Repeats() {}

    /// Whether doing it again, and all that can be done again behind it, comes to the same.
    static boolean canRepeat(StreamCommand command) {
        return switch (command) {
            case StreamCommand.Write _,
                    StreamCommand.EncodedWrite _,
                    StreamCommand.Truncate _,
                    StreamCommand.Fallocate _,
                    StreamCommand.SetXattr _,
                    StreamCommand.Chmod _,
                    StreamCommand.Chown _,
                    StreamCommand.Utimes _,
                    StreamCommand.FileAttributes _,
                    StreamCommand.UpdateExtent _ ->
                    true;
            case StreamCommand.MakeFile _,
                    StreamCommand.MakeDirectory _,
                    StreamCommand.MakeNode _,
                    StreamCommand.MakeFifo _,
                    StreamCommand.MakeSocket _,
                    StreamCommand.Symlink _,
                    StreamCommand.Rename _,
                    StreamCommand.Link _,
                    StreamCommand.Unlink _,
                    StreamCommand.RemoveDirectory _,
                    StreamCommand.RemoveXattr _,
                    StreamCommand.EnableVerity _,
                    // What it reads may be written to behind it.
                    StreamCommand.Clone _,
                    StreamCommand.Subvolume _,
                    StreamCommand.Snapshot _,
                    StreamCommand.End _ ->
                    false;
        };
    }

    /// Whether a command failed because it had been done before.
    static boolean wasDone(StreamCommand command, Exception error) {
        if (!(error instanceof PosixException e)) {
            return false;
        }
        return switch (command) {
            case StreamCommand.MakeFile _,
                    StreamCommand.MakeDirectory _,
                    StreamCommand.MakeNode _,
                    StreamCommand.MakeFifo _,
                    StreamCommand.MakeSocket _,
                    StreamCommand.Symlink _,
                    StreamCommand.Link _,
                    StreamCommand.EnableVerity _ ->
                    e.errno() == Errno.EEXIST;
            case StreamCommand.Rename _, StreamCommand.Unlink _, StreamCommand.RemoveDirectory _ ->
                    e.errno() == Errno.ENOENT;
            case StreamCommand.RemoveXattr _ -> e.errno() == Errno.ENODATA;
            default -> false;
        };
    }
}
