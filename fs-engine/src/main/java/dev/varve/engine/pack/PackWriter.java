package dev.varve.engine.pack;

import dev.varve.engine.format.PackFormat;
import dev.varve.engine.format.PackSlot;
import dev.varve.engine.format.PackTable;
import dev.varve.engine.model.ContentId;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.StoreFailedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;

/// Creates the object of a full pack, and reads it back where the store does not vouch for it.
final class PackWriter {
    private final PackSource source;
    private final boolean verify;
    private final PackNumbers numbers;

    PackWriter(PackSource source, BlockStoreOptions options, PackNumbers numbers) {
        this.source = source;
        this.verify = options.verify();
        this.numbers = numbers;
    }

    /// Waits for the pack's blocks and writes them.
    ///
    /// @return what was written
    KindStatistics write(OpenPack pack)
            throws IOException, InterruptedException, ExecutionException {
        List<ByteBuffer> content = new ArrayList<>();
        List<PackSlot> slots = new ArrayList<>();
        content.add(ByteBuffer.wrap(PackFormat.header(source.poolId(), 1)));
        long offset = PackFormat.HEADER_BYTES;
        long rawBytes = 0;
        for (PendingBlock pending : pack.blocks()) {
            StoredBlock block = pending.stored();
            content.add(ByteBuffer.wrap(block.bytes()).asReadOnlyBuffer());
            slots.add(slot(block, pack.kind(), pending.content(), offset));
            offset += block.bytes().length;
            rawBytes += block.rawLength();
        }
        PackTable table =
                PackTable.of(
                        source.poolId(),
                        pack.number(),
                        pack.checksum(),
                        slots,
                        source.codec().checksums());
        byte[] ending = PackFormat.ending(source.poolId(), List.of(table), offset);
        content.add(ByteBuffer.wrap(ending));
        create(pack, content);
        if (verify && !source.store().confirmsContent()) {
            readBack(table);
        }
        long storedBytes = offset - PackFormat.HEADER_BYTES;
        return new KindStatistics(slots.size(), rawBytes, storedBytes, 1, offset + ending.length);
    }

    private static PackSlot slot(
            StoredBlock block, BlockKind kind, ContentId content, long offset) {
        return new PackSlot(
                offset,
                block.bytes().length,
                block.rawLength(),
                BlockKinds.id(kind),
                block.codec(),
                block.sealed(),
                content,
                block.checksum());
    }

    private void create(OpenPack pack, List<ByteBuffer> content) throws IOException {
        String name = PackFormat.objectName(pack.number());
        try {
            switch (pack.kind()) {
                case METADATA -> source.store().createNear(name, content);
                case DATA -> source.store().create(name, content);
            }
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
