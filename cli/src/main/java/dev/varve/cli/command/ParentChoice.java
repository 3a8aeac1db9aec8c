package dev.varve.cli.command;

import dev.varve.cli.output.Output;
import dev.varve.cli.output.Sizes;
import dev.varve.engine.FileTree;
import dev.varve.engine.ReadView;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeInfo;
import dev.varve.send.SendJob;
import dev.varve.send.SendOptions;
import dev.varve.send.Sender;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/// Chooses the parent from which a snapshot's stream is shortest, among its relatives that the
/// receiver has, or may have.
final class ParentChoice {
    /// Relatives measured, the nearest in age: each costs a comparison.
    private static final int MAX_MEASURED = 4;

    /// Snapshots of snapshots followed to find out who is related.
    private static final int MAX_ANCESTORS = 10_000;

    private final ReadView view;
    private final Output output;
    private final SendOptions options;
    private final Optional<Set<UUID>> held;
    private final Set<UUID> sent = new HashSet<>();

    /// @param held what the receiver has, as streams call it; empty if that is not known, and then
    ///   every older snapshot is taken to be there
    ParentChoice(ReadView view, Output output, SendOptions options, Optional<Set<UUID>> held) {
        this.view = view;
        this.output = output;
        this.options = options;
        this.held = held;
    }

    /// From now on the receiver has this one.
    void sent(FileTree tree) {
        sent.add(tree.info().uuid());
    }

    /// The best parent; empty if everything has to be sent.
    ///
    /// @param only the sole candidates, unless empty
    Optional<FileTree> best(FileTree tree, List<FileTree> only) throws IOException {
        String path = tree.info().path();
        Optional<FileTree> best = Optional.empty();
        long least = Long.MAX_VALUE;
        // Compressing every candidate's data would cost more than it tells.
        SendOptions plain = options.withoutCompressedData();
        for (SubvolumeInfo info : candidates(tree.info(), only)) {
            FileTree parent = view.open(info.id());
            long bytes = Sender.measure(List.of(SendJob.incremental(parent, tree)), plain);
            output.detail(path + ": from " + info.path() + " " + Sizes.human(bytes));
            if (bytes < least) {
                best = Optional.of(parent);
                least = bytes;
            }
        }
        output.detail(
                path
                        + best.map(parent -> ": parent is " + parent.info().path())
                                .orElse(": no relative that the receiver has; sending everything"));
        return best;
    }

    private List<SubvolumeInfo> candidates(SubvolumeInfo info, List<FileTree> only)
            throws IOException {
        List<SubvolumeInfo> found = new ArrayList<>();
        UUID family = family(view, info);
        for (Scan<SubvolumeInfo> all = view.subvolumes(); all.advance(); ) {
            SubvolumeInfo other = all.current();
            boolean isCandidate =
                    other.readOnly()
                            && !other.id().equals(info.id())
                            && isAtReceiver(other, info, only);
            if (isCandidate && family(view, other).equals(family)) {
                found.add(other);
            }
        }
        found.sort(Comparator.comparingLong(other -> distance(other, info)));
        return found.subList(0, Math.min(MAX_MEASURED, found.size()));
    }

    private static long distance(SubvolumeInfo one, SubvolumeInfo other) {
        return Math.abs(one.createdGeneration() - other.createdGeneration());
    }

    private boolean isAtReceiver(SubvolumeInfo other, SubvolumeInfo info, List<FileTree> only) {
        if (sent.contains(other.uuid())) {
            return true;
        }
        if (!only.isEmpty()) {
            return only.stream().anyMatch(tree -> tree.info().id().equals(other.id()));
        }
        return held.map(there -> there.contains(other.receivedUuid().orElse(other.uuid())))
                .orElse(other.createdGeneration() < info.createdGeneration());
    }

    /// The first known ancestor: relatives share it.
    static UUID family(ReadView view, SubvolumeInfo info) throws IOException {
        UUID family = info.uuid();
        Optional<UUID> parent = info.parentUuid();
        for (int i = 0; parent.isPresent() && i < MAX_ANCESTORS; i++) {
            family = parent.get();
            parent = view.findByUuid(family).flatMap(SubvolumeInfo::parentUuid);
        }
        return family;
    }
}
