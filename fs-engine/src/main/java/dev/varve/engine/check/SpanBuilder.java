package dev.varve.engine.check;

import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.Extent;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Link;
import dev.varve.engine.tree.TreeItem;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Adds up items, or shorter spans, to a [Span].
final class SpanBuilder {
    private static final byte[] NONE = {};

    private boolean sound = true;
    private boolean rises;
    private long names;
    private long kinds;
    private @Nullable InodePart head;
    private @Nullable InodePart tail;
    private byte[] firstKey = NONE;

    /// The last item's key: a range of its page, copied at the end.
    private byte[] lastPage = NONE;

    private int lastOffset;
    private int lastLength;

    /// Takes the next item of a leaf.
    ///
    /// @param book told of the lengths that blocks should have
    void add(TreeItem item, SpanWalk.Book book) {
        keepKeys(item.page(), item.keyOffset(), item.keyLength());
        FileItem read;
        try {
            read = FileItem.read(item);
        } catch (CorruptionException _) {
            sound = false;
            return;
        }
        InodePart part = part(read.inode());
        part.add(read);
        switch (read) {
            case FileItem.InodeItem(Inode now) -> {
                if (now.number() != Inode.ROOT) {
                    kinds -= now.links() * kind(now.number(), now.type().modeBits());
                }
            }
            case FileItem.LinkItem(long inode, Link link) -> {
                names -= Mix.of(link.directory(), inode, link.name().bytes());
                rises |= link.directory() >= inode && part.mayBeDirectory();
            }
            case FileItem.EntryItem(long directory, DirEntry entry) -> add(directory, entry);
            case FileItem.ExtentItem(_, Extent extent) -> {
                if (extent instanceof Extent.Data data) {
                    book.expectLength(data.block(), data.blockLength());
                }
            }
            case FileItem.LargeXattrItem(_, _, Extent.Data data) ->
                    book.expectLength(data.block(), data.blockLength());
            case FileItem.XattrItem _, FileItem.TargetItem _ -> {}
        }
    }

    private void add(long directory, DirEntry entry) {
        if (!entry.isSubvolume()) {
            names += Mix.of(directory, entry.target(), entry.name().bytes());
            kinds += kind(entry.target(), entry.type().modeBits());
        }
    }

    private static long kind(long inode, int typeBits) {
        return Mix.of(inode, typeBits);
    }

    private void keepKeys(byte[] page, int offset, int length) {
        if (firstKey.length == 0) {
            firstKey = Arrays.copyOfRange(page, offset, offset + length);
        }
        lastPage = page;
        lastOffset = offset;
        lastLength = length;
    }

    /// The part that the next item of this inode goes to.
    private InodePart part(long inode) {
        InodePart last = tail;
        if (last != null && last.number() == inode) {
            return last;
        }
        InodePart next = new InodePart(inode);
        follow(next);
        return next;
    }

    /// Puts another inode's part behind the last one.
    private void follow(InodePart next) {
        if (head == null) {
            head = next;
        } else if (tail != head) {
            close(tail);
        }
        tail = next;
    }

    private void close(@Nullable InodePart part) {
        sound &= part == null || part.problem().isEmpty();
    }

    /// Takes a span that stands behind all taken so far.
    void append(Span span) {
        sound &= span.sound();
        rises |= span.rises();
        names += span.names();
        kinds += span.kinds();
        if (span.firstKey().length > 0) {
            byte[] first = firstKey.length == 0 ? span.firstKey() : firstKey;
            keepKeys(span.lastKey(), 0, span.lastKey().length);
            firstKey = first;
        }
        InodePart first = span.head();
        if (first != null) {
            appendFirst(first);
            if (span.tail() != null && span.tail() != first) {
                follow(span.tail());
            }
        }
    }

    private void appendFirst(InodePart first) {
        InodePart last = tail;
        if (last == null || last.number() != first.number()) {
            follow(first);
            return;
        }
        InodePart joined = last.join(first);
        head = last == head ? joined : head;
        tail = joined;
    }

    /// Something in the run could not be read, or is out of place.
    void setUnsound() {
        sound = false;
    }

    Span end() {
        byte[] lastKey = Arrays.copyOfRange(lastPage, lastOffset, lastOffset + lastLength);
        return new Span(sound, rises, names, kinds, head, tail, firstKey, lastKey);
    }
}
