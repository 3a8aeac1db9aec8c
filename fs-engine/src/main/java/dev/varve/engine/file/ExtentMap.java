package dev.varve.engine.file;

import dev.varve.engine.commit.DataBlocks;
import dev.varve.engine.format.ExtentFormat;
import dev.varve.engine.format.FileKey;
import dev.varve.engine.model.Extent;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The map from a file's bytes to blocks, and the references it holds.
///
/// ```
/// drop [b,d) of      a====b====c====d====e      one data extent a..e
/// leaves             a====b              d====e  two extents of the same block: one reference more
/// ```
final class ExtentMap {
    private final TreeDraft draft;

    ExtentMap(TreeDraft draft) {
        this.draft = draft;
    }

    @Nullable Extent firstEndingBehind(long inode, long offset) throws IOException {
        return draft.otherItems().firstEndingBehind(inode, offset);
    }

    /// Makes `[start, end)` a hole. An inline extent must be inside the range whole.
    void drop(long inode, long start, long end) throws IOException {
        long position = start;
        while (position < end) {
            Extent extent = firstEndingBehind(inode, position);
            if (extent == null || extent.offset() >= end) {
                return;
            }
            cut(inode, extent, start, end);
            position = extent.end();
        }
    }

    private void cut(long inode, Extent extent, long start, long end) throws IOException {
        boolean left = extent.offset() < start;
        boolean right = extent.end() > end;
        if (left) {
            put(inode, slice(extent, extent.offset(), start));
        } else {
            draft.remove(FileKey.extent(inode, extent.offset()));
        }
        if (right) {
            put(inode, slice(extent, end, extent.end()));
        }
        if (extent instanceof Extent.Data data) {
            if (left && right) {
                draft.sharing().retain(data.block());
            } else if (!left && !right) {
                draft.sharing().release(data.block());
            }
        }
    }

    /// The part `[from, to)` of an extent.
    static Extent slice(Extent extent, long from, long to) {
        return switch (extent) {
            case Extent.Data data ->
                    new Extent.Data(
                            from,
                            to - from,
                            data.block(),
                            data.blockOffset() + Math.toIntExact(from - data.offset()),
                            data.blockLength(),
                            data.generation());
            case Extent.Preallocated _ -> new Extent.Preallocated(from, to - from);
            case Extent.Inline _ -> throw new IllegalStateException("inline extent cut");
        };
    }

    /// The same bytes at another offset.
    private static Extent moved(Extent extent, long offset) {
        return moved(extent, offset, generationOf(extent));
    }

    private static long generationOf(Extent extent) {
        return extent instanceof Extent.Data data ? data.generation() : 0;
    }

    /// The same bytes at another offset, put there by another transaction.
    static Extent moved(Extent extent, long offset, long generation) {
        return switch (extent) {
            case Extent.Data data ->
                    new Extent.Data(
                            offset,
                            data.length(),
                            data.block(),
                            data.blockOffset(),
                            data.blockLength(),
                            generation);
            case Extent.Preallocated prealloc -> new Extent.Preallocated(offset, prealloc.length());
            case Extent.Inline _ -> throw new IllegalStateException("inline extent moved");
        };
    }

    /// Puts an extent where a hole is; its block's reference is the caller's to give.
    void put(long inode, Extent extent) throws IOException {
        draft.put(FileKey.extent(inode, extent.offset()), ExtentFormat.write(extent));
    }

    void putInline(long inode, byte[] content) throws IOException {
        draft.put(FileKey.extent(inode, 0), ExtentFormat.inline(content));
    }

    /// Stores a content, with one reference to its block, and puts it where a hole is.
    void putNew(long inode, long offset, byte[] content) throws IOException {
        putBlock(inode, offset, draft.data().store(content), content.length);
    }

    /// The same for a content that was on its way.
    void putNew(long inode, long offset, DataBlocks.Arriving content) throws IOException {
        int length = content.length();
        putBlock(inode, offset, draft.data().store(content), length);
    }

    /// Puts a whole block where a hole is; the reference to it is the caller's to give.
    void putBlock(long inode, long offset, long block, int length) throws IOException {
        put(inode, new Extent.Data(offset, length, block, 0, length, draft.generation()));
    }

    /// Turns an inline extent into one of a block; does nothing if there is none.
    void expandInline(long inode) throws IOException {
        if (firstEndingBehind(inode, 0) instanceof Extent.Inline) {
            byte[] content = draft.otherItems().inlineContent(inode);
            putNew(inode, 0, content);
        }
    }

    /// Cuts an inline extent to a smaller length; does nothing if there is none.
    void shortenInline(long inode, int length) throws IOException {
        if (firstEndingBehind(inode, 0) instanceof Extent.Inline inline
                && inline.length() > length) {
            byte[] content = draft.otherItems().inlineContent(inode);
            if (length == 0) {
                draft.remove(FileKey.extent(inode, 0));
            } else {
                putInline(inode, Arrays.copyOf(content, length));
            }
        }
    }

    /// Preallocates the holes of `[start, end)`.
    void fillHoles(long inode, long start, long end) throws IOException {
        long position = start;
        while (position < end) {
            Extent next = firstEndingBehind(inode, position);
            long holeEnd = next == null ? end : Math.min(end, next.offset());
            if (holeEnd > position) {
                put(inode, new Extent.Preallocated(position, holeEnd - position));
            }
            position = next == null ? end : next.end();
        }
    }

    /// Makes `offset` a border between extents.
    void split(long inode, long offset) throws IOException {
        Extent extent = firstEndingBehind(inode, offset);
        if (extent != null && extent.offset() < offset) {
            put(inode, slice(extent, extent.offset(), offset));
            put(inode, slice(extent, offset, extent.end()));
            if (extent instanceof Extent.Data data) {
                draft.sharing().retain(data.block());
            }
        }
    }

    /// Moves all extents from `offset` on down by `distance`, into the hole before them.
    void shiftDown(long inode, long offset, long distance) throws IOException {
        long position = offset;
        while (firstEndingBehind(inode, position) instanceof Extent extent) {
            draft.remove(FileKey.extent(inode, extent.offset()));
            put(inode, moved(extent, extent.offset() - distance));
            position = extent.end();
        }
    }

    /// Moves all extents from `offset` on up by `distance`, the last one first.
    void shiftUp(long inode, long offset, long distance) throws IOException {
        long bound = Long.MAX_VALUE;
        while (lastBefore(inode, bound) instanceof Extent extent && extent.offset() >= offset) {
            draft.remove(FileKey.extent(inode, extent.offset()));
            put(inode, moved(extent, extent.offset() + distance));
            bound = extent.offset();
        }
    }

    private @Nullable Extent lastBefore(long inode, long offset) throws IOException {
        var cursor = draft.cursor();
        boolean found =
                cursor.seekBefore(FileKey.extent(inode, offset))
                        && cursor.keyStartsWith(FileKey.of(inode, FileKey.EXTENT));
        return found ? FileItems.extent(cursor) : null;
    }
}
