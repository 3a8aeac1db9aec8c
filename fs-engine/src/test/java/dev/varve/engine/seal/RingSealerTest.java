package dev.varve.engine.seal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.varve.engine.format.PackFormat;
import dev.varve.engine.format.RingFormat;
import dev.varve.engine.format.RingRecord;
import dev.varve.engine.format.SealFormat;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.pack.BlockIdentity;
import dev.varve.engine.pack.BlockKind;
import dev.varve.engine.pack.Sealer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A sealed block is one block of one pool and nothing else: the attacker here makes every checksum
/// right.
class RingSealerTest {
    private static final UUID POOL = new UUID(1, 2);
    private static final byte[] BYTES = "compressed already".getBytes(StandardCharsets.UTF_8);

    private final SecureBytes random = new SecureBytes();
    private final KeyRing ring = KeyRing.first("", RingFormat.AES_256_GCM, random);
    private final RingSealer sealer = new RingSealer(POOL, ring, random);

    private static BlockIdentity block(long address) {
        return new BlockIdentity(address, BlockKind.DATA, PackFormat.ZSTD, 100);
    }

    private static void assertRefused(Sealer by, BlockIdentity as, byte[] sealed) {
        assertThrows(CorruptionException.class, () -> by.open("here", as, sealed), as.toString());
    }

    @ParameterizedTest
    @ValueSource(ints = {RingFormat.AES_256_GCM, RingFormat.CHACHA20_POLY1305})
    void aBlockOpensAsItselfAlone(int cipher) throws IOException {
        KeyRing own = KeyRing.first("", cipher, random);
        RingSealer one = new RingSealer(POOL, own, random);
        byte[] sealed = one.seal(RingRecord.SHARED, block(5), BYTES);
        assertEquals(BYTES.length + SealFormat.BLOCK_OVERHEAD_BYTES, sealed.length);
        assertArrayEquals(BYTES, one.open("here", block(5), sealed));
        assertRefused(one, block(6), sealed);
        assertRefused(one, new BlockIdentity(5, BlockKind.METADATA, 1, 100), sealed);
        assertRefused(one, new BlockIdentity(5, BlockKind.DATA, PackFormat.RAW, 100), sealed);
        assertRefused(one, new BlockIdentity(5, BlockKind.DATA, PackFormat.ZSTD, 99), sealed);
        assertRefused(new RingSealer(new UUID(1, 3), own, random), block(5), sealed);
        assertRefused(sealer, block(5), sealed);
        for (int at = 0; at < sealed.length; at++) {
            byte[] flipped = sealed.clone();
            flipped[at] ^= 1;
            assertRefused(one, block(5), flipped);
        }
        for (int length = 0; length < sealed.length; length++) {
            assertRefused(one, block(5), Arrays.copyOf(sealed, length));
        }
    }

    @Test
    void aBlockOfOneDomainIsNotTakenForOneOfAnother() {
        byte[] sealed = sealer.seal(RingRecord.METADATA, block(5), BYTES);
        SealFormat.putBlockKeyId(sealed, 2);
        assertRefused(sealer, block(5), sealed);
    }

    @Test
    void theSameBytesAreNeverSealedTheSameTwice() {
        assertFalse(
                Arrays.equals(
                        sealer.seal(RingRecord.SHARED, block(5), BYTES),
                        sealer.seal(RingRecord.SHARED, block(5), BYTES)));
    }

    @Test
    void anObjectIsBoundToItsName() throws IOException {
        byte[] sealed = sealer.sealObject("heads/1", BYTES);
        assertArrayEquals(BYTES, sealer.openObject("heads/1", sealed));
        assertThrows(CorruptionException.class, () -> sealer.openObject("heads/2", sealed));
    }

    @Test
    void afterARotationOldBlocksOpenAndNewOnesAreUnderNewKeys() throws IOException {
        byte[] before = sealer.seal(RingRecord.SHARED, block(5), BYTES);
        RingSealer rotated = new RingSealer(POOL, ring.rotated(2, random), random);
        assertArrayEquals(BYTES, rotated.open("here", block(5), before));
        byte[] after = rotated.seal(RingRecord.SHARED, block(6), BYTES);
        assertRefused(sealer, block(6), after);
        assertArrayEquals(
                ring.contentSecret(RingRecord.SHARED, POOL),
                rotated.ring().contentSecret(RingRecord.SHARED, POOL));
    }
}
