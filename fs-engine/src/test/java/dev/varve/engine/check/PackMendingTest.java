package dev.varve.engine.check;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.check.Patient.Kind;
import dev.varve.engine.format.PackFormat;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A damaged block of content is made again from another of the same content, wherever it is
/// referred to, and a content that comes again is not taken for there while its block is damaged.
class PackMendingTest {
    private static void damage(Patient patient) throws IOException {
        patient.flip(patient.dataPack(), PackFormat.HEADER_BYTES + 9);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsImportedAgainMakesEverySnapshotWhole(Kind kind) throws IOException {
        Patient patient = new Patient(kind);
        Map<String, byte[]> before = patient.files();
        damage(patient);
        List<String> first = patient.repairData();
        assertTrue(first.getFirst().startsWith("contents: take 1 damaged blocks"), first::toString);
        assertFalse(patient.errors().isEmpty());
        patient.importAgain();
        String pack = patient.dataPack();
        List<String> second = patient.repairData();
        assertEquals(
                List.of(pack + ": write it anew, 1 blocks from others of the same content"),
                second);
        assertEquals(List.of(), patient.errors());
        requireSame(before, patient.files());
        patient.reclaim();
        assertEquals(List.of(), patient.errors());
        requireSame(before, patient.files());
        patient.requireWritable();
    }

    /// The files of before, and what was imported again.
    private static void requireSame(Map<String, byte[]> before, Map<String, byte[]> after) {
        before.forEach((file, bytes) -> assertArrayEquals(bytes, after.get(file), file));
        assertArrayEquals(before.get("docs/big"), after.get("docs/again"));
    }

    @ParameterizedTest
    @EnumSource
    void withoutARepairTheDamagedBlockIsSharedAgain(Kind kind) throws IOException {
        Patient patient = new Patient(kind);
        damage(patient);
        patient.importAgain();
        assertFalse(patient.files().containsKey("docs/again"));
    }

    @ParameterizedTest
    @EnumSource
    void whatStaysLostIsCarriedAlongAndNamed(Kind kind) throws IOException {
        Patient patient = new Patient(kind);
        damage(patient);
        // A block of `new`, in the other pack, which is not imported again.
        patient.flip(patient.otherDataPack(), PackFormat.HEADER_BYTES + 9);
        assertEquals(1, patient.repairData().size());
        patient.importAgain();
        assertEquals(1, patient.repairData().size());
        assertTrue(
                patient.errors().stream().noneMatch(error -> error.contains("/big")),
                () -> patient.toString());
        assertTrue(patient.errors().stream().anyMatch(error -> error.contains("/new")));
    }

    /// Entries of 36 bytes, header, trailer and tail: whichever byte of a table is hit, the blocks
    /// prove what it said.
    @ParameterizedTest
    @EnumSource
    void whateverByteOfATableIsHitItIsMadeAnew(Kind kind) throws IOException {
        Patient sound = new Patient(kind);
        int end = Surgery.get(sound.store, sound.dataPack()).length;
        int blocks = sound.blocksOf(sound.dataPack());
        int tableBytes = 16 + 36 * blocks + 4 + 16 + 24;
        for (int distance = 1; distance <= tableBytes; distance += 1 + tableBytes / 24) {
            Patient patient = new Patient(kind);
            Map<String, byte[]> before = patient.files();
            assertEquals(end, Surgery.get(patient.store, patient.dataPack()).length);
            patient.flipFromEnd(patient.dataPack(), distance);
            String at = "byte " + distance + " from the end";
            assertFalse(patient.errors().isEmpty(), at);
            patient.repairData();
            assertEquals(List.of(), patient.errors(), at);
            Map<String, byte[]> after = patient.files();
            before.forEach((file, bytes) -> assertArrayEquals(bytes, after.get(file), at));
        }
    }
}
