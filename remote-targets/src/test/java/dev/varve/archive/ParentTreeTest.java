package dev.varve.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ParentTreeTest {
    @Test
    void isTheTreeOfTheDocumentation() {
        List<Manifest> all = numbered(LongStream.range(0, 65).toArray());

        assertEquals(Optional.empty(), parent(0, List.of()));
        assertEquals(Optional.of(0L), parent(7, all));
        assertEquals(Optional.of(0L), parent(8, all));
        assertEquals(Optional.of(8L), parent(15, all));
        assertEquals(Optional.of(0L), parent(24, all));
        assertEquals(Optional.of(0L), parent(64, all));
        assertEquals(Optional.of(64L), parent(65, all));
    }

    @Test
    void threeIncrementsAtMostAmongFiveHundredAndTwelve() {
        for (long number = 0; number < 512; number++) {
            int increments = 0;
            for (long at = number; at > 0; at = ParentTree.parentNumber(at)) {
                increments++;
            }
            assertTrue(increments <= 3, "snapshot " + number + ": " + increments);
        }
    }

    @Test
    void goesOnWhereAParentWasPruned() {
        assertEquals(Optional.of(64L), parent(74, numbered(0, 64, 73)));
        assertEquals(Optional.of(5L), parent(9, numbered(7, 5)));
        assertEquals(Optional.empty(), parent(9, numbered(10, 11)));
    }

    private static Optional<Long> parent(long number, List<Manifest> relatives) {
        return ParentTree.parent(number, relatives).map(it -> it.snapshot().number());
    }

    private static List<Manifest> numbered(long... numbers) {
        List<Manifest> all = new ArrayList<>();
        for (long number : numbers) {
            Snapshot snapshot =
                    new Snapshot(
                            "/snap",
                            new UUID(1, number),
                            Optional.empty(),
                            number,
                            Instant.ofEpochSecond(number));
            all.add(new Manifest(snapshot, 1, Optional.empty(), 0, "", "", List.of()));
        }
        return all;
    }
}
