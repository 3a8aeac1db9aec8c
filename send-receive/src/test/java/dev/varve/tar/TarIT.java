package dev.varve.tar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
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
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
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
            s=$(printf 's%.0s' $(seq 1 97)); mkdir -p d/$s; echo cut-at-a-slash > d/$s/file
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

    private static final String ACLS =
            """
            echo x > file; setfacl -m u:daemon:rwx,u:4000000:r,g:1234:r file; echo y > plain
            mkdir dir; setfacl -m g:daemon:- dir; setfacl -d -m u:7:rx dir
            """;

    private void assertSameAcls() throws Exception {
        String list = "getfacl -Rnp . | LC_ALL=C sort";
        assertEquals(Shell.run(source, list), Shell.run(temp.resolve("target"), list));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--acls", "--acls --xattrs --xattrs-include='*'"})
    void gnuTarRestoresTheAclsOfAnExport(String options) throws Exception {
        Require.program("setfacl");
        Shell.run(source, ACLS);
        pool.importFrom(source);
        assertEquals(0, export(temp.resolve("a.tar")).failureCount());
        assertEquals("", Shell.run(temp, "tar %s -xpf a.tar -C target".formatted(options)));
        assertSameAcls();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--acls", "--acls --xattrs"})
    void theAclsOfGnuTarAreImported(String options) throws Exception {
        Require.program("setfacl");
        Shell.run(source, ACLS);
        Shell.run(temp, "tar %s -cf a.tar -C source .".formatted(options));
        assertEquals(List.of(), importFrom(temp.resolve("a.tar")).failures());
        pool.restoreTo(temp.resolve("target"), RestoreOptions.everything());
        assertSameAcls();
    }

    @Test
    void anAclOfAnUnknownNameIsReportedAndItsFileRead() throws Exception {
        Require.program("setfacl");
        Shell.run(source, ACLS);
        Shell.run(temp, "tar --acls -cf - -C source . | sed s/user:daemon:/user:nomead:/ > a.tar");
        TarResult result = importFrom(temp.resolve("a.tar"));
        assertEquals(1, result.failureCount(), result.toString());
        assertEquals("file", result.failures().getFirst().path());
        pool.restoreTo(temp.resolve("target"), RestoreOptions.everything());
        assertEquals("x", Shell.run(temp, "cat target/file"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "bzip2", "zstd"})
    void aCompressedArchiveIsUnpacked(String program) throws Exception {
        Require.program(program);
        Shell.run(source, EVERY_KIND);
        // In two parts, one behind the other, as parallel compressors write them.
        Shell.run(
                temp,
                """
                tar --format=pax --numeric-owner -cf a.tar -C source .
                (head -c 1000000 a.tar | %1$s -c; tail -c +1000001 a.tar | %1$s -c) > a.packed
                """
                        .formatted(program));
        assertEquals(List.of(), importFrom(temp.resolve("a.packed")).failures());
        pool.restoreTo(temp.resolve("target"), RestoreOptions.everything());
        assertSame("");
        Shell.run(temp, "head -c 3000000 a.packed > cut");
        assertThrows(IOException.class, () -> importFrom(temp.resolve("cut")));
    }

    @Test
    void anArchiveOfXzIsRefusedWithAdvice() throws Exception {
        Require.program("xz");
        Shell.run(temp, "tar -cJf a.txz -C source .");
        var refusal =
                assertThrows(MalformedTarException.class, () -> importFrom(temp.resolve("a.txz")));
        assertTrue(refusal.getMessage().contains("xz -dc"), refusal.getMessage());
    }

    @Test
    void aNameThatLooksCompressedIsNot() throws Exception {
        Shell.run(source, "echo x > BZh91AY; echo y > $'\\x1f\\x8b\\x08'");
        Shell.run(temp, "tar -cf a.tar -C source BZh91AY");
        assertEquals(1, importFrom(temp.resolve("a.tar")).entries());
        Shell.run(source, "tar -cf ../b.tar $'\\x1f\\x8b\\x08'");
        assertEquals(1, importFrom(temp.resolve("b.tar")).entries());
    }

    @Test
    void aFileAbove8GibHasItsSizeInTheHeader() throws Exception {
        Shell.run(source, "truncate -s 9G large");
        pool.importFrom(source);
        ByteArrayOutputStream start = new ByteArrayOutputStream();
        try (ReadView view = pool.pool().read()) {
            OutputStream full =
                    new OutputStream() {
                        @Override
                        public void write(int b) throws IOException {
                            if (start.size() == 10 * 512) {
                                throw new IOException("full");
                            }
                            start.write(b);
                        }
                    };
            FileTree tree = view.open(pool.subvolume());
            TarExport export = new TarExport(view, PathFilter.none());
            assertThrows(IOException.class, () -> export.run(tree, Inode.ROOT, full));
        }
        Files.write(temp.resolve("a.tar"), start.toByteArray());
        TarReader reader = new TarReader(new ByteArrayInputStream(start.toByteArray()));
        reader.next();
        assertEquals(9L << 30, reader.next().orElseThrow().sizeBytes());
        String list = Shell.run(temp, "tar -tvf a.tar 2>/dev/null || :");
        assertTrue(list.contains(" " + (9L << 30) + " "), list);
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
