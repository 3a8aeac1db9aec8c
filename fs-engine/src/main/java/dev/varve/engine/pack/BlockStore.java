package dev.varve.engine.pack;

import dev.varve.engine.format.BlockAddress;
import dev.varve.engine.format.Head.NewPack;
import dev.varve.engine.format.PackFormat;
import dev.varve.engine.format.PackSlot;
import dev.varve.engine.format.RingRecord;
import dev.varve.engine.format.SealFormat;
import dev.varve.engine.model.ContentId;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.StoreFailedException;
import dev.varve.engine.store.ByteRange;
import dev.varve.engine.store.ObjectPart;
import dev.varve.engine.store.ObjectStore;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// Immutable blocks in the pack objects of a store.
///
/// A block goes: [#append] gives it the next slot of the pack being filled → a thread compresses,
/// seals and checksums it → the full pack is created in the store and read back → [#flush] returns
/// → the caller commits and says so with [#committed]. What was appended since the last commit can
/// be taken back with [#discard], also after a failed write, which ends everything until then.
///
/// Reading is thread-safe; appending too, but flush, commit and discard belong to one thread, the
/// writer. Closing ends the threads and leaves the object store open.
public final class BlockStore implements Blocks, Closeable {
    /// The packs tree stands in few packs.
    private static final long FIRST_OBJECTS_CACHE_BYTES = 1 << 20;

    /// Above any object that was ever written whole.
    private static final int MOST_SALVAGED_BYTES = 96 << 20;

    private final PackSource source;
    private final PackTables tables;
    private final ByteCache<byte[]> dataCache;
    private final PackNumbers numbers;
    private final Appending appending;
    private final Lane metadata;
    private final Lane data;

    private final BlockStoreOptions options;

    /// @param claim asked for a writer's number at the first append; readers never ask
    public BlockStore(
            ObjectStore store,
            UUID poolId,
            BlockStoreOptions options,
            WriterClaim claim,
            PackLocator locator,
            Sealer sealer) {
        BlockCodec codec = new BlockCodec(sealer);
        this.options = options;
        this.source = new PackSource(store, poolId, codec);
        this.tables = new PackTables(source, locator, options.tableCacheBytes());
        this.dataCache = new ByteCache<>(options.dataCacheBytes(), raw -> raw.length);
        this.numbers = new PackNumbers(claim);
        this.appending = new Appending(source, options, numbers);
        this.metadata = new Lane(BlockKind.METADATA, appending);
        this.data = new Lane(BlockKind.DATA, appending);
    }

    /// Seals pool-wide nodes under the key of metadata, all else under the one that subvolumes
    /// share.
    @Override
    public long append(BlockKind kind, byte[] raw) throws IOException {
        int domain = kind == BlockKind.METADATA ? RingRecord.METADATA : RingRecord.SHARED;
        return append(domain, kind, raw);
    }

    /// The same blocks; what is appended is sealed under the key of a domain.
    public Blocks sealedFor(int domain) {
        return new Blocks() {
            @Override
            public byte[] read(long address) throws IOException {
                return BlockStore.this.read(address);
            }

            @Override
            public long append(BlockKind kind, byte[] raw) throws IOException {
                return BlockStore.this.append(domain, kind, raw);
            }

            @Override
            public int frameLength(long address) throws IOException {
                return BlockStore.this.frameLength(address);
            }

            @Override
            public byte[] frame(long address) throws IOException {
                return BlockStore.this.frame(address);
            }

            @Override
            public int readAheadBytes() {
                return BlockStore.this.readAheadBytes();
            }

            @Override
            public void prefetch(List<Long> addresses) throws IOException {
                BlockStore.this.prefetch(addresses);
            }
        };
    }

    private long append(int domain, BlockKind kind, byte[] raw) throws IOException {
        if (raw.length == 0 || raw.length > MAX_RAW_BYTES) {
            throw new IllegalArgumentException("block of " + raw.length + " bytes");
        }
        return lane(kind).append(raw, traits(domain));
    }

    /// Appends a data block.
    ///
    /// @param raw 1 byte to [#MAX_RAW_BYTES]; owned by the store from now on
    public long append(byte[] raw, BlockTraits traits) throws IOException {
        if (raw.length == 0 || raw.length > MAX_RAW_BYTES) {
            throw new IllegalArgumentException("block of " + raw.length + " bytes");
        }
        return data.append(raw, traits);
    }

    /// Where work on content that is still to be appended may be done besides.
    public Executor workers() {
        return appending.compressors();
    }

