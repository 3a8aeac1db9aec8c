package dev.varve.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.Chunker;
import dev.varve.engine.testing.Require;
import dev.varve.local.PathFilter;
import dev.varve.local.Shell;
import dev.varve.local.TestPool;
import dev.varve.restore.RestoreOptions;
import dev.varve.restore.RestoreResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A directory goes into a pool and comes out again; rsync finds no difference.
class RoundTripIT {
    private static final String EVERY_KIND =
            """
            mkdir -p dir/sub empty locked; echo content > dir/file; ln dir/file dir/sub/hard
            ln dir/file another; ln -s ../nowhere dir/link; mkfifo fifo; mknod char c 10 200
            mknod block b 7 130; python3 -c "
            import socket; socket.socket(socket.AF_UNIX).bind('socket')"
            : > empty-file; head -c 100 /dev/urandom > tiny; head -c 70000 /dev/urandom > medium
            head -c 5000001 /dev/urandom > large; echo late >> large
            touch $'odd \\n name \\xff\\xfe'
            chown 1234:4000000000 tiny; chown -h 55:66 dir/link; chmod 4751 medium
            chmod 1777 empty; chmod 0 locked
            setfattr -n user.text -v value tiny; setfattr -n user.binary -v 0x00ff0a00 dir
            setfattr -h -n trusted.secret -v x dir/link; setfattr -n user.empty tiny
            setfacl -m u:1000:rw,g:7:r tiny; setfacl -d -m u:1000:rwx dir
            setcap cap_net_raw+ep medium
            chattr +d tiny; chattr +A dir
            touch -h -d '1965-01-02 03:04:05.123456789' dir/link
            touch -d '2040-01-02 03:04:05.987654321' tiny; touch -a -d '1999-09-09 1:1:1.1' tiny
            touch -d '2001-01-01 00:00:00.000000001' dir
            """;

    private static final String SPARSE =
            """
            truncate -s 20M hole-only
            truncate -s 10M holes; printf data | dd of=holes bs=1 seek=3000000 conv=notrunc
            printf end | dd of=holes bs=1 seek=10485757 conv=notrunc
            fallocate -l 3M preallocated; printf x | dd of=preallocated bs=1 conv=notrunc
            echo short > beyond; fallocate -n -l 2M beyond
            head -c 3000000 /dev/zero > zeros
            """;

    @TempDir private Path temp;
    private Path source;
    private Path target;
    private TestPool pool;

    @BeforeEach
    void prepare() throws Exception {
        Require.root();
        Require.program("rsync");
        source = temp.resolve("source");
        target = temp.resolve("target");
        Shell.run(temp, "mkdir source");
        pool = new TestPool();
    }

    @AfterEach
    void close() throws IOException {
        pool.close();
    }

    private void assertSame() throws Exception {
        String differences =
                Shell.run(temp, "rsync -aHAXinc --numeric-ids --delete source/ target/");
        assertEquals("", differences);
        assertEquals(times("source"), times("target"));
    }

    /// Modification times to the nanosecond, chattr flags and allocated ranges.
    private String times(String directory) throws Exception {
        return Shell.run(
                temp.resolve(directory),
                """
                find . -printf '%p %T@ %y\\n' | LC_ALL=C sort
                find . -type f -exec lsattr {} + | LC_ALL=C sort | sed 's/---*e*/ /'
                """);
    }

    private String holes(String directory, String file) throws Exception {
        return Shell.run(
                temp.resolve(directory),
                """
                python3 - <<'END'
                import os
                f = os.open('%s', os.O_RDONLY); at = 0; size = os.fstat(f).st_size
                while at < size:
                    try: start = os.lseek(f, at, os.SEEK_DATA)
                    except OSError: break
                    at = os.lseek(f, start, os.SEEK_HOLE); print(start, at)
                END
                filefrag -s -v %s | grep unwritten | awk '{print $2, $3}' | tr -d :. || true
                """
                        .formatted(file, file));
    }

    private RestoreResult restore() throws IOException {
        RestoreResult result = pool.restoreTo(target, RestoreOptions.everything());
        assertEquals(List.of(), result.failures());
        return result;
    }

    private ImportResult importSource() throws IOException {
        ImportResult result = pool.importFrom(source);
        assertEquals(List.of(), result.failures());
        return result;
    }

    @Test
    void everyKindOfEntryComesBackAsItWas() throws Exception {
        Shell.run(source, EVERY_KIND);
        importSource();
        restore();
        assertSame();
        assertTrue(Shell.run(target, "getcap medium").contains("cap_net_raw"));
        assertEquals(
                Shell.run(source, "stat -c '%X' tiny"), Shell.run(target, "stat -c '%X' tiny"));
    }

    @Test
    void anUnchangedDirectoryIsNotImportedAgain() throws Exception {
        Shell.run(source, EVERY_KIND);
        ImportResult first = importSource();
        ImportResult second = importSource();
        assertTrue(second.isUnchanged(), second.toString());
        assertEquals(0, second.bytesRead());
        assertEquals(first.created() + first.moved() + 1, second.unmodified());
    }

    @Test
    void holesAndPreallocatedRangesComeBack() throws Exception {
        Shell.run(source, SPARSE);
        importSource();
        restore();
        assertSame();
        for (String file : List.of("hole-only", "holes", "preallocated", "beyond", "zeros")) {
            assertEquals(holes("source", file), holes("target", file), file);
        }
    }

