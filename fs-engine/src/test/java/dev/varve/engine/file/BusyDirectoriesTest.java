package dev.varve.engine.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.format.FileKey;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.FileType;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Link;
import dev.varve.engine.tree.CountedBlocks;
import dev.varve.engine.tree.NodeCache;
import dev.varve.engine.tree.TreeRoot;
import dev.varve.engine.tree.TreeWriter;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class BusyDirectoriesTest {
    private static final long FIRST_NEW = 1000;
    private static final int MANY = 2000;

    private final CountedBlocks blocks = new CountedBlocks();
    private final TreeWriter tree =
            new TreeWriter(
                    new NodeCache(blocks, 1 << 20),
                    blocks,
                    blocks,
                    FileItems.REFERENCES,
                    TreeRoot.EMPTY,
                    1);
    private final FileItems items = new FileItems(tree, blocks);
    private final BusyDirectories busy = new BusyDirectories(FIRST_NEW);
    private long next = FIRST_NEW;

    private long directory(long parent, String name) throws IOException {
        return add(parent, name, next++, FileType.DIRECTORY);
    }

    private long add(long parent, String name, long number, FileType type) throws IOException {
        Link place = new Link(parent, FileName.of(name));
        tree.put(FileKey.link(number, parent, place.name().bytes()), new byte[0]);
        busy.added(place, number, type, items);
        return number;
    }

    private void files(long parent, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            add(parent, "f" + i, next++, FileType.REGULAR);
        }
    }

    private List<String> taken() throws IOException {
        return busy.take(items).stream().map(HexFormat.of()::formatHex).toList();
    }

    private static String entry(long parent, String name) {
        byte[] key = FileKey.named(parent, FileKey.ENTRY, FileName.of(name).bytes());
        return HexFormat.of().formatHex(key);
    }

    @Test
    void whateverLeadsToManyNamesIsBusyAndTheBusiestComesFirst() throws IOException {
        long a = directory(Inode.ROOT, "a");
        long few = directory(a, "few");
        long b = directory(a, "b");
        files(few, 10);
        files(b, MANY);
        long c = directory(Inode.ROOT, "c");
        files(c, 3 * MANY);
        assertEquals(
                List.of(entry(Inode.ROOT, "c"), entry(Inode.ROOT, "a"), entry(a, "b")), taken());
        assertEquals(List.of(), taken(), "counted anew");
    }

    @Test
    void aMovedDirectoryIsCountedWhereItIs() throws IOException {
        long a = directory(Inode.ROOT, "a");
        long b = directory(Inode.ROOT, "temporary");
        files(b, MANY);
        add(a, "b", b, FileType.DIRECTORY);
        files(b, MANY);
        assertEquals(List.of(entry(a, "b"), entry(Inode.ROOT, "a")), taken());
    }

    @Test
    void directoriesOfEarlierTransactionsAreLeftAlone() throws IOException {
        long old = add(Inode.ROOT, "old", FIRST_NEW - 1, FileType.DIRECTORY);
        files(old, MANY);
        assertEquals(List.of(), taken());
        long a = directory(old, "a");
        files(a, MANY);
        assertEquals(List.of(entry(old, "a")), taken());
    }

    /// So many that the first must have been forgotten when its names come.
    @Test
    void aForgottenDirectoryIsLookedUp() throws IOException {
        long a = directory(Inode.ROOT, "a");
        long b = directory(a, "b");
        for (int i = 0; i < 40_000; i++) {
            directory(Inode.ROOT, "d" + i);
        }
        files(b, MANY);
        List<String> taken = taken();
        assertEquals(2, taken.size());
        assertTrue(taken.containsAll(List.of(entry(a, "b"), entry(Inode.ROOT, "a"))));
    }

    /// Whoever was forgotten came back with its names, and stayed.
    @Test
    void whatIsRememberedIsBounded() throws IOException {
        long first = next;
        for (int i = 0; i < 40_000; i++) {
            directory(Inode.ROOT, "d" + i);
        }
        for (long at = first; at < first + 40_000; at++) {
            files(at, 1);
            assertTrue(busy.known() <= 16_384, "remembers " + busy.known());
        }
    }
}
