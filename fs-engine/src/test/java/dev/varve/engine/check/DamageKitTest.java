package dev.varve.engine.check;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.varve.engine.check.Patient.Kind;
import dev.varve.engine.check.Patient.Outcome;
import dev.varve.engine.format.PackFormat;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.WrongKeyException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Every kind of object, damaged in every way: what the check says, what a repair mends, and what
/// is lost. `docs/recovery.md` says the same for whoever has such a pool.
class DamageKitTest {
    /// Damages a pool.
    private interface Damage {
        void to(Patient patient) throws IOException;
    }

    /// @param said in some finding of the check, which reads all data
    /// @param step in some step of the repair; empty if there is nothing to mend
    private record Case(String name, Damage damage, String said, String step, Outcome outcome) {}

    private static final String TABLE = "write it anew with the table that its blocks prove";

    private static final List<Case> CASES =
            List.of(
                    new Case(
                            "pool: flip",
                            p -> p.flip("pool", 30),
                            "pool: expected checksum",
                            "pool: write it anew",
                            Outcome.SOUND),
                    new Case(
                            "pool: truncate",
                            p -> p.truncate("pool"),
                            "pool: ",
                            "pool: write it anew",
                            Outcome.SOUND),
                    new Case(
                            "pool: delete",
                            p -> p.store.delete("pool"),
                            "pool: is missing",
                            "pool: write it anew",
                            Outcome.SOUND),
                    new Case(
                            "pool: of another",
                            Patient::foreignPool,
                            "pool: is of pool",
                            "pool: write it anew",
                            Outcome.SOUND),
                    new Case(
                            "head, newest: flip",
                            p -> p.flip(p.head(3), 40),
                            "heads/0000000000000003: ",
                            "let it say what generation 2 says",
                            Outcome.OLDER),
                    new Case(
                            "head, newest: truncate",
                            p -> p.truncate(p.head(3)),
                            "heads/0000000000000003: ",
                            "let it say what generation 2 says",
                            Outcome.OLDER),
                    new Case(
                            "head, newest: delete",
                            p -> p.store.delete(p.head(3)),
                            "belongs to no commit",
                            "",
                            Outcome.OLDER),
                    new Case(
                            "head, older: flip",
                            p -> p.flip(p.head(2), 40),
                            "heads/0000000000000002: ",
                            "let it say what generation 1 says",
                            Outcome.SOUND),
                    new Case(
                            "head, older: delete",
                            p -> p.store.delete(p.head(2)),
                            "missing between",
                            "let it say what generation 1 says",
                            Outcome.SOUND),
                    new Case(
                            "head, oldest: flip",
                            p -> p.flip(p.head(1), 40),
                            "heads/0000000000000001: ",
                            "take it away",
                            Outcome.SOUND),
                    new Case(
                            "heads: swap",
                            p -> p.swap(p.head(2), p.head(3)),
                            "heads/0000000000000002: expected ",
                            "put back what another name had",
                            Outcome.SOUND),
                    new Case(
                            "heads: all flipped",
                            Patient::flipHeads,
                            "no head can be read",
                            "",
                            Outcome.RESCUED),
                    new Case(
                            "heads: all deleted",
                            Patient::deleteHeads,
                            "belongs to no commit",
                            "",
                            Outcome.RESCUED),
                    new Case(
                            "heads and pool: deleted",
                            Patient::deleteHeadsAndPool,
                            "",
                            "",
                            Outcome.RESCUED),
                    new Case(
                            "claim: delete",
                            p -> p.store.delete(p.claim()),
                            "writers: highest claim",
                            "writers: claim number",
                            Outcome.SOUND),
                    new Case(
                            "claim: flip",
                            p -> p.flip(p.claim(), 20),
                            "writers/000001: expected checksum",
                            "writers/000001: write the claim anew",
                            Outcome.SOUND),
                    new Case(
                            "claim: truncate",
                            p -> p.truncate(p.claim()),
                            "writers/000001: expected ",
                            "writers/000001: write the claim anew",
                            Outcome.SOUND),
                    new Case(
                            "claim: of another pool",
                            Patient::foreignClaim,
                            "writers/000001: expected pool",
                            "writers/000001: write the claim anew",
                            Outcome.SOUND),
                    new Case(
                            "pack of data: flip in the header",
                            p -> p.flip(p.dataPack(), 20),
                            ": expected checksum",
                            "",
                            Outcome.LOST),
                    new Case(
                            "pack of data: flip in a block",
                            p -> p.flip(p.dataPack(), PackFormat.HEADER_BYTES + 9),
                            "lost: 131072 bytes",
                            "",
                            Outcome.LOST),
                    new Case(
                            "pack of data: flip in the table",
                            p -> p.flipFromEnd(p.dataPack(), 60),
                            "blocks in use: ",
                            TABLE,
                            Outcome.SOUND),
                    new Case(
                            "pack of data: flip in the trailer",
                            p -> p.flipFromEnd(p.dataPack(), 30),
                            "blocks in use: ",
                            TABLE,
                            Outcome.SOUND),
                    new Case(
                            "pack of data: flip in the tail",
                            p -> p.flipFromEnd(p.dataPack(), 3),
                            "blocks in use: ",
                            TABLE,
                            Outcome.SOUND),
                    new Case(
                            "pack of nodes: flip in the table",
                            p -> p.flipFromEnd(p.packOf(p.leaf()), 70),
                            "blocks in use: ",
                            TABLE,
                            Outcome.SOUND),
                    new Case(
                            "pack of the root tree: flip in the trailer",
                            p -> p.flipFromEnd(p.packOf(p.newest().roots().address()), 30),
                            "root tree: node",
                            TABLE,
                            Outcome.SOUND),
                    new Case(
                            "pack of data: of another pool",
                            Patient::foreignPack,
                            "blocks in use: ",
                            "",
                            Outcome.LOST),
                    new Case(
                            "pack of data: truncate",
                            p -> p.truncate(p.dataPack()),
                            "blocks in use: ",
                            "",
                            Outcome.LOST),
                    new Case(
                            "pack of data: delete",
                            p -> p.store.delete(p.dataPack()),
                            "is missing; blocks in use",
                            "",
                            Outcome.LOST),
                    new Case(
                            "packs: swap",
                            p -> p.swap(p.dataPack(), p.otherDataPack()),
                            "the table of pack",
                            "",
                            Outcome.LOST),
                    new Case(
                            "node of a subvolume: flip",
                            p -> p.flipBlock(p.leaf()),
                            "lost with node",
                            "",
                            Outcome.LOST),
                    new Case(
                            "node of the root tree: flip",
                            p -> p.flipBlock(p.newest().roots().address()),
                            "root tree: node",
                            "",
                            Outcome.RESCUED_OLDER),
                    new Case(
                            "node of the counts tree: flip",
                            p -> p.flipBlock(p.newest().counts().address()),
                            "counts tree: node",
                            "books: ",
                            Outcome.SOUND),
                    new Case(
                            "node of the packs tree: flip",
                            p -> p.flipBlock(p.newest().packs().address()),
                            "packs tree: node",
                            "books: ",
                            Outcome.SOUND),
                    new Case(
                            "node of the contents tree: flip",
                            p -> p.flipBlock(p.newest().contents().address()),
                            "contents tree: node",
                            "books: ",
                            Outcome.SOUND),
                    new Case(
                            "counts and a subvolume's node: flip",
                            Patient::flipCountsAndLeaf,
                            "counts tree: node",
                            "books: ",
                            Outcome.LOST),
                    new Case(
                            "count: too high",
                            p -> p.count(+1),
                            ": count ",
                            "books: ",
                            Outcome.SOUND),
                    new Case(
                            "count: missing",
                            p -> p.count(-1),
                            ": count ",
                            "books: ",
                            Outcome.SOUND),
                    new Case(
                            "block in use marked free",
                            Patient::markFree,
                            "marked free",
                            "books: ",
                            Outcome.SOUND));

