package dev.varve.engine.pack;

import dev.varve.engine.format.ChecksumKind;
import dev.varve.engine.format.Head.NewPack;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// What both lanes share: numbers, threads, and the packs not yet in the store by number.
final class Appending implements AutoCloseable {
    private final BlockCodec codec;
    private final PackWriter writer;
    private final PackNumbers numbers;
    private final int packRawBytes;
    private final ExecutorService compressors;
    private final ExecutorService writers;
    private final ConcurrentHashMap<Long, OpenPack> openPacks = new ConcurrentHashMap<>();
    private final List<NewPack> sealed = new ArrayList<>();
    private final AtomicLong bytes = new AtomicLong();

    Appending(PackSource source, BlockStoreOptions options, PackNumbers numbers) {
        this.codec = source.codec();
        this.writer = new PackWriter(source, options, numbers);
        this.numbers = numbers;
        this.packRawBytes = options.packRawBytes();
        this.compressors =
                Executors.newFixedThreadPool(options.threads(), daemons("varve-compress-"));
        this.writers =
                Executors.newFixedThreadPool(
                        Lane.MOST_WRITERS * BlockKind.values().length, daemons("varve-pack-"));
    }

    private static ThreadFactory daemons(String prefix) {
        return Thread.ofPlatform().daemon().name(prefix, 1).factory();
    }

    BlockCodec codec() {
        return codec;
    }

    int packRawBytes() {
        return packRawBytes;
    }

    ExecutorService compressors() {
        return compressors;
    }

    void compress(PendingBlock block) {
        int before = block.lengthBytes();
        bytes.addAndGet(before);
        compressors.execute(() -> {
            block.run();
            bytes.addAndGet(block.lengthBytes() - before);
        });
    }

    /// Of all blocks appended: as they are stored, or raw while that is not known.
    long bytes() {
        return bytes.get();
    }

    ExecutorService writers() {
        return writers;
    }

    OpenPack newPack(BlockKind kind, ChecksumKind checksum) throws IOException {
        OpenPack pack = new OpenPack(numbers.next(), kind, checksum);
        openPacks.put(pack.number(), pack);
        return pack;
    }

    /// Puts a pack in the store; from then on its blocks are read from there.
    KindStatistics write(OpenPack pack)
            throws IOException, InterruptedException, ExecutionException {
        KindStatistics written = writer.write(pack);
        synchronized (sealed) {
            sealed.add(
                    new NewPack(
                            pack.number(),
                            BlockKinds.id(pack.kind()),
                            (int) written.blocks(),
                            written.storedBytes(),
                            written.rawBytes()));
        }
        openPacks.remove(pack.number());
        return written;
    }

    /// The packs put in the store since this was last asked, in order of number.
    List<NewPack> takeSealed() {
        synchronized (sealed) {
            List<NewPack> taken =
                    sealed.stream().sorted(Comparator.comparingLong(NewPack::number)).toList();
            sealed.clear();
            return taken;
        }
    }

    /// The pack of this number if it is not in the store yet.
    @Nullable OpenPack openPack(long packNumber) {
        return openPacks.get(packNumber);
    }

    /// Forgets what was appended and not committed.
    void forget() {
        openPacks.clear();
        takeSealed();
    }

    /// Ends the threads; what is not in the store yet will not be.
    @Override
    public void close() {
        compressors.shutdownNow();
        writers.shutdownNow();
    }
}
