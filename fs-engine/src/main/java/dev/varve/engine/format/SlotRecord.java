package dev.varve.engine.format;

import dev.varve.engine.model.Timestamp;
import java.util.UUID;

/// A way in: how a secret opens the master key of an epoch.
///
/// @param kind [SlotFormat#PASSPHRASE], [SlotFormat#KEY_FILE] or [SlotFormat#RECIPIENT]
/// @param salt of the derivation; zeros for a recipient
/// @param cost of Argon2id; zeros for the other kinds
/// @param recipient public key; zeros for the other kinds
/// @param ephemeral public key; zeros for the other kinds
/// @param wrapped the master key under the derived one: nonce, ciphertext, tag
/// @param name under the master key, which so vouches for the whole slot: nonce, ciphertext, tag
public record SlotRecord(
        UUID poolId,
        int epoch,
        long id,
        int kind,
        Timestamp created,
        byte[] salt,
        Cost cost,
        byte[] recipient,
        byte[] ephemeral,
        byte[] wrapped,
        byte[] name) {

    /// What Argon2id is to spend.
    public record Cost(int memoryKibibytes, int passes, int lanes) {
        public static final Cost NONE = new Cost(0, 0, 0);

        /// RFC 9106, section 4, second choice: 64 MiB, three passes, four lanes.
        public static final Cost DEFAULT = new Cost(64 << 10, 3, 4);
    }

    /// The same with an ephemeral public key.
    public SlotRecord withEphemeral(byte[] key) {
        return new SlotRecord(
                poolId, epoch, id, kind, created, salt, cost, recipient, key, wrapped, name);
    }

    /// The same with the master key wrapped.
    public SlotRecord withWrapped(byte[] bytes) {
        return new SlotRecord(
                poolId, epoch, id, kind, created, salt, cost, recipient, ephemeral, bytes, name);
    }

    /// The same with a name.
    public SlotRecord withName(byte[] bytes) {
        return new SlotRecord(
                poolId, epoch, id, kind, created, salt, cost, recipient, ephemeral, wrapped, bytes);
    }
}
