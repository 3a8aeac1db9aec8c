package dev.varve.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.cli.pool.UsageException;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestTest {
    @Test
    void thePoolMayBeNamedBeforeOrAfterTheVerb() throws Exception {
        assertEquals(
                new Request("subvolume list", List.of("-P", "pool", "-t", "/")),
                Request.of(List.of("-P", "pool", "subvolume", "list", "-t", "/")));
        assertEquals(
                new Request("subvolume list", List.of("--pool=p", "--quiet", "-t")),
                Request.of(List.of("--pool=p", "subvolume", "-q", "list", "-t")));
        assertEquals(
                new Request("ls", List.of("/", "-Ppool")),
                Request.of(List.of("ls", "/", "-Ppool")));
    }

    @Test
    void wordsMayBeCutShortAsInBtrfsProgs() throws Exception {
        assertEquals("subvolume snapshot", Request.of(List.of("sub", "sn", "/a", "/b")).words());
        assertEquals("subvolume list", Request.of(List.of("subvolume", "list", "delete")).words());
    }

    @Test
    void anAmbiguousWordListsWhatItMayBe() {
        UsageException e =
                assertThrows(UsageException.class, () -> Request.of(List.of("sub", "s")));

        assertEquals("'subvolume s' may be snapshot, show, set-default, sync", e.getMessage());
    }

    @Test
    void aMistypedCommandIsGuessed() {
        UsageException e =
                assertThrows(UsageException.class, () -> Request.of(List.of("snpashots")));

        assertTrue(
                String.valueOf(e.getMessage()).endsWith("did you mean 'snapshots'?"),
                e.getMessage());
    }

    @Test
    void anOptionWithoutItsValueIsAnError() {
        assertThrows(UsageException.class, () -> Request.of(List.of("-P")));
        assertThrows(UsageException.class, () -> Request.of(List.of("--frob", "ls")));
    }
}