    private BlockTraits traits(int domain) {
        return new BlockTraits(
                domain, ContentId.NONE, options.compressionLevel(), options.checksum());
    }

    /// The id that a block was appended with.
    ///
    /// @throws CorruptionException if its pack or its table's entry is missing or damaged
    public ContentId contentId(long address) throws IOException {
        PendingBlock pending = pending(address);
        return pending != null ? pending.content() : tables.slot(address).content();
    }

    @Override
    public byte[] read(long address) throws IOException {
        PendingBlock pending = pending(address);
        if (pending != null) {
            return pending.read(source.codec());
        }
        byte[] cached = dataCache.get(address);
        if (cached != null) {
            return cached;
        }
        return open(address, tables.read(address));
    }

    @Override
    public int readAheadBytes() {
        return source.store().readAheadBytes();
    }

    @Override
    public void prefetch(List<Long> addresses) throws IOException {
        List<Long> left = addresses;
        if (left.size() < 2 || dataCache.get(left.getFirst()) != null) {
            return;
        }
        try {
            while (!left.isEmpty() && pending(left.getFirst()) == null) {
                List<PackTables.Found> run = tables.readRun(left);
                for (int i = 0; i < run.size(); i++) {
                    byte[] _ = open(left.get(i), run.get(i));
                }
                left = left.subList(run.size(), left.size());
            }
        } catch (CorruptionException _) {
            // Told to who reads that very block: what stands before it can still be read.
        }
    }

    private byte[] open(long address, PackTables.Found found) throws IOException {
        PackSlot slot = found.slot();
        byte[] raw =
                source.codec()
                        .open(
                                found.where(),
                                address,
                                found.table().checksum(),
                                slot,
                                found.stored());
        if (slot.kind() == PackFormat.DATA) {
            dataCache.put(address, raw);
        }
        return raw;
    }

    @Override
    public int frameLength(long address) throws IOException {
        if (pending(address) != null) {
            return 0;
        }
        PackSlot slot = tables.slot(address);
        if (slot.codec() != PackFormat.ZSTD) {
            return 0;
        }
        return slot.sealed() ? frame(address).length : slot.storedLength();
    }

    @Override
    public byte[] frame(long address) throws IOException {
        BlockAddress.requireValid("block reference", address);
        PackTables.Found found = tables.read(address);
        if (found.slot().codec() != PackFormat.ZSTD) {
            throw new IllegalStateException(found.where() + " is not compressed");
        }
        return source.codec()
                .unsealed(
                        found.where(),
                        address,
                        found.table().checksum(),
                        found.slot(),
                        found.stored());
    }

    /// How many bytes a block takes in its pack.
    ///
    /// @throws CorruptionException if its pack or its table's entry is missing or damaged
    public int storedLength(long address) throws IOException {
        PendingBlock pending = pending(address);
        return pending != null ? length(pending) : tables.slot(address).storedLength();
    }

    /// What the table says of a block in the store.
    ///
    /// @throws CorruptionException if its pack or its table's entry is missing or damaged
    public PackSlot slot(long address) throws IOException {
        BlockAddress.requireValid("block reference", address);
        return tables.slot(address);
    }

    /// The number of the key that a block in the store is sealed under; 0 if it is plain.
    public int keyId(long address) throws IOException {
        BlockAddress.requireValid("block reference", address);
        PackTables.Found found = tables.read(address);
        boolean tells = found.slot().sealed() && found.stored().length >= Integer.BYTES;
        return tells ? SealFormat.blockKeyId(found.stored()) : 0;
    }

    /// How many bytes a block in the store has before compression.
    ///
    /// @throws CorruptionException if its pack or its table's entry is missing or damaged
    public int rawLength(long address) throws IOException {
        BlockAddress.requireValid("block reference", address);
        return tables.slot(address).rawLength();
    }

    /// Returns when every block appended so far is durable, and read back if so configured.
    ///
    /// @throws IOException what the store failed with; [#discard] is the only way on
    public void flush() throws IOException {
        data.startWriting();
        metadata.startWriting();
        data.awaitWritten();
        metadata.awaitWritten();
    }

    /// Reads blocks in the objects they were first written to, wherever they may be now.
    public Blocks inFirstObjects() {
        PackTables first =
                new PackTables(source, PackLocator.FIRST_OBJECT, FIRST_OBJECTS_CACHE_BYTES);
        return new Blocks() {
            @Override
            public byte[] read(long address) throws IOException {
                PendingBlock pending = pending(address);
                return pending != null
                        ? pending.read(source.codec())
                        : open(address, first.read(address));
            }

            @Override
            public long append(BlockKind kind, byte[] raw) throws IOException {
                return BlockStore.this.append(kind, raw);
            }

            @Override
            public int frameLength(long address) throws IOException {
                return BlockStore.this.frameLength(address);
            }

            @Override
            public byte[] frame(long address) throws IOException {
                return BlockStore.this.frame(address);
            }
        };
    }

