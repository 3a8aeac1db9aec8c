package dev.varve.archive.openpgp;

import dev.varve.engine.model.CorruptionException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.bouncycastle.openpgp.PGPEncryptedData;
import org.bouncycastle.openpgp.PGPException;

/// A message's content; at its end the modification code must be right.
final class VerifiedStream extends FilterInputStream {
    private final PGPEncryptedData data;
    private boolean isAtEnd;

    VerifiedStream(InputStream in, PGPEncryptedData data) {
        super(in);
        this.data = data;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (isAtEnd) {
            return -1;
        }
        int got = in.read(bytes, offset, length);
        if (got < 0) {
            isAtEnd = true;
            verify();
        }
        return got;
    }

    private void verify() throws IOException {
        try {
            if (data.isIntegrityProtected() && data.verify()) {
                return;
            }
        } catch (PGPException e) {
            throw new IOException(e);
        }
        throw new CorruptionException(
                "OpenPGP message", "the modification code of what was written", "another");
    }
}
