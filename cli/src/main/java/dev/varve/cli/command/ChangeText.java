package dev.varve.cli.command;

import dev.varve.cli.output.Output;
import dev.varve.engine.FileTree;
import dev.varve.engine.model.Inode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/// The lines of `diff`, with patches of text files if wanted.
final class ChangeText {
    /// Files longer than this are not compared line by line.
    private static final int MOST_PATCH_BYTES = 1 << 20;

    private final Output output;
    private final FileTree older;
    private final FileTree newer;
    private final boolean patches;
    private final ChangedPaths paths;

    ChangeText(Output output, FileTree older, FileTree newer, boolean patches) {
        this.output = output;
        this.older = older;
        this.newer = newer;
        this.patches = patches;
        this.paths = new ChangedPaths(older, newer);
    }

    void print(InodeChange change) throws IOException {
        List<ChangedPaths.Line> lines = paths.of(change);
        for (ChangedPaths.Line line : lines) {
            String slash = change.isDirectory() && !line.path().isRoot() ? "/" : "";
            switch (line.kind()) {
                case RENAMED ->
                        output.line("R " + line.from() + slash + " -> " + line.path() + slash);
                case ADDED, REMOVED, MODIFIED, METADATA ->
                        output.line(line.kind().letter() + " " + line.path() + slash);
                case TIMES -> {
                    if (output.isVerbose()) {
                        output.line("T " + line.path() + slash);
                    }
                }
            }
        }
        boolean differs = change.isCreated() || change.isDeleted() || change.hasContentChanged();
        if (patches && differs && !lines.isEmpty()) {
            printPatch(change, lines.getLast());
        }
    }

    private void printPatch(InodeChange change, ChangedPaths.Line line) throws IOException {
        Optional<Inode> was = older.findInode(change.inode()).filter(Inode::isRegular);
        Optional<Inode> now = newer.findInode(change.inode()).filter(Inode::isRegular);
        if (was.isEmpty() && now.isEmpty()) {
            return;
        }
        Optional<byte[]> before = content(older, was);
        Optional<byte[]> after = content(newer, now);
        if (before.isEmpty() || after.isEmpty()) {
            output.line("Files differ: " + line.path());
            return;
        }
        output.line("--- " + (was.isPresent() ? "a" + line.from() : "/dev/null"));
        output.line("+++ " + (now.isPresent() ? "b" + line.path() : "/dev/null"));
        for (String text : new LinePatch(before.get(), after.get()).hunks()) {
            output.line(text);
        }
    }

    /// The content of a text file; empty for one that is long or no text, no bytes for none.
    private static Optional<byte[]> content(FileTree tree, Optional<Inode> inode)
            throws IOException {
        if (inode.isEmpty()) {
            return Optional.of(new byte[0]);
        }
        long size = inode.get().sizeBytes();
        if (size > MOST_PATCH_BYTES) {
            return Optional.empty();
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) size);
        int count = 1;
        while (bytes.hasRemaining() && count > 0) {
            count = tree.read(inode.get().number(), bytes.position(), bytes);
        }
        for (byte b : bytes.array()) {
            if (b == 0) {
                return Optional.empty();
            }
        }
        return Optional.of(bytes.array());
    }
}
