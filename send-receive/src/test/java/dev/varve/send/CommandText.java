package dev.varve.send;

import dev.varve.engine.model.Timestamp;
import dev.varve.stream.StreamCommand;
import dev.varve.stream.StreamReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The commands of a stream as short lines, for tests to compare.
final class CommandText {
    private CommandText() {}

    /// All commands but the first and the end.
    static List<String> of(byte[] stream) throws IOException {
        StreamReader reader =
                new StreamReader(new ByteArrayInputStream(stream), StreamReader.Options.defaults());
        List<String> lines = new ArrayList<>();
        while (reader.advance()) {
            lines.add(line(reader.current()));
        }
        return lines.subList(1, lines.size() - 1);
    }

    /// Only what changes names.
    static List<String> names(byte[] stream) throws IOException {
        List<String> verbs = List.of("mk", "symlink", "rename", "link", "unlink", "rmdir");
        return of(stream).stream()
                .filter(line -> verbs.stream().anyMatch(line::startsWith))
                .toList();
    }

    /// Only what has to do with content.
    static List<String> contents(byte[] stream) throws IOException {
        List<String> verbs =
                List.of("write", "encoded", "clone", "truncate", "punch", "update_extent");
        return of(stream).stream()
                .filter(line -> verbs.stream().anyMatch(line::startsWith))
                .toList();
    }

    private static String line(StreamCommand command) {
        return switch (command) {
            case StreamCommand.Subvolume c -> "subvol " + text(c.path());
            case StreamCommand.Snapshot c -> "snapshot " + text(c.path());
            case StreamCommand.MakeFile c -> "mkfile " + text(c.path());
            case StreamCommand.MakeDirectory c -> "mkdir " + text(c.path());
            case StreamCommand.MakeNode c -> "mknod " + text(c.path());
            case StreamCommand.MakeFifo c -> "mkfifo " + text(c.path());
            case StreamCommand.MakeSocket c -> "mksock " + text(c.path());
            case StreamCommand.Symlink c -> "symlink " + text(c.path()) + " " + text(c.target());
            case StreamCommand.Rename c -> "rename " + text(c.path()) + " " + text(c.pathTo());
            case StreamCommand.Link c -> "link " + text(c.path()) + " " + text(c.existing());
            case StreamCommand.Unlink c -> "unlink " + text(c.path());
            case StreamCommand.RemoveDirectory c -> "rmdir " + text(c.path());
            case StreamCommand.SetXattr c -> "set_xattr " + text(c.path()) + " " + text(c.name());
            case StreamCommand.RemoveXattr c ->
                    "remove_xattr " + text(c.path()) + " " + text(c.name());
            case StreamCommand.Write c ->
                    "write %s %d+%d".formatted(text(c.path()), c.offset(), c.data().remaining());
            case StreamCommand.Clone c ->
                    "clone %s %d+%d %s %s %d"
                            .formatted(
                                    text(c.path()),
                                    c.offset(),
                                    c.length(),
                                    c.source().uuid().getLeastSignificantBits(),
                                    text(c.source().path()),
                                    c.source().offset());
            case StreamCommand.Truncate c -> "truncate " + text(c.path()) + " " + c.sizeBytes();
            case StreamCommand.Chmod c -> "chmod " + text(c.path()) + " " + octal(c.mode());
            case StreamCommand.Chown c -> "chown " + text(c.path()) + " " + c.uid() + ":" + c.gid();
            case StreamCommand.Utimes c -> "utimes " + text(c.path()) + " " + time(c.modify());
            case StreamCommand.End _ -> "end";
            case StreamCommand.UpdateExtent c ->
                    "update_extent %s %d+%d".formatted(text(c.path()), c.offset(), c.length());
            case StreamCommand.Fallocate c ->
                    "punch %s %d+%d".formatted(text(c.path()), c.offset(), c.length());
            case StreamCommand.FileAttributes c -> "fileattr " + text(c.path()) + " " + c.flags();
            case StreamCommand.EncodedWrite c ->
                    "encoded %s %d+%d of %d"
                            .formatted(
                                    text(c.path()),
                                    c.offset(),
                                    c.encoding().fileLength(),
                                    c.encoding().unencodedLength());
            case StreamCommand.EnableVerity c -> "verity " + text(c.path());
        };
    }

    private static String text(byte[] path) {
        return path.length == 0 ? "." : new String(path, StandardCharsets.UTF_8);
    }

    private static String octal(long mode) {
        return Long.toOctalString(mode);
    }

    private static long time(Timestamp time) {
        return time.seconds();
    }
}