    private static final String WRITTEN = "write it anew as its twin is";

    /// What only sealed pools have.
    private static final List<Case> KEY_CASES =
            List.of(
                    new Case(
                            "pool: a plain one's",
                            Patient::plainPool,
                            "pool: does not say that the pool is sealed",
                            "pool: write it anew",
                            Outcome.SOUND),
                    new Case(
                            "key slot: flip",
                            p -> p.flip(p.slot(), 40),
                            ": expected checksum",
                            WRITTEN,
                            Outcome.SOUND),
                    new Case(
                            "key slot: truncate",
                            p -> p.truncate(p.slot()),
                            "keys/slot-00000001-",
                            WRITTEN,
                            Outcome.SOUND),
                    new Case(
                            "key slot: delete",
                            p -> p.store.delete(p.slot()),
                            ": is missing",
                            WRITTEN,
                            Outcome.SOUND),
                    new Case(
                            "key slot: of another pool",
                            p -> p.foreign(p.slot()),
                            "expected the slot of this name, found another",
                            WRITTEN,
                            Outcome.SOUND),
                    new Case(
                            "key slots: swap",
                            p -> p.swap(p.slot(), p.otherSlot()),
                            "expected the slot of this name, found another",
                            WRITTEN,
                            Outcome.SOUND),
                    new Case(
                            "key slot and its twin: flip",
                            p -> p.both(p.slot(), name -> p.flip(name, 40)),
                            ".copy: expected checksum",
                            "take it away: it opens nothing",
                            Outcome.SOUND),
                    new Case(
                            "key slot and its twin: delete",
                            p -> p.both(p.slot(), p.store::delete),
                            "",
                            "",
                            Outcome.SOUND),
                    new Case(
                            "ring: flip",
                            p -> p.flip(p.ring(), 60),
                            "keys/ring-00000001-",
                            WRITTEN,
                            Outcome.SOUND),
                    new Case(
                            "ring: delete",
                            p -> p.store.delete(p.ring()),
                            ": is missing",
                            WRITTEN,
                            Outcome.SOUND),
                    new Case(
                            "ring: of another pool",
                            p -> p.foreign(p.ring()),
                            "expected the ring that was sealed, found another",
                            WRITTEN,
                            Outcome.SOUND));

