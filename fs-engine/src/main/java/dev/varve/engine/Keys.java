package dev.varve.engine;

import dev.varve.engine.model.KeySlot;
import dev.varve.engine.model.KeyWay;
import dev.varve.engine.model.SealCipher;
import dev.varve.engine.model.Secret;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.seal.PoolKeys;
import dev.varve.engine.seal.X25519;
import dev.varve.engine.store.ObjectStore;
import dev.varve.engine.store.WriterLock;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;

/// The ways into an open sealed pool. Each change is durable when it returns and safe at any cut:
/// until it is complete, what opened the pool before still does.
public final class Keys {
    private final ObjectStore store;
    private final PoolOptions options;
    private final PoolKeys keys;

    Keys(ObjectStore store, PoolOptions options, PoolKeys keys) {
        this.store = store;
        this.options = options;
        this.keys = keys;
    }

    /// A new X25519 private key.
    public static byte[] newIdentity() {
        byte[] key = new byte[X25519.KEY_BYTES];
        new SecureRandom().nextBytes(key);
        return key;
    }

    /// The public half of an X25519 private key.
    public static byte[] publicKey(byte[] identity) {
        return X25519.publicKey(identity);
    }

    public SealCipher cipher() {
        return keys.cipher();
    }

    /// How often the keys were rotated, counted from 1; numbers may be left out.
    public int epoch() {
        return keys.epoch();
    }

    /// The ways in, oldest first.
    public List<KeySlot> slots() throws IOException {
        return keys.slots();
    }

    /// Adds a way in.
    public KeySlot add(KeyWay way) throws IOException {
        try (WriterLock _ = store.lock(options.writerWait())) {
            return keys.add(way, now());
        }
    }

    /// Takes a way in away.
    ///
    /// @throws java.nio.file.FileSystemException if it is the last one
    public void remove(long id) throws IOException {
        try (WriterLock _ = store.lock(options.writerWait())) {
            keys.remove(id);
        }
    }

    /// Starts a new epoch of keys; see [PoolKeys#rotate]. The pool must be opened anew.
    ///
    /// @param secrets of the ways in that are to go on; recipients always do
    /// @return the ways in that are gone
    public List<KeySlot> rotate(List<Secret> secrets) throws IOException {
        try (WriterLock _ = store.lock(options.writerWait())) {
            return keys.rotate(secrets, now());
        }
    }

    private Timestamp now() {
        return Timestamp.of(options.clock().instant());
    }
}
