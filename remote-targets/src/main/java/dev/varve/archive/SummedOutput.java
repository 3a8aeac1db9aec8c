package dev.varve.archive;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/// Counts and sums what goes through.
final class SummedOutput extends FilterOutputStream {
    private final Sha256 sum = new Sha256();
    private long count;

    SummedOutput(OutputStream out) {
        super(out);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
        sum.update(bytes, offset, length);
        count += length;
    }

    long count() {
        return count;
    }

    /// Once, at the end.
    String hex() {
        return sum.hex();
    }
}
