package dev.varve.receive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.zip.DataFormatException;
import org.junit.jupiter.api.Test;

class StreamPathTest {
    private static StreamPath parse(String text) throws DataFormatException {
        return StreamPath.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void theEmptyPathIsTheRoot() throws DataFormatException {
        assertTrue(parse("").isRoot());
        assertEquals(0, parse("").names().size());
    }

    @Test
    void aPathHasAParentAndAName() throws DataFormatException {
        StreamPath path = parse("a/bc/d");
        assertEquals("d", path.name().toString());
        assertEquals(parse("a/bc"), path.parent());
        assertEquals("a/bc", path.parent().toString());
        assertTrue(parse("a").parent().isRoot());
        assertEquals(3, path.names().size());
    }

    @Test
    void oneSlashAtTheEndIsLetPass() throws DataFormatException {
        assertEquals(parse("a/b"), parse("a/b/"));
    }

    @Test
    void aPathLiesBelowItsAncestorsOnly() throws DataFormatException {
        assertTrue(parse("a/bc/d").startsWith(parse("a/bc")));
        assertTrue(parse("a").startsWith(parse("a")));
        assertTrue(parse("a").startsWith(parse("")));
        assertFalse(parse("a/bc").startsWith(parse("a/b")));
        assertFalse(parse("a").startsWith(parse("a/b")));
    }

    @Test
    void whatCouldLeaveTheSubvolumeIsRefused() {
        for (String bad :
                new String[] {
                    "..", "a/../b", ".", "a/.", "./a", "/a", "/", "//", "a//b", "a//", "a\0b",
                    "../a"
                }) {
            assertThrows(DataFormatException.class, () -> parse(bad), bad);
        }
    }

    @Test
    void namesAndPathsHaveLimits() throws DataFormatException {
        assertEquals(255, parse("n".repeat(255)).name().length());
        assertThrows(DataFormatException.class, () -> parse("n".repeat(256)));
        String longest = "n/".repeat(2047) + "nn";
        assertEquals(2048, parse(longest).names().size());
        assertThrows(DataFormatException.class, () -> parse(longest + "n"));
    }
}
