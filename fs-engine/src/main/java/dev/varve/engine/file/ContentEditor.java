package dev.varve.engine.file;

import dev.varve.engine.commit.DataBlocks;
import dev.varve.engine.model.ContentId;
import dev.varve.engine.model.Extent;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Scan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Changes the bytes of regular files. Neighbouring writes are joined into one run, and a run
/// becomes blocks when it is full or something else happens to the file. Chunks that were cut
/// elsewhere become blocks as they are.
public final class ContentEditor {
    /// The longest content kept beside the inode.
    public static final int INLINE_MAX_BYTES = 2048;

    /// The longest extent; blocks start at multiples of it when a file is written in order. btrfs
    /// takes encoded writes up to this length.
    public static final int BLOCK_BYTES = 128 << 10;

    /// How much content may be on its way to its ids.
    private static final int ARRIVING_MAX_BYTES = 2 << 20;

    /// And how many contents: they are searched through when a file begins to change.
    private static final int ARRIVING_MOST = 32;

    private static final int CLONE_BATCH = 256;
    private static final long NO_INODE = 0;

    private final TreeDraft draft;
    private final ExtentMap map;
    private final boolean isContentDefined;
    private byte[] run;

    /// What became of runs that have ended, in order; not yet in the tree.
    private final ArrayDeque<ArrivingExtent> arriving = new ArrayDeque<>();

    private int arrivingBytes;
    private long runInode = NO_INODE;
    private long runOffset;
    private int runLength;

    /// A content and where it goes.
    private record ArrivingExtent(long inode, long offset, DataBlocks.Arriving content) {}

    public ContentEditor(TreeDraft draft) {
        this.draft = draft;
        this.map = new ExtentMap(draft);
        this.isContentDefined = draft.traits().chunking() == DataBlocks.Chunking.CDC;
        this.run = new byte[isContentDefined ? FastCdc.MOST_BYTES : BLOCK_BYTES];
    }

    /// Turns what was written so far into extents.
    public void settle() throws IOException {
        endRun();
        putArriving();
    }

    /// Ends the run: its content is on its way to become extents.
    private void endRun() throws IOException {
        if (runInode == NO_INODE) {
            return;
        }
        long inode = runInode;
        runInode = NO_INODE;
        if (runOffset == 0 && runLength <= INLINE_MAX_BYTES) {
            putArriving(inode);
            if (fitsInline(inode)) {
                map.drop(inode, 0, runLength);
                map.putInline(inode, Arrays.copyOf(run, runLength));
                return;
            }
        }
        for (int from = 0; from < runLength; ) {
            int to = isContentDefined ? FastCdc.cut(run, from, runLength) : runLength;
            arrive(inode, runOffset + from, taken(from, to));
            from = to;
        }
    }

    /// A part of the run; a whole run is handed over and replaced.
    private byte[] taken(int from, int to) {
        if (to - from < run.length) {
            return Arrays.copyOfRange(run, from, to);
        }
        byte[] taken = run;
        run = new byte[taken.length];
        return taken;
    }

    /// Makes room in a run that is cut by content: its first chunk is final.
    private void endFirst() throws IOException {
        int length = FastCdc.cut(run, 0, runLength);
        arrive(runInode, runOffset, Arrays.copyOf(run, length));
        System.arraycopy(run, length, run, 0, runLength - length);
        runOffset += length;
        runLength -= length;
    }

    private void arrive(long inode, long offset, byte[] content) throws IOException {
        while (arriving.size() == ARRIVING_MOST
                || (!arriving.isEmpty() && arrivingBytes + content.length > ARRIVING_MAX_BYTES)) {
            putFirstArriving();
        }
        arriving.add(new ArrivingExtent(inode, offset, draft.data().arriving(content)));
        arrivingBytes += content.length;
    }

    /// Puts all that is on its way to a file, and what came before it.
    private void putArriving(long inode) throws IOException {
        if (isArriving(inode)) {
            putArriving();
        }
    }

    private boolean isArriving(long inode) {
        for (ArrivingExtent extent : arriving) {
            if (extent.inode() == inode) {
                return true;
            }
        }
        return false;
    }

    private void putArriving() throws IOException {
        while (!arriving.isEmpty()) {
            putFirstArriving();
        }
    }

    private void putFirstArriving() throws IOException {
        ArrivingExtent extent = arriving.remove();
        int length = extent.content().length();
        arrivingBytes -= length;
        if (extent.offset() > 0) {
            map.expandInline(extent.inode());
        }
        map.drop(extent.inode(), extent.offset(), extent.offset() + length);
        map.putNew(extent.inode(), extent.offset(), extent.content());
    }

    private boolean fitsInline(long inode) throws IOException {
        return runLength <= INLINE_MAX_BYTES
                && draft.inode(inode).sizeBytes() == runLength
                && map.firstEndingBehind(inode, runLength) == null;
    }