    /// Whether a pack was begun by this process and no commit refers to it yet.
    public boolean isUncommitted(long packNumber) {
        return numbers.isUncommitted(packNumber);
    }

    /// Copies blocks to other objects.
    public PackCopier copier() {
        return new PackCopier(source, numbers);
    }

    /// The packs put in the store since this was last asked, for the commit to account for.
    public List<NewPack> takeSealed() {
        return appending.takeSealed();
    }

    /// Tells that a commit refers to what was flushed: [#discard] will leave it.
    public void committed() {
        numbers.commit();
    }

    /// Takes back every block appended since the last commit and deletes their packs. Afterwards
    /// appending works again, whatever failed before. Packs that this process may not delete are
    /// left for a reclaim.
    ///
    /// @throws dev.varve.engine.model.StoreFailedException if a pack could not be deleted; such
    ///   packs are left for a reclaim
    public void discard() throws IOException {
        // Deleting goes on when the thread is interrupted: that is often why one discards.
        boolean interrupted = Thread.interrupted();
        try {
            data.discard();
            metadata.discard();
            appending.forget();
            deleteUncommitted();
        } catch (InterruptedException e) {
            interrupted = true;
            throw new StoreFailedException("interrupted while discarding", e);
        } finally {
            dataCache.clear();
            tables.clear();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// Bytes of the blocks appended since this was opened, as they are stored; raw, of those not
    /// compressed yet.
    public long appendedBytes() {
        return appending.bytes();
    }

    /// What was written of a kind since this was opened, as far as writing has been waited for.
    public KindStatistics statistics(BlockKind kind) {
        return lane(kind).statistics();
    }

    /// Reads one pack object, for a check or a reclaim.
    ///
    /// @throws java.nio.file.NoSuchFileException if there is no such object
    public PackReader openPack(String objectName) throws IOException {
        return PackReader.open(source, objectName);
    }

    /// What can be proved of an object whose tables cannot be read. Holds the object on the heap.
    ///
    /// @param packs that it answers for
    /// @param ids computes content ids
    /// @return those of which some block can be proved
    public List<PackCopier.Part> salvage(
            String objectName, List<TableSalvage.Expected> packs, TableSalvage.ContentIds ids)
            throws IOException {
        ObjectPart part =
                source.store().get(objectName, new ByteRange.From(0, MOST_SALVAGED_BYTES));
        if (part.objectSizeBytes() > MOST_SALVAGED_BYTES) {
            return List.of();
        }
        TableSalvage salvage = new TableSalvage(source, objectName, part.bytes(), ids);
        List<PackCopier.Part> found = new ArrayList<>();
        for (TableSalvage.Expected pack : packs) {
            salvage.salvage(pack).ifPresent(found::add);
        }
        return found;
    }

    @Override
    public void close() {
        appending.close();
        source.codec().close();
    }

    private Lane lane(BlockKind kind) {
        return switch (kind) {
            case METADATA -> metadata;
            case DATA -> data;
        };
    }

    private @Nullable PendingBlock pending(long address) throws CorruptionException {
        BlockAddress.requireValid("block reference", address);
        OpenPack pack = appending.openPack(BlockAddress.packOf(address));
        if (pack == null) {
            return null;
        }
        int slot = BlockAddress.slotOf(address);
        PendingBlock pending = pack.block(slot);
        if (pending == null) {
            throw new CorruptionException("pack being filled, slot " + slot, "a block", "none");
        }
        return pending;
    }

    private static int length(PendingBlock pending) throws IOException {
        try {
            return pending.stored().bytes().length;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreFailedException("interrupted while a block was compressed", e);
        } catch (ExecutionException e) {
            throw new StoreFailedException("a block could not be compressed", e);
        }
    }

    private void deleteUncommitted() throws IOException {
        PackNumbers.Uncommitted range = numbers.takeUncommitted();
        for (int sequence = range.first(); sequence <= range.last(); sequence++) {
            long packNumber = BlockAddress.packNumber(range.writer(), sequence);
            if (!range.foreign().contains(packNumber)
                    && !source.store().tidy(PackFormat.objectName(packNumber))) {
                return;
            }
        }
    }
}
