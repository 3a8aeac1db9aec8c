package dev.varve.archive.openpgp;

import org.bouncycastle.openpgp.PGPPublicKey;

/// Someone a message is encrypted to.
public final class PgpRecipient {
    private final PGPPublicKey key;

    PgpRecipient(PGPPublicKey key) {
        this.key = key;
    }

    PGPPublicKey key() {
        return key;
    }
}
