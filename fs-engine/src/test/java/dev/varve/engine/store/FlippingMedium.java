package dev.varve.engine.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// A disk that flips a bit of each file on its way.
///
/// @param offset of the byte that is flipped
record FlippingMedium(long offset, Disk disk) implements Medium {
    FlippingMedium(long offset) {
        this(offset, new Disk());
    }

    @Override
    public NewFile create(Path file) throws IOException {
        NewFile created = disk.create(file);
        return new NewFile() {
            private long written;

            @Override
            public void write(ByteBuffer bytes) throws IOException {
                byte[] copy = new byte[bytes.remaining()];
                bytes.duplicate().get(copy);
                if (offset >= written && offset < written + copy.length) {
                    copy[(int) (offset - written)] ^= 1;
                }
                written += copy.length;
                created.write(ByteBuffer.wrap(copy));
            }

            @Override
            public void read(ByteBuffer into, long at) throws IOException {
                created.read(into, at);
            }

            @Override
            public void sync() throws IOException {
                created.sync();
            }

            @Override
            public void close() throws IOException {
                created.close();
            }
        };
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        disk.createDirectory(directory);
    }

    @Override
    public void link(Path file, Path name) throws IOException {
        disk.link(file, name);
    }

    @Override
    public void rename(Path file, Path name) throws IOException {
        disk.rename(file, name);
    }

    @Override
    public void delete(Path file) throws IOException {
        disk.delete(file);
    }

    @Override
    public boolean removeDirectory(Path directory) throws IOException {
        return disk.removeDirectory(directory);
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        disk.syncDirectory(directory);
    }
}
