package dev.varve.archive.openpgp;

import dev.varve.archive.Envelope;
import dev.varve.archive.WrongArchiveKeyException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.util.Date;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.SymmetricKeyAlgorithmTags;
import org.bouncycastle.openpgp.PGPEncryptedData;
import org.bouncycastle.openpgp.PGPEncryptedDataGenerator;
import org.bouncycastle.openpgp.PGPEncryptedDataList;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.PGPLiteralData;
import org.bouncycastle.openpgp.PGPLiteralDataGenerator;
import org.bouncycastle.openpgp.PGPPBEEncryptedData;
import org.bouncycastle.openpgp.PGPPrivateKey;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPPublicKeyEncryptedData;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPPublicKeyRingCollection;
import org.bouncycastle.openpgp.PGPSecretKey;
import org.bouncycastle.openpgp.PGPSecretKeyRingCollection;
import org.bouncycastle.openpgp.PGPUtil;
import org.bouncycastle.openpgp.bc.BcPGPObjectFactory;
import org.bouncycastle.openpgp.operator.bc.BcKeyFingerprintCalculator;
import org.bouncycastle.openpgp.operator.bc.BcPBEDataDecryptorFactory;
import org.bouncycastle.openpgp.operator.bc.BcPBEKeyEncryptionMethodGenerator;
import org.bouncycastle.openpgp.operator.bc.BcPBESecretKeyDecryptorBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPDataEncryptorBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPDigestCalculatorProvider;
import org.bouncycastle.openpgp.operator.bc.BcPublicKeyDataDecryptorFactory;
import org.bouncycastle.openpgp.operator.bc.BcPublicKeyKeyEncryptionMethodGenerator;

/// OpenPGP messages with AES-256 and modification detection, which every GnuPG of the last twenty
/// years opens: to a passphrase, to recipients, or both.
public final class OpenPgp implements Envelope {
    private static final int BUFFER_BYTES = 1 << 16;

    /// The highest count the format can say: 65 million bytes hashed.
    private static final int SLOWEST_COUNT = 0xff;

    private final Optional<char[]> passphrase;
    private final List<PGPPublicKey> recipients;
    private final Optional<PGPSecretKeyRingCollection> secretKeys;

    private OpenPgp(
            Optional<char[]> passphrase,
            List<PGPPublicKey> recipients,
            Optional<PGPSecretKeyRingCollection> secretKeys) {
        this.passphrase = passphrase;
        this.recipients = List.copyOf(recipients);
        this.secretKeys = secretKeys;
    }

    /// Seals to a passphrase, to recipients, or to both: any of them opens.
    public static OpenPgp sealing(Optional<char[]> passphrase, List<PgpRecipient> recipients) {
        return new OpenPgp(
                passphrase, recipients.stream().map(PgpRecipient::key).toList(), Optional.empty());
    }

    /// Opens what was sealed to a passphrase, or to the owner of a secret key.
    ///
    /// @param secretKeys as `gpg --export-secret-keys` writes them, armored or not
    /// @param passphrase of the message, or of the secret key
    public static OpenPgp opening(Optional<char[]> passphrase, Optional<InputStream> secretKeys)
            throws IOException {
        Optional<PGPSecretKeyRingCollection> rings = Optional.empty();
        if (secretKeys.isPresent()) {
            try {
                rings =
                        Optional.of(
                                new PGPSecretKeyRingCollection(
                                        PGPUtil.getDecoderStream(secretKeys.get()),
                                        new BcKeyFingerprintCalculator()));
            } catch (PGPException e) {
                throw new IOException("not an OpenPGP secret key: " + e.getMessage(), e);
            }
        }
        return new OpenPgp(passphrase, List.of(), rings);
    }

    /// The encryption key in a certificate as `gpg --export` writes it, armored or not.
    ///
    /// @throws IOException if there is none
    public static PgpRecipient recipient(InputStream certificate) throws IOException {
        try {
            PGPPublicKeyRingCollection rings =
                    new PGPPublicKeyRingCollection(
                            PGPUtil.getDecoderStream(certificate),
                            new BcKeyFingerprintCalculator());
            for (PGPPublicKeyRing ring : rings) {
                for (PGPPublicKey key : ring) {
                    if (key.isEncryptionKey() && !key.hasRevocation()) {
                        return new PgpRecipient(key);
                    }
                }
            }
        } catch (PGPException e) {
            throw new IOException("not an OpenPGP certificate: " + e.getMessage(), e);
        }
        throw new IOException("no OpenPGP key for encryption in it");
    }

