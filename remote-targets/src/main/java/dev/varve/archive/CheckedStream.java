package dev.varve.archive;

import com.github.luben.zstd.ZstdIOException;
import dev.varve.engine.model.CorruptionException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// A send stream as it is decompressed; at its end it must be what the manifest says.
final class CheckedStream extends FilterInputStream {
    private final Manifest manifest;
    private final Sha256 sum = new Sha256();
    private long count;
    private boolean isAtEnd;

    CheckedStream(InputStream in, Manifest manifest) {
        super(in);
        this.manifest = manifest;
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
        int got;
        try {
            got = in.read(bytes, offset, length);
        } catch (ZstdIOException e) {
            throw new CorruptionException(
                    manifest.name() + " stream offset " + count,
                    "zstd data",
                    String.valueOf(e.getMessage()));
        }
        if (got < 0) {
            isAtEnd = true;
            checkEnd();
            return -1;
        }
        sum.update(bytes, offset, got);
        count += got;
        return got;
    }

    @Override
    public long skip(long bytes) throws IOException {
        return readNBytes(Math.clamp(bytes, 0, 1 << 16)).length;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private void checkEnd() throws CorruptionException {
        if (count != manifest.streamBytes()) {
            throw new CorruptionException(
                    manifest.name() + " stream",
                    manifest.streamBytes() + " bytes",
                    count + " bytes");
        }
        String hex = sum.hex();
        if (!hex.equals(manifest.streamSha256())) {
            throw new CorruptionException(
                    manifest.name() + " stream", "SHA-256 " + manifest.streamSha256(), hex);
        }
    }
}
