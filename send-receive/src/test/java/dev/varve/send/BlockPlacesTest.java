package dev.varve.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class BlockPlacesTest {
    private static BlockPlaces.Place place(long block) {
        return new BlockPlaces.Place((int) (block % 100), block + 1, block * 2, 5, 7);
    }

    @Test
    void aPlaceWithMoreOfTheBlockReplacesOneWithLess() {
        BlockPlaces places = new BlockPlaces();
        BlockPlaces.Place whole = new BlockPlaces.Place(1, 300, 0, 0, 4096);
        places.add(9, new BlockPlaces.Place(0, 257, 0, 0, 100));
        places.add(9, whole);
        places.add(9, new BlockPlaces.Place(2, 400, 0, 0, 4096));
        assertEquals(Optional.of(whole), places.find(9));
        assertEquals(Optional.empty(), places.find(8));
    }

    @Test
    void whenFullItForgetsButNeverConfuses() {
        BlockPlaces places = new BlockPlaces();
        int count = 2_000_000;
        for (long block = 0; block < count; block++) {
            places.add(block << 20, place(block));
        }
        int found = 0;
        for (long block = 0; block < count; block++) {
            Optional<BlockPlaces.Place> place = places.find(block << 20);
            if (place.isPresent()) {
                assertEquals(place(block), place.get());
                found++;
            }
        }
        assertTrue(found > 400_000, "found " + found);
    }
}