    public void write(long inode, long offset, ByteBuffer data) throws IOException {
        Inode file = requireFile(inode);
        if (!data.hasRemaining()) {
            return;
        }
        long end = requireRange(offset, data.remaining());
        continueRun(inode, offset);
        // The size first: it tells a settling run whether the file is small enough to be inline.
        growTo(file, end);
        long position = offset;
        while (data.hasRemaining()) {
            continueRun(inode, position);
            int at = Math.toIntExact(position - runOffset);
            int part = Math.min(data.remaining(), runCapacity() - at);
            data.get(run, at, part);
            runLength = Math.max(runLength, at + part);
            position += part;
        }
    }

    /// Lets the run reach to where the next byte goes.
    private void continueRun(long inode, long offset) throws IOException {
        boolean isFull = inode == runInode && runLength == run.length;
        if (isContentDefined && isFull && offset == runOffset + runLength) {
            endFirst();
        }
        if (!continuesRun(inode, offset)) {
            endRun();
            startRun(inode, offset);
        }
    }

    private boolean continuesRun(long inode, long offset) {
        return inode == runInode
                && offset >= runOffset
                && offset <= runOffset + runLength
                && offset - runOffset < runCapacity();
    }

    /// Runs end at multiples of the block size, but where the content says where they end.
    private int runCapacity() {
        return isContentDefined ? run.length : BLOCK_BYTES - (int) (runOffset % BLOCK_BYTES);
    }

    private void startRun(long inode, long offset) throws IOException {
        runInode = inode;
        runOffset = offset;
        runLength = 0;
        if (offset <= INLINE_MAX_BYTES) {
            putArriving(inode);
        }
        if (offset <= INLINE_MAX_BYTES
                && map.firstEndingBehind(inode, 0) instanceof Extent.Inline inline
                && offset <= inline.length()) {
            byte[] content = draft.otherItems().inlineContent(inode);
            System.arraycopy(content, 0, run, 0, content.length);
            runOffset = 0;
            runLength = content.length;
        }
    }

    /// The block that has a content as a whole, or 0 if none is known.
    public long find(ContentId id) throws IOException {
        return draft.data().find(id);
    }

    /// Whether a range of a file is a block as a whole.
    public boolean holds(long inode, long offset, int length, long block) throws IOException {
        settle(inode);
        return map.firstEndingBehind(inode, offset) instanceof Extent.Data data
                && data.offset() == offset
                && data.length() == length
                && data.block() == block
                && data.blockLength() == length;
    }

    /// Writes what was cut ahead as one block.
    ///
    /// @param content owned by the pool from now on
    /// @param id of the content, or [ContentId#NONE]
    /// @return whether the pool did not have the content
    public boolean writeChunk(long inode, long offset, byte[] content, ContentId id)
            throws IOException {
        requireFile(inode);
        long end = requireRange(offset, content.length);
        prepare(inode);
        long blocksBefore = draft.data().newBlocks();
        long block = draft.data().store(content, id);
        boolean isNew = draft.data().newBlocks() > blocksBefore;
        map.drop(inode, offset, end);
        map.putBlock(inode, offset, block, content.length);
        growTo(draft.inode(inode), end);
        return isNew;
    }

    public void truncate(long inode, long sizeBytes) throws IOException {
        Inode file = requireFile(inode);
        requireRange(sizeBytes, 0);
        settle(inode);
        if (sizeBytes < file.sizeBytes()) {
            if (sizeBytes < INLINE_MAX_BYTES) {
                map.shortenInline(inode, (int) sizeBytes);
            }
            map.drop(inode, sizeBytes, Long.MAX_VALUE);
        }
        if (sizeBytes != file.sizeBytes()) {
            draft.putInode(Inodes.withSize(draft.inode(inode), sizeBytes));
        }
    }

    public void punchHole(long inode, long offset, long length) throws IOException {
        requireFile(inode);
        long end = requireRange(offset, length);
        prepare(inode);
        map.drop(inode, offset, end);
    }

    public void zeroRange(long inode, long offset, long length, boolean keepSize)
            throws IOException {
        Inode file = requireFile(inode);
        long end = requireRange(offset, length);
        if (length == 0) {
            return;
        }
        prepare(inode);
        map.drop(inode, offset, end);
        map.put(inode, new Extent.Preallocated(offset, length));
        if (!keepSize) {
            growTo(file, end);
        }
    }

    public void allocate(long inode, long offset, long length, boolean keepSize)
            throws IOException {
        Inode file = requireFile(inode);
        long end = requireRange(offset, length);
        prepare(inode);
        map.fillHoles(inode, offset, end);
        if (!keepSize) {
            growTo(file, end);
        }
    }

    public void collapseRange(long inode, long offset, long length) throws IOException {
        Inode file = requireFile(inode);
        long end = requireRange(offset, length);
        if (end >= file.sizeBytes()) {
            throw invalid(inode, "the range to collapse does not end before the size");
        }
        prepare(inode);
        map.drop(inode, offset, end);
        map.split(inode, end);
        map.shiftDown(inode, end, length);
        draft.putInode(Inodes.withSize(draft.inode(inode), file.sizeBytes() - length));
    }

