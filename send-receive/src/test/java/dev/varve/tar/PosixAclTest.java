package dev.varve.tar;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PosixAclTest {
    /// What Linux gives for `setfacl -m u:1:rwx,g:1234:r` on a file of mode 0644.
    private static final byte[] XATTR =
            HexFormat.of()
                    .parseHex(
                            "0200000001000600ffffffff0200070001000000"
                                    + "04000400ffffffff08000400d2040000"
                                    + "10000700ffffffff20000400ffffffff");

    @TempDir private Path temp;
    private Accounts accounts;

    @BeforeEach
    void writeAccounts() throws IOException {
        Path passwd = Files.writeString(temp.resolve("passwd"), "root:x:0:0::\ndaemon:x:1:1::\n");
        accounts = new Accounts(passwd, temp.resolve("missing"));
    }

    private Optional<byte[]> access(String text) throws IOException {
        return PosixAcl.xattr(PosixAcl.Kind.ACCESS, text, accounts);
    }

    @Test
    void theTextOfGnuTarBecomesTheXattrOfLinux() throws Exception {
        String text =
                "user::rw-\nuser:daemon:rwx\ngroup::r--\ngroup:1234:r--\nmask::rwx\nother::r--\n";
        assertArrayEquals(XATTR, access(text).orElseThrow());
    }

    @Test
    void theTextOfStarBecomesTheXattrOfLinux() throws Exception {
        String text =
                "other::r--,mask::rwx,group:staff:r--:1234,group::r--,user:joe:rwx:1,user::rw-";
        assertArrayEquals(XATTR, access(text).orElseThrow());
    }

    @Test
    void anXattrComesBackFromItsText() throws Exception {
        String text = PosixAcl.text(XATTR).orElseThrow();
        assertEquals("user:1:rwx", text.lines().toList().get(1));
        assertArrayEquals(XATTR, access(text).orElseThrow());
    }

    @Test
    void aListThatSaysNoMoreThanTheModeIsNone() throws Exception {
        String text = "user::rw-\ngroup::r--\nother::r--\n";
        assertEquals(Optional.empty(), access(text));
        assertEquals(
                4 + 3 * 8,
                PosixAcl.xattr(PosixAcl.Kind.DEFAULT, text, accounts).orElseThrow().length);
    }

    @Test
    void whatIsNoListIsRefused() {
        for (String text :
                new String[] {
                    "user:nobody-knows:rwx",
                    "user:4294967295:rwx",
                    "user:99999999999:rwx",
                    "group:daemon:rwx",
                    "user::rwz",
                    "everyone::rwx",
                    "user",
                    "a:b:c:d:e",
                }) {
            assertThrows(FileSystemException.class, () -> access(text), text);
        }
    }

    @Test
    void anXattrOfUnknownFormHasNoText() {
        for (int length = 0; length < XATTR.length; length++) {
            if (length % 8 != 4) {
                assertEquals(Optional.empty(), PosixAcl.text(Arrays.copyOf(XATTR, length)));
            }
        }
        for (int at : new int[] {0, 4, 12}) {
            byte[] damaged = XATTR.clone();
            damaged[at] = 0x7f;
            assertEquals(Optional.empty(), PosixAcl.text(damaged), "byte " + at);
        }
    }
}
