package dev.varve.engine;

import dev.varve.engine.commit.Commit;
import dev.varve.engine.commit.Subvolumes;
import dev.varve.engine.format.DeletedRecord;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.tree.ItemReferences;
import dev.varve.engine.tree.TreeRoot;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Frees what deleted subvolumes held and nothing else holds. A dropped tree is trimmed from the
/// left; what is left of it is again a tree, so that the work may stop and go on at any commit.
final class Cleaner {
    private static final int STEP_NODES = 256;
    private static final ItemReferences NO_REFERENCES = (_, _, _, _, _) -> ItemReferences.NONE;

    private final Commit commit;
    private final ItemReferences references;
    private final List<SubvolumeId> finished = new ArrayList<>();
    private boolean cleaned;

    Cleaner(Commit commit, ItemReferences references) {
        this.commit = commit;
        this.references = references;
    }

    /// Whether anything was freed.
    boolean hasCleaned() {
        return cleaned;
    }

    /// The subvolumes of which nothing is left.
    List<SubvolumeId> finished() {
        return finished;
    }

    /// Frees about `nodes` nodes; returns whether more is left.
    ///
    /// @param deletedBefore what was deleted later stays; empty for nothing stays
    boolean clean(int nodes, Optional<Instant> deletedBefore) throws IOException {
        expire(deletedBefore);
        int left = nodes;
        while (left > 0) {
            if (!trimOne()) {
                return false;
            }
            cleaned = true;
            left -= STEP_NODES;
        }
        Subvolumes subvolumes = commit.subvolumes().subvolumes();
        return subvolumes.dropped().advance() || subvolumes.droppedCatalogs().advance();
    }

    private void expire(Optional<Instant> deletedBefore) throws IOException {
        List<SubvolumeId> due = new ArrayList<>();
        Subvolumes subvolumes = commit.subvolumes().subvolumes();
        for (Subvolumes.Ids ids = subvolumes.deleted(); ids.advance(); ) {
            Timestamp at = deleted(ids.current()).deleted().time();
            if (deletedBefore.isEmpty() || at.seconds() < deletedBefore.get().getEpochSecond()) {
                due.add(ids.current());
            }
        }
        for (SubvolumeId id : due) {
            commit.subvolumes().expire(id, deleted(id));
            cleaned = true;
        }
    }

    private DeletedRecord deleted(SubvolumeId id) throws IOException {
        return commit.subvolumes()
                .subvolumes()
                .findDeleted(id)
                .orElseThrow(() ->
                        new CorruptionException("root tree", "deleted subvolume " + id, "none"));
    }

    private boolean trimOne() throws IOException {
        Subvolumes subvolumes = commit.subvolumes().subvolumes();
        Subvolumes.Ids dropped = subvolumes.dropped();
        if (dropped.advance()) {
            SubvolumeId id = dropped.current();
            TreeRoot rest = commit.trim(subvolumes.droppedRoot(id), references, STEP_NODES);
            commit.subvolumes().putDropped(id, rest);
            if (rest.isEmpty()) {
                finished.add(id);
            }
            return true;
        }
        Subvolumes.Ids catalogs = subvolumes.droppedCatalogs();
        if (catalogs.advance()) {
            SubvolumeId id = catalogs.current();
            TreeRoot rest =
                    commit.trim(subvolumes.droppedCatalogRoot(id), NO_REFERENCES, STEP_NODES);
            commit.subvolumes().putDroppedCatalog(id, rest);
            return true;
        }
        return false;
    }
}
