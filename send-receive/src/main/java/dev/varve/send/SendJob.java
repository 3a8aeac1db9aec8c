package dev.varve.send;

import dev.varve.engine.FileTree;
import dev.varve.engine.model.FileName;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// One snapshot to send. All trees are read-only and of committed states; nested subvolumes are not
/// part of them.
///
/// @param tree what to send
/// @param parent what the receiver has already: an older snapshot of the same subvolume; empty for
///   everything
/// @param cloneSources further snapshots the receiver has, whose data is referred to, not repeated
/// @param name what the receiver will call it
public record SendJob(
        FileTree tree, Optional<FileTree> parent, List<FileTree> cloneSources, FileName name) {

    /// Stands for bytes that are no UTF-8.
    private static final char UNDECODABLE = '\uFFFD';

    public SendJob {
        cloneSources = List.copyOf(cloneSources);
    }

    /// All of a snapshot, under its own name; one that is no UTF-8 needs [#withName].
    public static SendJob full(FileTree tree) {
        return new SendJob(tree, Optional.empty(), List.of(), ownName(tree));
    }

    /// What changed from `parent` to `tree`, under the name of `tree`.
    public static SendJob incremental(FileTree parent, FileTree tree) {
        return new SendJob(tree, Optional.of(parent), List.of(), ownName(tree));
    }

    public SendJob withCloneSources(List<FileTree> sources) {
        return new SendJob(tree, parent, sources, name);
    }

    public SendJob withName(FileName newName) {
        return new SendJob(tree, parent, cloneSources, newName);
    }

    /// The name as it is shown; where its bytes cannot be told from that, as for the top level, a
    /// name made of the id.
    private static FileName ownName(FileTree tree) {
        String path = tree.info().path();
        String shown = path.substring(path.lastIndexOf('/') + 1);
        boolean isExact =
                FileName.isValid(shown.getBytes(StandardCharsets.UTF_8))
                        && shown.indexOf(UNDECODABLE) < 0;
        return FileName.of(isExact ? shown : "subvolume-" + tree.info().id());
    }
}
