package dev.varve.engine.pack;

import dev.varve.engine.format.PackFormat;
import dev.varve.engine.format.PackSlot;
import dev.varve.engine.format.PackTable;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.StoreFailedException;
import dev.varve.engine.store.ObjectStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/// Creates the object of a pack while it is filled, and reads it back where the store does not
/// vouch for it.
final class PackWriter {
    private final PackSource source;
    private final boolean verify;
    private final PackNumbers numbers;

    PackWriter(PackSource source, BlockStoreOptions options, PackNumbers numbers) {
        this.source = source;
        this.verify = options.verify();
        this.numbers = numbers;
    }

    /// Writes the pack's blocks as they come, until it is full.
    ///
    /// @return what was written
    KindStatistics write(OpenPack pack)
            throws IOException, InterruptedException, ExecutionException {
        Content content = new Content(pack);
        boolean isConfirmed = create(pack, content);
        PackTable table = content.table();
        if (verify && !isConfirmed) {
            readBack(table);
        }
        return new KindStatistics(
                table.slots(), content.rawBytes, content.storedBytes(), 1, content.sizeBytes());
    }

    /// The bytes of a pack object: the header, the blocks of one pack, the ending.
    private final class Content implements ObjectStore.Growing {
        private final OpenPack pack;
        private final List<PackSlot> slots = new ArrayList<>();

        /// Where what comes next will stand.
        private long offset;

        private long rawBytes;
        private @Nullable PackTable table;
        private int endingBytes;

        Content(OpenPack pack) {
            this.pack = pack;
        }

        @Override
        public @Nullable ByteBuffer next() throws InterruptedException, ExecutionException {
            if (offset == 0) {
                offset = PackFormat.HEADER_BYTES;
                return ByteBuffer.wrap(PackFormat.header(source.poolId(), 1));
            }
            if (table != null) {
                return null;
            }
            PendingBlock pending = pack.await(slots.size());
            return pending == null ? ending() : block(pending);
        }

        private ByteBuffer block(PendingBlock pending)
                throws InterruptedException, ExecutionException {
            StoredBlock block = pending.stored();
            int length = block.bytes().length;
            slots.add(
                    new PackSlot(
                            offset,
                            length,
                            block.rawLength(),
                            BlockKinds.id(pack.kind()),
                            block.codec(),
                            block.sealed(),
                            pending.content(),
                            block.checksum()));
            offset += length;
            rawBytes += block.rawLength();
            return ByteBuffer.wrap(block.bytes()).asReadOnlyBuffer();
        }

        private ByteBuffer ending() {
            PackTable made =
                    PackTable.of(
                            source.poolId(),
                            pack.number(),
                            pack.checksum(),
                            slots,
                            source.codec().checksums());
            table = made;
            byte[] ending = PackFormat.ending(source.poolId(), List.of(made), offset);
            endingBytes = ending.length;
            return ByteBuffer.wrap(ending);
        }

        /// Once all was taken.
        PackTable table() {
            if (table == null) {
                throw new IllegalStateException("the store did not take all of the pack");
            }
            return table;
        }

        long storedBytes() {
            return offset - PackFormat.HEADER_BYTES;
        }

        long sizeBytes() {
            return offset + endingBytes;
        }
    }

    /// Returns whether the store has read it back.
    private boolean create(OpenPack pack, Content content)
            throws IOException, InterruptedException, ExecutionException {
        String name = PackFormat.objectName(pack.number());
        try {
            return switch (pack.kind()) {
                case METADATA -> {
                    source.store().createNear(name, content.rest());
                    yield source.store().confirmsContent();
                }
                case DATA -> source.store().createGrowing(name, content);
            };
        } catch (FileAlreadyExistsException e) {
            numbers.markForeign(pack.number());
            throw new StoreFailedException(
                    name + " is there already: its writer's number was used twice", e);
        }
    }

    private void readBack(PackTable written) throws IOException {
        String name = PackFormat.objectName(written.packNumber());
        try {
            PackReader reader = PackReader.open(source, name);
            if (!reader.table(written.packNumber()).sameAs(written)) {
                throw new CorruptionException(name, "the table just written", "another");
            }
            reader.verify((_, damage) -> {
                throw damage;
            });
        } catch (NoSuchFileException _) {
            // A reclaim without grace took it for a stray; it has committed, so this commit is
            // lost.
            throw new CorruptionException(name, "the pack just written", "no such object");
        }
    }
}
