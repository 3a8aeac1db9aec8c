package dev.varve.archive;

import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.store.ByteRange;
import dev.varve.engine.store.ObjectPart;
import dev.varve.engine.store.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.Iterator;
import java.util.List;

/// Joins the parts of a stream. No byte of a part is given out before its checksum is known to be
/// right; so one part is in memory.
final class PartReader extends InputStream {
    private final ObjectStore store;
    private final Iterator<Part> rest;
    private byte[] current = {};
    private int position;

    PartReader(ObjectStore store, List<Part> parts) {
        this.store = store;
        this.rest = parts.iterator();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
        while (position == current.length) {
            if (!rest.hasNext()) {
                return -1;
            }
            current = load(store, rest.next());
            position = 0;
        }
        int piece = Math.min(count, current.length - position);
        System.arraycopy(current, position, bytes, offset, piece);
        position += piece;
        return piece;
    }

    private static byte[] load(ObjectStore store, Part part) throws IOException {
        ObjectPart object;
        try {
            // One byte more tells an object that is too long.
            object = store.get(part.name(), new ByteRange.From(0, part.sizeBytes() + 1));
        } catch (NoSuchFileException _) {
            throw CorruptionException.missing(
                    store.location(), part.name(), part.sizeBytes() + " bytes");
        }
        byte[] bytes = object.bytes();
        if (bytes.length != part.sizeBytes()) {
            throw new CorruptionException(
                    part.name(), part.sizeBytes() + " bytes", object.objectSizeBytes() + " bytes");
        }
        Sha256 sum = new Sha256();
        sum.update(bytes, 0, bytes.length);
        String hex = sum.hex();
        if (!hex.equals(part.sha256())) {
            throw new CorruptionException(part.name(), "SHA-256 " + part.sha256(), hex);
        }
        return bytes;
    }
}
