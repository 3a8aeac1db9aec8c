package dev.varve.engine.seal;

import dev.varve.engine.format.SlotRecord.Cost;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/// Argon2id, version 1.3 (RFC 9106): makes guessing a passphrase cost memory and time.
final class Argon2id {
    private Argon2id() {}

    /// 32 bytes from a passphrase.
    static byte[] key(byte[] passphrase, byte[] salt, Cost cost) {
        return bytes(passphrase, parameters(cost).withSalt(salt).build(), Hkdf.KEY_BYTES);
    }

    private static Argon2Parameters.Builder parameters(Cost cost) {
        return new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(cost.memoryKibibytes())
                .withIterations(cost.passes())
                .withParallelism(cost.lanes());
    }

    static byte[] bytes(byte[] passphrase, Argon2Parameters parameters, int length) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(parameters);
        byte[] out = new byte[length];
        generator.generateBytes(passphrase, out);
        return out;
    }
}
