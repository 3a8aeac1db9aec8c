package dev.varve.cli.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.model.FileName;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PoolPathTest {
    @Test
    void slashesAndDotsThatSayNothingDoNotCount() throws Exception {
        PoolPath path = PoolPath.parse("//snaps/./docs.1/");

        assertEquals(List.of(FileName.of("snaps"), FileName.of("docs.1")), path.names());
        assertEquals("/snaps/docs.1", path.toString());
        assertEquals("/snaps", path.parent().toString());
        assertTrue(PoolPath.parse("/").isRoot());
    }

    @Test
    void bytesThatAreNoUtf8SurviveAPath() throws Exception {
        PoolPath path = PoolPath.parse("/a\uDCFF");

        assertEquals(FileName.of(new byte[] {'a', (byte) 0xff}), path.name());
        assertEquals("/a\uDCFF", path.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "docs", "./docs", "/docs/..", "/a\0b"})
    void whatIsNoPathInAPoolIsRefused(String text) {
        assertThrows(UsageException.class, () -> PoolPath.parse(text));
    }
}