    @Test
    void aPoolOfWhichAllKeySlotsAreLostDoesNotOpenAndSaysSo() throws IOException {
        Patient patient = new Patient(Kind.SEALED);
        patient.deleteSlots();
        patient.requireShut(WrongKeyException.class, "no way in is left");
        assertThrows(WrongKeyException.class, patient::check);
    }

    @Test
    void aPoolWhoseRingIsLostDoesNotOpenAndSaysSo() throws IOException {
        Patient patient = new Patient(Kind.SEALED);
        patient.both(patient.ring(), name -> patient.flip(name, 60));
        patient.requireSaid("keys: keys/ring-00000001-");
        patient.requireShut(CorruptionException.class, "keys/ring-");
    }

    @TestFactory
    Stream<DynamicTest> eachDamageIsFoundAndMendedAsFarAsItCanBe() {
        return Arrays.stream(Kind.values())
                .flatMap(kind ->
                        Stream.concat(
                                        CASES.stream(),
                                        kind == Kind.PLAIN ? Stream.of() : KEY_CASES.stream())
                                .map(c ->
                                        dynamicTest(kind + ", " + c.name(), () -> play(kind, c))));
    }

    private static void play(Kind kind, Case damage) throws IOException {
        Patient patient = new Patient(kind);
        Map<String, byte[]> before = patient.files();
        damage.damage().to(patient);
        patient.requireSaid(damage.said());
        if (damage.outcome() == Outcome.RESCUED || damage.outcome() == Outcome.RESCUED_OLDER) {
            patient.rescue();
        } else {
            patient.dryRunChangesNothing();
            patient.repair(damage.step());
        }
        patient.requireOutcome(damage.outcome(), before);
        patient.requireWritable();
    }
}