    @Override
    public String form() {
        return "openpgp";
    }

    @Override
    public OutputStream seal(OutputStream out) throws IOException {
        PGPEncryptedDataGenerator generator =
                new PGPEncryptedDataGenerator(
                        new BcPGPDataEncryptorBuilder(SymmetricKeyAlgorithmTags.AES_256)
                                .setWithIntegrityPacket(true)
                                .setSecureRandom(new SecureRandom()));
        try {
            if (passphrase.isPresent()) {
                generator.addMethod(
                        new BcPBEKeyEncryptionMethodGenerator(
                                passphrase.get(),
                                new BcPGPDigestCalculatorProvider().get(HashAlgorithmTags.SHA256),
                                SLOWEST_COUNT));
            }
            for (PGPPublicKey recipient : recipients) {
                generator.addMethod(new BcPublicKeyKeyEncryptionMethodGenerator(recipient));
            }
            OutputStream encrypted = generator.open(out, new byte[BUFFER_BYTES]);
            OutputStream literal =
                    new PGPLiteralDataGenerator()
                            .open(
                                    encrypted,
                                    PGPLiteralData.BINARY,
                                    "",
                                    new Date(0),
                                    new byte[BUFFER_BYTES]);
            return new Message(literal, encrypted);
        } catch (PGPException e) {
            throw new IOException("cannot encrypt: " + e.getMessage(), e);
        }
    }

    private static final class Message extends FilterOutputStream {
        private final OutputStream encrypted;
        private boolean isClosed;

        Message(OutputStream literal, OutputStream encrypted) {
            super(literal);
            this.encrypted = encrypted;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            if (!isClosed) {
                isClosed = true;
                out.close();
                encrypted.close();
            }
        }
    }

    @Override
    public InputStream open(InputStream in) throws IOException {
        try {
            Object first = new BcPGPObjectFactory(PGPUtil.getDecoderStream(in)).nextObject();
            if (!(first instanceof PGPEncryptedDataList list)) {
                throw new IOException("not an encrypted OpenPGP message");
            }
            for (Iterator<PGPEncryptedData> all = list.getEncryptedDataObjects(); all.hasNext(); ) {
                PGPEncryptedData data = all.next();
                Optional<InputStream> content = content(data);
                if (content.isPresent()) {
                    return literal(data, content.get());
                }
            }
        } catch (PGPException e) {
            throw wrongKey(e);
        }
        throw new WrongArchiveKeyException("none of the keys given opens the OpenPGP message");
    }

    private Optional<InputStream> content(PGPEncryptedData data) throws PGPException {
        if (data instanceof PGPPBEEncryptedData pbe && passphrase.isPresent()) {
            return secretKeys.isPresent()
                    ? Optional.empty()
                    : Optional.of(
                            pbe.getDataStream(
                                    new BcPBEDataDecryptorFactory(
                                            passphrase.get(),
                                            new BcPGPDigestCalculatorProvider())));
        }
        if (data instanceof PGPPublicKeyEncryptedData toKey && secretKeys.isPresent()) {
            PGPSecretKey secret =
                    secretKeys.get().getSecretKey(toKey.getKeyIdentifier().getKeyId());
            if (secret != null) {
                PGPPrivateKey key =
                        secret.extractPrivateKey(
                                new BcPBESecretKeyDecryptorBuilder(
                                                new BcPGPDigestCalculatorProvider())
                                        .build(passphrase.orElse(new char[0])));
                PGPKeyPair pair = new PGPKeyPair(secret.getPublicKey(), key);
                return Optional.of(toKey.getDataStream(new BcPublicKeyDataDecryptorFactory(pair)));
            }
        }
        return Optional.empty();
    }

    private static InputStream literal(PGPEncryptedData data, InputStream content)
            throws IOException {
        Object packet;
        try {
            packet = new BcPGPObjectFactory(content).nextObject();
        } catch (IOException e) {
            throw wrongKey(e);
        }
        if (packet instanceof PGPLiteralData literal) {
            return new VerifiedStream(literal.getInputStream(), data);
        }
        throw new WrongArchiveKeyException("the key does not open the OpenPGP message");
    }

    private static WrongArchiveKeyException wrongKey(Throwable cause) {
        WrongArchiveKeyException wrong =
                new WrongArchiveKeyException(
                        "the key does not open the OpenPGP message: " + cause.getMessage());
        wrong.initCause(cause);
        return wrong;
    }
}