    @Test
    void ofAChangedFileOnlyTheChunksThatDifferAreWritten() throws Exception {
        Shell.run(source, "head -c 8000000 /dev/urandom > f");
        importSource();
        Shell.run(source, "printf changed | dd of=f bs=1 seek=4000000 conv=notrunc");
        ImportResult second = importSource();
        assertEquals(1, second.changed());
        assertEquals(8_000_000, second.bytesRead());
        assertTrue(second.bytesWritten() <= 2 * Chunker.MAX_BYTES, second::toString);
        restore();
        assertSame();
    }

    @Test
    void anInsertionAtTheFrontLeavesWhatIsBehindItShared() throws Exception {
        Shell.run(source, "head -c 20000000 /dev/urandom > f");
        importSource();
        Shell.run(source, "cp f g; (printf inserted; cat g) > f; rm g");
        ImportResult second = importSource();
        assertEquals(20_000_008, second.bytesRead());
        assertTrue(second.bytesWritten() <= 2 * Chunker.MAX_BYTES, second::toString);
        restore();
        assertSame();
    }

    @Test
    void changesOfEverySortAreFollowed() throws Exception {
        Shell.run(source, EVERY_KIND);
        Shell.run(source, SPARSE);
        importSource();
        restore();
        Shell.run(
                source,
                """
                mv large dir/sub/moved; mv dir renamed; rm tiny; mkdir tiny; echo x > tiny/now-dir
                rm -r empty; echo file > empty; truncate -s 100 medium; echo more >> zeros
                fallocate -p -o 4096 -l 1M zeros; printf y |
                dd of=holes bs=1 seek=5000000 conv=notrunc
                rm another; ln renamed/file second-link; chmod 755 locked; chown 1:2 fifo
                mv char c1; mv block char; mv c1 block
                setfattr -x user.binary renamed; setfattr -n user.new -v 1 renamed
                ln -sfn elsewhere renamed/link; truncate -s 0 preallocated
                """);
        ImportResult second = importSource();
        assertTrue(second.moved() >= 4, second.toString());
        assertTrue(second.removed() >= 2, second.toString());
        restoreWithDelete();
        assertSame();
        assertTrue(importSource().isUnchanged());
    }

    private void restoreWithDelete() throws IOException {
        RestoreOptions all = RestoreOptions.everything();
        var options =
                new RestoreOptions(
                        all.include(),
                        all.exclude(),
                        all.overwrite(),
                        true,
                        false,
                        true,
                        false,
                        false,
                        2);
        RestoreResult result = pool.restoreTo(target, options);
        assertEquals(List.of(), result.failures());
        assertTrue(result.bytesVerified() > 0);
    }

    @Test
    void swappedAndRotatedNamesAreRenames() throws Exception {
        Shell.run(
                source,
                """
                for d in a b c; do mkdir -p $d/in; head -c 100000 /dev/urandom > $d/in/$d; done
                head -c 300000 /dev/urandom > x; head -c 300000 /dev/urandom > y
                mkdir -p deep/er/est; echo z > deep/er/est/z
                """);
        importSource();
        Shell.run(
                source,
                """
                mv a t; mv b a; mv c b; mv t c; mv x t; mv y x; mv t y
                mv deep/er er; mv deep er/est/deep
                """);
        ImportResult result = importSource();
        assertEquals(0, result.created(), result.toString());
        assertEquals(0, result.removed(), result.toString());
        assertEquals(0, result.bytesWritten());
        restore();
        assertSame();
    }

    @Test
    void excludedEntriesAreLeftOutAndTakenAway() throws Exception {
        Shell.run(
                source,
                "mkdir -p a/cache b/cache keep\n"
                        + "touch a/cache/x a/x.o a/y b/cache/z keep/k.o top.o");
        importSource();
        ImportOptions options =
                pool.importOptions()
                        .withExclude(PathFilter.of(List.of("*.o", "!/keep/*.o", "/a/cache/")));
        ImportResult result = pool.importFrom(source, options);
        assertEquals(4, result.removed());
        restore();
        assertEquals(
                ". ./a ./a/y ./b ./b/cache ./b/cache/z ./keep ./keep/k.o",
                Shell.run(target, "find . | LC_ALL=C sort | xargs"));
    }

    @Test
    void mountsAreLeftEmptyOnRequest() throws Exception {
        Shell.run(source, "mkdir mounted; echo hidden > mounted/hidden; echo f > f");
        Shell.run(source, "mount -t tmpfs none mounted; echo seen > mounted/seen");
        try {
            importSource();
            restore();
            assertEquals("seen", Shell.run(target, "ls mounted"));
            pool.importFrom(source, pool.importOptions().withOneFileSystem(true));
            restoreWithDelete();
            assertEquals("", Shell.run(target, "ls mounted"));
        } finally {
            Shell.run(source, "umount mounted");
        }
        importSource();
        restoreWithDelete();
        assertSame();
    }

    @Test
    void aDirectoryOfManyEntriesIsComparedInChunks() throws Exception {
        Shell.run(source, "mkdir many; cd many; seq 1 80000 | xargs touch");
        assertEquals(80_001, importSource().created());
        assertEquals(80_002, importSource().unmodified());
        Shell.run(source, "cd many; seq 1 3 80000 | xargs rm; mv 2 200000000; touch 3");
        ImportResult result = importSource();
        assertEquals(26_667, result.removed());
        assertEquals(1, result.moved());
        restore();
        assertSame();
    }

    @Test
    void aReplacedDirectoryTreeIsTakenOverByName() throws Exception {
        Shell.run(source, EVERY_KIND);
        importSource();
        Shell.run(temp, "cp -a source copy; rm -r source; mv copy source");
        ImportResult result = importSource();
        assertEquals(0, result.bytesWritten(), result.toString());
        restore();
        assertSame();
        assertTrue(importSource().isUnchanged());
    }
}
