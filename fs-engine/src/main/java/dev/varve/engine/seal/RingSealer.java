package dev.varve.engine.seal;

import dev.varve.engine.format.PackFormat;
import dev.varve.engine.format.RingFormat;
import dev.varve.engine.format.RingRecord;
import dev.varve.engine.format.RingRecord.Key;
import dev.varve.engine.format.SealFormat;
import dev.varve.engine.format.SealFormat.SealedObject;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.pack.BlockIdentity;
import dev.varve.engine.pack.BlockKind;
import dev.varve.engine.pack.Sealer;
import java.io.IOException;
import java.util.UUID;

/// Seals under the keys of a ring. Thread-safe.
final class RingSealer implements Sealer, AutoCloseable {
    private final UUID poolId;
    private final SecureBytes random;
    private final Aead gcm = new Aead(RingFormat.AES_256_GCM);
    private final Aead chacha = new Aead(RingFormat.CHACHA20_POLY1305);

    /// Replaced when a key was added; only ever by one that has all the keys of the one before.
    private volatile KeyRing ring;

    RingSealer(UUID poolId, KeyRing ring, SecureBytes random) {
        this.poolId = poolId;
        this.ring = ring;
        this.random = random;
    }

    KeyRing ring() {
        return ring;
    }

    void use(KeyRing newer) {
        ring = newer;
    }

    @Override
    public byte[] seal(int domain, BlockIdentity block, byte[] bytes) {
        Key key = ring.sealing(domain);
        byte[] out = new byte[bytes.length + SealFormat.BLOCK_OVERHEAD_BYTES];
        byte[] nonce = random.next(SealFormat.NONCE_BYTES);
        SealFormat.putBlockKeyId(out, key.id());
        System.arraycopy(nonce, 0, out, Integer.BYTES, nonce.length);
        byte[] own = KeyRing.blockKey(key, block.address(), kind(block));
        aead(key).seal(own, nonce, bound(key, block), bytes, out, SealFormat.BLOCK_PREFIX_BYTES);
        return out;
    }

    @Override
    public byte[] open(String where, BlockIdentity block, byte[] sealed) throws IOException {
        if (sealed.length < SealFormat.BLOCK_OVERHEAD_BYTES) {
            throw new CorruptionException(where, "a sealed block", sealed.length + " bytes");
        }
        Key key = key(where, SealFormat.blockKeyId(sealed));
        byte[] own = KeyRing.blockKey(key, block.address(), kind(block));
        return aead(key)
                .open(own, Integer.BYTES, bound(key, block), sealed, SealFormat.BLOCK_PREFIX_BYTES)
                .orElseThrow(() -> forged(where, key));
    }

    @Override
    public byte[] sealObject(String name, byte[] bytes) {
        Key key = ring.sealing(RingRecord.METADATA);
        byte[] nonce = random.next(SealFormat.NONCE_BYTES);
        byte[] bound = SealFormat.boundToObject(poolId, key.id(), name);
        byte[] sealed = aead(key).seal(KeyRing.objectKey(key, name), nonce, bound, bytes);
        return SealFormat.write(new SealedObject(poolId, key.id(), nonce, sealed));
    }

    @Override
    public byte[] openObject(String name, byte[] stored) throws IOException {
        SealedObject object = SealFormat.read(name, stored);
        if (!object.poolId().equals(poolId)) {
            throw CorruptionException.foreign(name, poolId, object.poolId());
        }
        Key key = key(name, object.keyId());
        if (key.domain() != RingRecord.METADATA) {
            throw new CorruptionException(name, "a key of the pool's metadata", key.toString());
        }
        byte[] bound = SealFormat.boundToObject(poolId, key.id(), name);
        return aead(key)
                .open(KeyRing.objectKey(key, name), object.nonce(), bound, object.sealed())
                .orElseThrow(() -> forged(name, key));
    }

    @Override
    public boolean seals() {
        return true;
    }

    @Override
    public void close() {
        gcm.close();
        chacha.close();
    }

    private static CorruptionException forged(String where, Key key) {
        return new CorruptionException(where, "what was sealed there with " + key, "other bytes");
    }

    private Key key(String where, int id) throws CorruptionException {
        return ring.find(id)
                .orElseThrow(() ->
                        new CorruptionException(
                                where,
                                "a key of the pool",
                                "key " + id + "; the keys may have been rotated or put back"));
    }

    private Aead aead(Key key) {
        return key.cipher() == RingFormat.AES_256_GCM ? gcm : chacha;
    }

    private byte[] bound(Key key, BlockIdentity block) {
        return SealFormat.boundToBlock(
                poolId, key.id(), block.address(), kind(block), block.codec(), block.rawLength());
    }

    private static int kind(BlockIdentity block) {
        return block.kind() == BlockKind.METADATA ? PackFormat.METADATA : PackFormat.DATA;
    }
}
