package dev.varve.engine.seal;

import org.bouncycastle.crypto.agreement.X25519Agreement;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.X25519PublicKeyParameters;

/// X25519 (RFC 7748).
public final class X25519 {
    public static final int KEY_BYTES = 32;

    private X25519() {}

    /// The public half of a private key.
    public static byte[] publicKey(byte[] privateKey) {
        return new X25519PrivateKeyParameters(privateKey, 0).generatePublicKey().getEncoded();
    }

    /// What both sides come to.
    ///
    /// @throws IllegalStateException if the public key is one of the few that give nothing
    static byte[] agree(byte[] privateKey, byte[] publicKey) {
        X25519Agreement agreement = new X25519Agreement();
        agreement.init(new X25519PrivateKeyParameters(privateKey, 0));
        byte[] secret = new byte[KEY_BYTES];
        agreement.calculateAgreement(new X25519PublicKeyParameters(publicKey, 0), secret, 0);
        return secret;
    }
}
