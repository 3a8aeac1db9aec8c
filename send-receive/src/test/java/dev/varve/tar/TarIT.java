package dev.varve.tar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.FileTree;
import dev.varve.engine.ReadView;
import dev.varve.engine.WriteTransaction;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.testing.Require;
import dev.varve.local.PathFilter;
import dev.varve.local.Shell;
import dev.varve.local.TestPool;
import dev.varve.restore.RestoreOptions;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Archives go to GNU tar and come from it; rsync finds no difference.
class TarIT {
    private static final String EVERY_KIND =
            """
            mkdir -p dir/sub empty; echo content > dir/file; ln dir/file dir/sub/hard
            ln -s ../nowhere dir/link; mkfifo fifo; mknod char c 10 200; mknod block b 259 70000
            head -c 5000001 /dev/urandom > large; : > nothing; chmod 6751 large
            n=$(printf 'n%.0s' $(seq 1 120)); mkdir -p $n/$n; echo deep > $n/$n/file
            ln -s $n/$n/$n $n/long-link; ln $n/$n/file $n/$n/another
            touch $'odd \\n name \\xff\\xfe'
            chown 1234:4000000000 dir/file
            touch -h -d '1965-01-02 03:04:05.123456789' dir/link
            touch -d '2400-01-02 03:04:05.987654321' nothing
            touch -d '2001-01-01 00:00:00.000000001' dir
            truncate -s 30M holes; printf x | dd of=holes bs=1 seek=7000000 conv=notrunc
            for i in $(seq 1 30); do
              printf y | dd of=holes bs=1 seek=$((i*1000000)) conv=notrunc; done
            """;

    private static final String XATTRS =
            """
            setfattr -n user.text -v value large; setfattr -n user.binary -v 0x00ff0a00 dir
            setfattr -n user.empty nothing; setfattr -n 'user.a=b%3D' -v odd large
            setfattr -h -n trusted.secret -v x dir/link; setcap cap_net_raw+ep large
            """;

    @TempDir private Path temp;
    private Path source;
    private TestPool pool;

    @BeforeEach
    void prepare() throws Exception {
        Require.root();
        Require.program("rsync");
        Require.program("tar");
        source = temp.resolve("source");
        Shell.run(temp, "mkdir source target");
        pool = new TestPool();
    }

    @AfterEach
    void close() throws IOException {
        pool.close();
    }

    private void assertSame(String flags) throws Exception {
        String rsync = "rsync -aHinc %s --numeric-ids --delete source/ target/".formatted(flags);
        assertEquals("", Shell.run(temp, rsync));
        String times = "find . -printf '%p %T@ %y\\n' | LC_ALL=C sort";
        assertEquals(Shell.run(source, times), Shell.run(temp.resolve("target"), times));
    }

    private TarResult export(Path archive) throws IOException {
        try (ReadView view = pool.pool().read();
                OutputStream out = new BufferedOutputStream(Files.newOutputStream(archive))) {
            FileTree tree = view.open(pool.subvolume());
            return new TarExport(view, PathFilter.none()).run(tree, Inode.ROOT, out);
        }
    }

    private TarResult importFrom(Path archive) throws IOException {
        try (WriteTransaction transaction = pool.pool().begin();
                InputStream in = new BufferedInputStream(Files.newInputStream(archive))) {
            var tree = transaction.edit(pool.subvolume());
            TarResult result = new TarImport(tree, Inode.ROOT, new Timestamp(1, 2)).run(in);
            transaction.commit();
            return result;
        }
    }

    @Test
    void gnuTarRestoresAnExport() throws Exception {
        Shell.run(source, EVERY_KIND);
        Shell.run(source, XATTRS);
        pool.importFrom(source);
        Path archive = temp.resolve("a.tar");
        assertEquals(0, export(archive).failureCount());
        assertEquals(0, Files.size(archive) % 10_240);
        String output =
                Shell.run(
                        temp,
                        "tar --warning=no-timestamp --xattrs --xattrs-include='*' --numeric-owner"
                                + " -xpf a.tar -C target");
        assertEquals("", output);
        assertSame("-X");
    }

    @Test
    void aSocketIsReported() throws Exception {
        Shell.run(
                source,
                "python3 -c \"import socket; socket.socket(socket.AF_UNIX).bind('socket')\"");
        pool.importFrom(source);
        assertEquals("socket", export(temp.resolve("a.tar")).failures().getFirst().path());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--format=pax --xattrs",
                "--format=pax --xattrs --sparse --sparse-version=1.0",
                "--format=pax --xattrs --sparse --sparse-version=0.1",
                "--format=pax --xattrs --sparse --sparse-version=0.0",
            })
    void aPaxArchiveOfGnuTarIsImported(String options) throws Exception {
        Shell.run(source, EVERY_KIND);
        Shell.run(source, XATTRS);
        Shell.run(temp, "tar %s --numeric-owner -cf a.tar -C source .".formatted(options));
        assertEquals(List.of(), importFrom(temp.resolve("a.tar")).failures());
        pool.restoreTo(temp.resolve("target"), RestoreOptions.everything());
        assertSame("-X");
        if (options.contains("sparse")) {
            int blocks = Integer.parseInt(Shell.run(temp, "stat -c %b target/holes"));
            assertTrue(blocks < 2000, "holes take " + blocks + " blocks");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--format=gnu", "--format=gnu --sparse"})
    void aGnuArchiveIsImported(String options) throws Exception {
        Shell.run(source, EVERY_KIND);
        // This form has whole seconds only.
        Shell.run(source, "find . -depth -exec touch -h -d '2020-01-01 00:00:00' {} +");
        Shell.run(temp, "tar %s --numeric-owner -cf a.tar -C source .".formatted(options));
        assertEquals(List.of(), importFrom(temp.resolve("a.tar")).failures());
        pool.restoreTo(temp.resolve("target"), RestoreOptions.everything());
        assertSame("");
    }

    @Test
    void membersStayBelowTheirDirectory() throws Exception {
        Shell.run(
                temp,
                """
                mkdir evil; cd evil; echo x > x; mkdir d; echo y > d/y
                tar --transform 's,^x,../../x,' -P -cf ../a.tar x
                ln -s /etc out; tar -rf ../a.tar out; rm out; mkdir out; echo z > out/z
                tar -rf ../a.tar out/z
                """);
        TarResult result = importFrom(temp.resolve("a.tar"));
        assertEquals(2, result.failureCount(), result.toString());
        pool.restoreTo(temp.resolve("target"), RestoreOptions.everything());
        assertEquals("out", Shell.run(temp, "ls target"));
    }
}
