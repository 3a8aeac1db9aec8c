package dev.varve.engine.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.varve.engine.format.ChecksumKind;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Values from xxhsum, from Python's hashlib, and from a bitwise CRC-32C.
class BlockChecksumsTest {
    private static byte[] sample() {
        byte[] bytes = new byte[5000];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i % 251);
        }
        return bytes;
    }

    @ParameterizedTest
    @CsvSource({
        "CRC32C, 3a8ef683",
        "XXH3, ee2023c40f5018b4",
        "SHA256, 69dbee893909fa17d1be397e0c07691336fe42049c29d403467d3d4a1fc3b5a1",
        "BLAKE2B, 380a35589ac0b8796076c76b284d2e0dd0842d3eac226475610946e0c2277b8b"
    })
    void theyAreTheStandardOnesHoweverTheBytesAreSplit(ChecksumKind kind, String expected) {
        byte[] bytes = sample();
        for (int prefix : new int[] {0, 1, 16, 3000}) {
            byte[] checksum =
                    new BlockChecksums()
                            .of(
                                    kind,
                                    Arrays.copyOf(bytes, prefix),
                                    bytes,
                                    prefix,
                                    bytes.length - prefix);
            assertEquals(expected, HexFormat.of().formatHex(checksum), "prefix " + prefix);
            assertEquals(kind.lengthBytes(), checksum.length);
        }
    }
}
