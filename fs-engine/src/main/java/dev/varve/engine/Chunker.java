package dev.varve.engine;

import dev.varve.engine.commit.DataBlocks;
import dev.varve.engine.commit.DataBlocks.Chunking;
import dev.varve.engine.commit.DataBlocks.Dedup;
import dev.varve.engine.file.ContentEditor;
import dev.varve.engine.file.FastCdc;
import dev.varve.engine.model.ContentId;
import dev.varve.engine.pack.ContentKey;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Cuts content into chunks and names them, as one subvolume wants it: the work of a thread that
/// reads files ahead of the one that writes the pool. Each such thread needs its own, from
/// [SubvolumeWriter#chunker].
public final class Chunker {
    /// The longest chunk.
    public static final int MAX_BYTES = FastCdc.MOST_BYTES;

    /// Content this short is better written as bytes: it may find room beside its inode.
    public static final int MAX_INLINE_BYTES = ContentEditor.INLINE_MAX_BYTES;

    private final boolean isContentDefined;
    private final ContentKey.@Nullable Hash hash;

    Chunker(DataBlocks.Traits traits, ContentKey key) {
        this.isContentDefined = traits.chunking() != Chunking.FIXED;
        this.hash = traits.dedup() == Dedup.OFF ? null : key.hash();
    }

    /// Whether chunks end where the content says so; else at multiples of their length in the file.
    public boolean isContentDefined() {
        return isContentDefined;
    }

    /// Where the chunk ends that starts at `from`. Final if the content ends at `to`, or if at
    /// least [#MAX_BYTES] were given.
    ///
    /// @param fileOffset of the byte at `from`
    /// @return the first position behind the chunk, at most `to`
    public int cut(byte[] content, int from, int to, long fileOffset) {
        if (isContentDefined) {
            return FastCdc.cut(content, from, to);
        }
        int room = ContentEditor.BLOCK_BYTES - (int) (fileOffset % ContentEditor.BLOCK_BYTES);
        return from + Math.min(room, to - from);
    }

    /// The bytes from one position to another as a chunk of their own.
    ///
    /// @param to 1 to [#MAX_BYTES] behind `from`
    public Chunk chunk(byte[] content, int from, int to) {
        ContentId id = hash == null ? ContentId.NONE : hash.of(content, from, to - from);
        return new Chunk(Arrays.copyOfRange(content, from, to), id);
    }
}
