package dev.varve.engine.commit;

import dev.varve.engine.format.ChecksumKind;
import dev.varve.engine.model.ContentId;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.StoreFailedException;
import dev.varve.engine.pack.BlockStore;
import dev.varve.engine.pack.BlockTraits;
import dev.varve.engine.pack.ContentKey;
import dev.varve.engine.pack.Spares;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Stores content for one subvolume of a commit: a content that the pool has already is shared, a
/// new one becomes a block. Either way the caller gets one reference to it. Used by one thread.
public final class DataBlocks {
    /// What is done about content that may be there already.
    public enum Dedup {
        /// Contents get no id.
        OFF,
        /// Blocks of one id are one block.
        ON,
        /// The same, once the bytes were compared.
        VERIFY
    }

    /// How content is cut into blocks.
    public enum Chunking {
        /// By content what is written as chunks, aligned what is written as bytes.
        AUTO,
        /// By content, always.
        CDC,
        /// At multiples of one length, always.
        FIXED
    }

    /// How the content of a subvolume is stored.
    ///
    /// @param level of zstd, 0 for none
    /// @param checksum of its packs
    public record Traits(Dedup dedup, int level, ChecksumKind checksum, Chunking chunking) {}

    /// What keeps the content of one subvolume apart from others'.
    ///
    /// @param domain whose key seals its blocks
    /// @param content under which its contents get their ids
    record Keys(int domain, ContentKey content) {}

    /// Computing an id takes longer than handing it to another thread from about here on.
    private static final int AHEAD_MIN_BYTES = 8 << 10;

    private final BlockStore blocks;
    private final BlockReferences sharing;
    private final ContentIndex index;
    private final Keys keys;
    private final Traits traits;

    private long newBlocks;

    /// One for each thread that computes ids at the same time; made when needed.
    private final Spares<ContentKey.Hash> hashes;

    DataBlocks(
            BlockStore blocks,
            BlockReferences sharing,
            ContentIndex index,
            Keys keys,
            Traits traits) {
        this.blocks = blocks;
        this.sharing = sharing;
        this.index = index;
        this.keys = keys;
        this.traits = traits;
        this.hashes = new Spares<>(keys.content()::hash, _ -> {});
    }

    public Traits traits() {
        return traits;
    }

    public ContentKey key() {
        return keys.content();
    }

    /// Stores a content.
    ///
    /// @param content owned by the store from now on
    /// @return the block's address
    public long store(byte[] content) throws IOException {
        return store(content, traits.dedup() == Dedup.OFF ? ContentId.NONE : id(content));
    }

    private ContentId id(byte[] content) {
        ContentKey.Hash hash = hashes.take();
        try {
            return hash.of(content, 0, content.length);
        } finally {
            hashes.giveBack(hash);
        }
    }

    /// A content on its way to its id, which another thread may compute meanwhile.
    ///
    /// @param content owned by the store from now on
    public Arriving arriving(byte[] content) {
        Arriving arriving = new Arriving(content);
        if (traits.dedup() != Dedup.OFF && content.length >= AHEAD_MIN_BYTES) {
            blocks.workers().execute(arriving.id);
        }
        return arriving;
    }

    /// Stores a content that was on its way.
    ///
    /// @return the block's address
    public long store(Arriving arriving) throws IOException {
        return store(arriving.content, arriving.id());
    }

    /// A content that is to become a block.
    public final class Arriving {
        private final byte[] content;
        private final FutureTask<ContentId> id;

        private Arriving(byte[] content) {
            this.content = content;
            this.id = new FutureTask<>(() -> DataBlocks.this.id(content));
        }

        public int length() {
            return content.length;
        }

        private ContentId id() throws IOException {
            if (traits.dedup() == Dedup.OFF) {
                return ContentId.NONE;
            }
            // Computed here and now unless another thread has begun.
            id.run();
            try {
                return id.get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StoreFailedException("interrupted while a content was named", e);
            } catch (ExecutionException e) {
                throw new StoreFailedException("a content could not be named", e);
            }
        }
    }

    /// Stores a content whose id was computed ahead.
    ///
    /// @param id under this subvolume's key, or [ContentId#NONE]
    public long store(byte[] content, ContentId id) throws IOException {
        if (traits.dedup() == Dedup.OFF || id.isNone()) {
            return append(content, ContentId.NONE);
        }
        long known = index.find(id);
        if (known != 0 && isSound(known, id, content) && sharing.retainCommitted(known)) {
            return known;
        }
        long made = append(content, id);
        index.put(id, made);
        return made;
    }

    private long append(byte[] content, ContentId id) throws IOException {
        newBlocks++;
        return blocks.append(
                content, new BlockTraits(keys.domain(), id, traits.level(), traits.checksum()));
    }

    /// How many contents became new blocks so far.
    public long newBlocks() {
        return newBlocks;
    }

    /// The block that had this content last, or 0: maybe gone, but nothing else ever has its
    /// address.
    public long find(ContentId id) throws IOException {
        return traits.dedup() == Dedup.OFF || id.isNone() ? 0 : index.find(id);
    }

    /// Whether the block's own pack agrees that this is its content. A block that cannot be read is
    /// not shared: its content is stored anew.
    private boolean isSound(long address, ContentId id, byte[] content) throws IOException {
        try {
            if (!blocks.contentId(address).equals(id)) {
                return false;
            }
            return traits.dedup() != Dedup.VERIFY || Arrays.equals(blocks.read(address), content);
        } catch (CorruptionException _) {
            return false;
        }
    }
}
