package dev.varve.engine;

import dev.varve.engine.model.KeyWay;
import dev.varve.engine.model.SealCipher;
import dev.varve.engine.model.Sealing;
import dev.varve.engine.model.Secret;
import dev.varve.engine.model.Unlocking;
import dev.varve.engine.store.ObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// Sealed pools for tests: with a key file, which costs no derivation.
public final class TestKeys {
    private TestKeys() {}

    public static Secret keyFile(int fill) {
        byte[] bytes = new byte[64];
        Arrays.fill(bytes, (byte) fill);
        return new Secret.KeyFile(bytes);
    }

    public static Secret phrase(String text) {
        return new Secret.Passphrase(text.getBytes(StandardCharsets.UTF_8));
    }

    public static KeyWay way(Secret secret, String name) {
        return new KeyWay(new KeyWay.Known(secret), name);
    }

    public static Unlocking with(int fill) {
        return (_, _) -> List.of(keyFile(fill));
    }

    public static Unlocking with(String phrase) {
        return (_, _) -> List.of(phrase(phrase));
    }

    /// Makes a pool that the key file 1 opens.
    public static void create(ObjectStore store, PoolSettings settings, PoolOptions options)
            throws IOException {
        Sealing sealing =
                new Sealing(SealCipher.AES_256_GCM, List.of(way(keyFile(1), "the first")));
        Pool.createSealed(store, settings, sealing, options);
    }
}
