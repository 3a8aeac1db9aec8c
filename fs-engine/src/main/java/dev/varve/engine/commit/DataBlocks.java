package dev.varve.engine.commit;

import dev.varve.engine.format.ChecksumKind;
import dev.varve.engine.model.ContentId;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.pack.BlockStore;
import dev.varve.engine.pack.BlockTraits;
import dev.varve.engine.pack.ContentKey;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

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

    private final BlockStore blocks;
    private final BlockReferences sharing;
    private final ContentIndex index;
    private final ContentKey key;
    private final Traits traits;

    private long newBlocks;

    /// Made when first needed: receiving metadata alone needs none.
    private ContentKey.@Nullable Hash hash;

    DataBlocks(
            BlockStore blocks,
            BlockReferences sharing,
            ContentIndex index,
            ContentKey key,
            Traits traits) {
        this.blocks = blocks;
        this.sharing = sharing;
        this.index = index;
        this.key = key;
        this.traits = traits;
    }

    public Traits traits() {
        return traits;
    }

    public ContentKey key() {
        return key;
    }

    /// Stores a content.
    ///
    /// @param content owned by the store from now on
    /// @return the block's address
    public long store(byte[] content) throws IOException {
        return store(content, traits.dedup() == Dedup.OFF ? ContentId.NONE : id(content));
    }

    private ContentId id(byte[] content) {
        ContentKey.Hash known = hash;
        if (known == null) {
            known = key.hash();
            hash = known;
        }
        return known.of(content, 0, content.length);
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
        return blocks.append(content, new BlockTraits(id, traits.level(), traits.checksum()));
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
