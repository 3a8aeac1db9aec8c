package dev.varve.send;

import dev.varve.engine.FileTree;
import dev.varve.engine.model.Extent;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Scan;
import dev.varve.stream.StreamCommand;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Sends the content of one regular file after another: [#begin], [#send] for each range that
/// changed, in order, then [#end].
///
/// Neighbouring extents are joined: a range waits as *pending* to be written or as a *run* to be
/// cloned until something else follows.
final class FileSender {
    private static final long SECTOR = Contents.SECTOR_BYTES;

    /// `btrfs receive` keeps lengths of clones in a signed 32-bit number.
    private static final long MAX_CLONE_BYTES = 1L << 30;

    /// `fallocate` flags: keep the size, punch a hole.
    private static final int PUNCH_HOLE = 3;

    private final CommandSink sink;
    private final FileTree newer;

    /// Where holes are looked up that the receiver's file has already; without a parent, none.
    private final @Nullable FileTree older;

    private final SendOptions options;
    private final Contents contents;
    private final SharedData shared;

    private byte[] path = Paths.ROOT;
    private long inode;
    private long sizeBytes;

    /// What the receiver's file has from the parent: nothing behind it needs a hole.
    private long inheritedBytes;

    /// Size of the receiver's file after the commands so far.
    private long receiverBytes;

    private boolean isTouched;
    private long pendingStart;
    private long pendingEnd;
    private SharedData.@Nullable Match run;

    FileSender(
            CommandSink sink,
            FileTree newer,
            Optional<FileTree> older,
            SendOptions options,
            Contents contents,
            SharedData shared) {
        this.sink = sink;
        this.newer = newer;
        this.older = older.orElse(null);
        this.options = options;
        this.contents = contents;
        this.shared = shared;
    }

    /// Starts a file that the receiver has with the parent's content, or new and empty.
    void begin(byte[] filePath, Inode now, Optional<Inode> was) throws IOException {
        path = filePath;
        inode = now.number();
        sizeBytes = now.sizeBytes();
        isTouched = false;
        pendingStart = 0;
        pendingEnd = 0;
        receiverBytes = was.map(Inode::sizeBytes).orElse(0L);
        if (receiverBytes > sizeBytes) {
            truncate();
        }
        inheritedBytes = receiverBytes;
    }

    private void truncate() throws IOException {
        sink.put(new StreamCommand.Truncate(path, sizeBytes));
        receiverBytes = sizeBytes;
        isTouched = true;
    }

    /// Sets the final size.
    ///
    /// @return whether any command was sent for this file
    boolean end() throws IOException {
        if (receiverBytes != sizeBytes) {
            truncate();
        }
        return isTouched;
    }

    /// Sends what the file has between two offsets.
    void send(long from, long to) throws IOException {
        long end = Math.min(to, sizeBytes);
        long position = from;
        Scan<Extent> extents = newer.extents(inode, from);
        while (extents.advance() && extents.current().offset() < end) {
            Extent extent = extents.current();
            long start = Math.max(extent.offset(), from);
            long stop = Math.min(extent.end(), end);
            hole(position, start);
            switch (extent) {
                case Extent.Data data -> data(data, start, stop);
                case Extent.Inline _ -> write(start, stop);
                case Extent.Preallocated _ -> hole(start, stop);
            }
            position = stop;
        }
        hole(position, end);
        flush();
    }

    private void data(Extent.Data data, long start, long end) throws IOException {
        if (options.withoutData()) {
            write(start, end);
            return;
        }
        Optional<SharedData.Match> found = shared.find(inode, data, start, end);
        if (found.isPresent()) {
            SharedData.Match match = found.get();
            write(start, match.start());
            share(match);
            write(match.end(), end);
        } else {
            write(start, end);
        }
        shared.add(SharedData.OWN, inode, data, start, end);
    }

    private void share(SharedData.Match match) throws IOException {
        SharedData.Match before = run;
        if (before != null && continues(before, match)) {
            run =
                    new SharedData.Match(
                            before.tree(),
                            before.inode(),
                            before.sourceOffset(),
                            before.start(),
                            match.end());
            return;
        }
        finishRun();
        run = match;
    }

    private boolean continues(SharedData.Match before, SharedData.Match match) {
        boolean isSameSource =
                before.end() == match.start()
                        && before.tree() == match.tree()
                        && before.inode() == match.inode()
                        && before.displacement() == match.displacement();
        // Inside one file, source and target of a clone must be apart.
        boolean isApart =
                match.tree() != SharedData.OWN
                        || match.inode() != inode
                        || match.end() + match.displacement() <= before.start();
        return isSameSource && isApart;
    }

    private void write(long start, long end) throws IOException {
        if (start >= end) {
            return;
        }
        finishRun();
        if (pendingEnd != start) {
            finishPending();
            pendingStart = start;
        }
        pendingEnd = end;
    }

    private void flush() throws IOException {
        finishRun();
        finishPending();
    }

    private void finishPending() throws IOException {
        if (pendingStart < pendingEnd) {
            contents.send(path, inode, pendingStart, pendingEnd, sizeBytes);
            reached(pendingEnd);
        }
        pendingStart = pendingEnd;
    }

    /// Clones what the kernel's rules allow of the run, and writes the rest.
    private void finishRun() throws IOException {
        SharedData.Match match = run;
        if (match == null) {
            return;
        }
        run = null;
        long start = (match.start() + SECTOR - 1) / SECTOR * SECTOR;
        long end = cloneEnd(match);
        if (match.displacement() % SECTOR != 0 || !isWorthwhile(match, start, end)) {
            write(match.start(), match.end());
            return;
        }
        write(match.start(), start);
        finishPending();
        sendClones(match, start, end);
        write(end, match.end());
    }

    /// A range that ends inside a sector can be cloned only if both files end there.
    private long cloneEnd(SharedData.Match match) throws IOException {
        long end = match.end();
        boolean endsBoth =
                end == sizeBytes && end + match.displacement() == shared.sourceSize(match);
        return endsBoth ? end : end / SECTOR * SECTOR;
    }

    /// The first sector of a file may be stored inline at the receiver, where it cannot be shared.
    private static boolean isWorthwhile(SharedData.Match match, long start, long end) {
        long least = start + match.displacement() == 0 ? SECTOR + 1 : 1;
        return end - start >= least;
    }

    private void sendClones(SharedData.Match match, long start, long end) throws IOException {
        for (long at = start; at < end; ) {
            long length = Math.min(end - at, MAX_CLONE_BYTES);
            sink.put(
                    new StreamCommand.Clone(
                            path, at, length, shared.source(match, at + match.displacement())));
            at += length;
        }
        reached(end);
    }

    private void reached(long end) {
        isTouched = true;
        // Without data nothing is written, so the size is still to be set.
        if (!options.withoutData()) {
            receiverBytes = Math.max(receiverBytes, end);
        }
    }

    /// Makes what the parent's file has in a range read as zeros.
    private void hole(long from, long to) throws IOException {
        long end = Math.min(to, inheritedBytes);
        if (from >= end || older == null) {
            return;
        }
        flush();
        long zeroStart = from;
        long zeroEnd = from;
        for (Scan<Extent> extents = older.extents(inode, from);
                extents.advance() && extents.current().offset() < end; ) {
            Extent extent = extents.current();
            if (extent instanceof Extent.Preallocated) {
                continue;
            }
            long start = Math.max(extent.offset(), from);
            if (start != zeroEnd) {
                zero(zeroStart, zeroEnd, from, to);
                zeroStart = start;
            }
            zeroEnd = Math.min(extent.end(), end);
        }
        zero(zeroStart, zeroEnd, from, to);
    }

    /// @param from where the hole begins
    /// @param to where it ends, or the range to be sent
    private void zero(long start, long end, long from, long to) throws IOException {
        if (start >= end) {
            return;
        }
        if (options.hasVersion2() && !options.withoutData()) {
            punch(start, end, from, to);
        } else {
            contents.sendZeros(path, start, end);
        }
        isTouched = true;
    }

    /// A receiver frees whole sectors only, so the hole is widened to them where it can be: as far
    /// as the file reads as zeros, and behind the end of the receiver's file.
    private void punch(long start, long end, long from, long to) throws IOException {
        long wideStart = start / SECTOR * SECTOR;
        long wideEnd = (end + SECTOR - 1) / SECTOR * SECTOR;
        long first = wideStart >= from ? wideStart : start;
        long last = wideEnd <= to || end == inheritedBytes ? wideEnd : end;
        sink.put(new StreamCommand.Fallocate(path, PUNCH_HOLE, first, last - first));
    }
}
