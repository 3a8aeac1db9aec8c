package dev.varve.cli.output;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/// Cuts bytes into lines and hands each to a sink as [RawText] carries it.
public final class LineStream extends OutputStream {
    private final Sink sink;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    /// Takes a line without its end.
    public interface Sink {
        void take(String line) throws IOException;
    }

    public LineStream(Sink sink) {
        this.sink = sink;
    }

    @Override
    public void write(int b) throws IOException {
        if (b == '\n') {
            sink.take(RawText.decode(line.toByteArray()));
            line.reset();
        } else {
            line.write(b);
        }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        for (int i = offset; i < offset + length; i++) {
            write(bytes[i]);
        }
    }
}
