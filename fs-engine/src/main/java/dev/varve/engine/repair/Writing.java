package dev.varve.engine.repair;

import dev.varve.engine.check.Check;
import dev.varve.engine.check.Survey;
import dev.varve.engine.commit.WriterNumbers;
import dev.varve.engine.format.ChecksumKind;
import dev.varve.engine.format.Head;
import dev.varve.engine.format.PoolFormat;
import dev.varve.engine.format.PoolRecord;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.Finding;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.pack.BlockStore;
import dev.varve.engine.pack.BlockStoreOptions;
import dev.varve.engine.pack.PackLocator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Writes a pool's books anew and commits them, if and only if the whole pool then agrees with
/// them.
final class Writing {
    private final Patient patient;
    private final PoolRecord pool;
    private final BlockStore reader;
    private final ScannedLocations locations;

    private Writing(
            Patient patient, PoolRecord pool, BlockStore reader, ScannedLocations locations) {
        this.patient = patient;
        this.pool = pool;
        this.reader = reader;
        this.locations = locations;
    }

    /// @param base the commit whose subvolumes stay
    /// @param generation of the new one
    /// @return the new head, committed
    /// @throws CorruptionException if what is in use cannot be told, or the new books do not agree;
    ///   the pool is as before
    static Head commit(Patient patient, PoolRecord pool, Head base, long generation, Timestamp time)
            throws IOException {
        ScannedLocations locations = ScannedLocations.of(patient);
        try (BlockStore reader = patient.access().blocks(locations)) {
            return new Writing(patient, pool, reader, locations).commit(base, generation, time);
        }
    }

    private Head commit(Head base, long generation, Timestamp time) throws IOException {
        Survey survey = Survey.of(reader, base);
        if (!survey.knowsAllSubvolumes()) {
            throw new CorruptionException(
                    "root tree",
                    "every node, to tell what is in use",
                    "damaged ones; an older one may be found by a rescue");
        }
        try (BlockStore writer = writer()) {
            try {
                Head head =
                        new Books(reader, writer, locations, survey, base, generation).write(time);
                requireProof(head);
                writer.committed();
                patient.heads().create(head);
                return head;
            } catch (IOException | RuntimeException e) {
                writer.discard();
                throw e;
            }
        }
    }

    private BlockStore writer() throws IOException {
        ChecksumKind checksum = ChecksumKind.of(PoolFormat.NAME, pool.checksum());
        return new BlockStore(
                patient.store(),
                pool.poolId(),
                BlockStoreOptions.of(checksum, pool.compressionLevel(), 1),
                new WriterNumbers(patient.store(), pool.poolId())::claim,
                PackLocator.FIRST_OBJECT,
                patient.access().sealer());
    }

    private void requireProof(Head head) throws IOException {
        List<Finding> wrong = new ArrayList<>(1);
        Check.asOf(
                patient.access(),
                head,
                finding -> {
                    if (Mendable.isOfBooks(finding) && !finding.isWarning() && wrong.isEmpty()) {
                        wrong.add(finding);
                    }
                });
        if (!wrong.isEmpty()) {
            throw new CorruptionException(
                    "books written anew",
                    "a pool that agrees with them",
                    wrong.getFirst().message());
        }
    }
}
