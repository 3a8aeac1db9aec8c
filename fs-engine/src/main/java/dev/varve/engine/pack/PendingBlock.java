package dev.varve.engine.pack;

import dev.varve.engine.model.ContentId;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/// A block that was appended and is not yet in the store: raw, until a thread has run this.
final class PendingBlock implements Runnable {
    private final long address;
    private final BlockKind kind;
    private final ContentId content;
    private final FutureTask<StoredBlock> storing;

    /// Null once the block is stored; written by the thread that runs this.
    private volatile byte @Nullable [] raw;

    /// @param storing makes the stored block from the raw one
    PendingBlock(
            long address,
            BlockKind kind,
            byte[] raw,
            ContentId content,
            Callable<StoredBlock> storing) {
        this.address = address;
        this.kind = kind;
        this.raw = raw;
        this.content = content;
        this.storing = new FutureTask<>(storing);
    }

    @Override
    public void run() {
        storing.run();
        if (storing.state() == FutureTask.State.SUCCESS) {
            raw = null;
        }
    }

    long address() {
        return address;
    }

    ContentId content() {
        return content;
    }

    /// The block as it goes to the pack; waits for the thread that makes it.
    StoredBlock stored() throws InterruptedException, ExecutionException {
        return storing.get();
    }

    /// Bytes this takes in its pack; of the raw block, until that is known.
    int lengthBytes() {
        byte[] bytes = raw;
        return bytes != null ? bytes.length : storing.resultNow().bytes().length;
    }

    /// The raw bytes, at whatever state.
    byte[] read(BlockCodec codec) throws IOException {
        byte[] bytes = raw;
        return bytes != null ? bytes : codec.open(address, kind, storing.resultNow());
    }
}