    public void insertRange(long inode, long offset, long length) throws IOException {
        Inode file = requireFile(inode);
        requireRange(offset, length);
        requireRange(file.sizeBytes(), length);
        if (offset >= file.sizeBytes()) {
            throw invalid(inode, "the range to insert does not start before the size");
        }
        prepare(inode);
        map.split(inode, offset);
        map.drop(inode, Long.MAX_VALUE - length, Long.MAX_VALUE);
        map.shiftUp(inode, offset, length);
        draft.putInode(Inodes.withSize(draft.inode(inode), file.sizeBytes() + length));
    }

    /// @param source items of any tree of the same pool, settled
    public void cloneRange(CloneSource source, long length, long inode, long offset)
            throws IOException {
        requireFile(inode);
        long end = requireRange(offset, length);
        long sourceEnd = requireRange(source.offset(), length);
        Inode from = source.items().inode(source.inode());
        if (!from.isRegular()) {
            throw invalid(source.inode(), "not a regular file");
        }
        if (sourceEnd > from.sizeBytes()) {
            throw invalid(source.inode(), "the range to clone reaches beyond the source's end");
        }
        boolean sameFile = source.items() == draft.otherItems() && source.inode() == inode;
        if (sameFile && source.offset() < end && offset < sourceEnd) {
            throw invalid(inode, "the ranges to clone overlap");
        }
        if (length == 0) {
            return;
        }
        prepare(inode);
        map.drop(inode, offset, end);
        long shift = offset - source.offset();
        long position = source.offset();
        while (position < sourceEnd) {
            position = cloneBatch(source, position, sourceEnd, inode, shift);
        }
        settle();
        growTo(draft.inode(inode), end);
    }

    /// What to clone from.
    ///
    /// @param committed whether the items are those of a commit, whatever happened since
    public record CloneSource(FileItems items, boolean committed, long inode, long offset) {}

    /// Clones some extents, collected first because the source may be the tree being changed.
    private long cloneBatch(CloneSource source, long from, long to, long inode, long shift)
            throws IOException {
        List<Extent> batch = new ArrayList<>();
        Scan<Extent> scan = source.items().extents(source.inode(), from);
        while (batch.size() < CLONE_BATCH && scan.advance() && scan.current().offset() < to) {
            batch.add(scan.current());
        }
        if (batch.isEmpty()) {
            return to;
        }
        for (Extent extent : batch) {
            long start = Math.max(from, extent.offset());
            long end = Math.min(to, extent.end());
            if (extent instanceof Extent.Inline) {
                byte[] content = source.items().inlineContent(source.inode());
                int first = Math.toIntExact(start);
                write(inode, start + shift, ByteBuffer.wrap(content, first, (int) (end - start)));
            } else {
                Extent part = ExtentMap.slice(extent, start, end);
                if (!(part instanceof Extent.Data data) || retain(source, data.block())) {
                    map.put(inode, ExtentMap.moved(part, start + shift, draft.generation()));
                } else {
                    copy(source, start, end, inode, shift);
                }
            }
        }
        return batch.getLast().end();
    }

    /// False for a block that may not be shared any more: it was reclaimed since that commit.
    private boolean retain(CloneSource source, long block) throws IOException {
        if (source.committed()) {
            return draft.sharing().retainCommitted(block);
        }
        draft.sharing().retain(block);
        return true;
    }

    /// Writes what cannot be shared. It can still be read for as long as the grace lasts.
    private void copy(CloneSource source, long start, long end, long inode, long shift)
            throws IOException {
        ByteBuffer content = ByteBuffer.allocate(Math.toIntExact(end - start));
        source.items().read(source.inode(), start, content);
        write(inode, start + shift, content.flip());
        settle();
    }

    /// Before a change by ranges: nothing pending, nothing inline.
    private void prepare(long inode) throws IOException {
        settle(inode);
        map.expandInline(inode);
    }

    /// Settles if something of this file is not an extent yet.
    public void settle(long inode) throws IOException {
        if (runInode == inode || isArriving(inode)) {
            settle();
        }
    }

    /// Forgets what was written to a file that is being removed.
    void forget(long inode) {
        if (runInode == inode) {
            runInode = NO_INODE;
        }
        for (var left = arriving.iterator(); left.hasNext(); ) {
            ArrivingExtent extent = left.next();
            if (extent.inode() == inode) {
                arrivingBytes -= extent.content().length();
                left.remove();
            }
        }
    }

    private void growTo(Inode file, long end) throws IOException {
        Inode now = draft.inode(file.number());
        if (end > now.sizeBytes()) {
            draft.putInode(Inodes.withSize(now, end));
        }
    }

    private Inode requireFile(long inode) throws IOException {
        Inode file = draft.inode(inode);
        if (!file.isRegular()) {
            throw invalid(inode, "not a regular file");
        }
        return file;
    }

    private static long requireRange(long offset, long length) throws IOException {
        if (offset < 0 || length < 0 || offset + length < 0) {
            throw new FileSystemException(null, null, "no such range: " + offset + "+" + length);
        }
        return offset + length;
    }

    private static FileSystemException invalid(long inode, String reason) {
        return new FileSystemException("inode " + inode, null, reason);
    }
}
