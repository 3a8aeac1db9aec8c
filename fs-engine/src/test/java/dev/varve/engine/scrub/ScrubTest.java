package dev.varve.engine.scrub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.engine.Pool;
import dev.varve.engine.PoolCare;
import dev.varve.engine.PoolOptions;
import dev.varve.engine.PoolSettings;
import dev.varve.engine.SubvolumeWriter;
import dev.varve.engine.TestKeys;
import dev.varve.engine.WriteTransaction;
import dev.varve.engine.model.Attributes;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Finding;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.PoolBusyException;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.ScrubOptions;
import dev.varve.engine.model.ScrubStatus;
import dev.varve.engine.model.ScrubStatus.State;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.store.ByteRange;
import dev.varve.engine.store.MemoryStore;
import dev.varve.engine.store.StoredObject;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A scrub finds what rotted, and over time reads all there is.
class ScrubTest {
    private static final int COMMITS = 10;

    private final MemoryStore store = new MemoryStore();
    private final Now clock = new Now();
    private final PoolCare care = new PoolCare(store, clock);
    private final List<Finding> findings = new ArrayList<>();

    /// A clock that goes when it is told to.
    private static final class Now extends Clock {
        Instant at = Instant.parse("2026-01-01T00:00:00Z");

        @Override
        public Instant instant() {
            return at;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        void pass(Duration time) {
            at = at.plus(time);
        }
    }

    /// Ten commits: ten packs of data and ten of metadata.
    @BeforeEach
    void makePool() throws IOException {
        Pool.create(store, PoolSettings.defaults(), PoolOptions.defaults());
        for (int i = 0; i < COMMITS; i++) {
            try (Pool pool = Pool.open(store, PoolOptions.defaults());
                    WriteTransaction tx = pool.begin()) {
                SubvolumeWriter tree = tx.edit(SubvolumeId.TOP_LEVEL);
                Attributes plain = Attributes.of(0644, Timestamp.EPOCH);
                long file = tree.createFile(Inode.ROOT, FileName.of("f" + i), plain);
                byte[] content = new byte[100_000];
                new Random(i).nextBytes(content);
                tree.write(file, 0, ByteBuffer.wrap(content));
                tx.commit();
            }
        }
    }

    private List<String> packs() throws IOException {
        List<String> names = new ArrayList<>();
        for (Scan<StoredObject> all = store.list("packs/"); all.advance(); ) {
            names.add(all.current().name());
        }
        return names;
    }

    private void flip(String name, int offset) throws IOException {
        byte[] bytes = store.get(name, new ByteRange.From(0, 1 << 30)).bytes();
        bytes[offset] ^= 1;
        store.delete(name);
        store.create(name, List.of(ByteBuffer.wrap(bytes)));
    }

    private ScrubStatus scrub(ScrubOptions options) throws IOException {
        return care.scrub(options, findings::add, _ -> {});
    }

    @Test
    void aSoundPoolHasNoErrorsAndEveryPackIsRead() throws IOException {
        ScrubStatus status = scrub(ScrubOptions.everything());
        assertEquals(State.FINISHED, status.state());
        assertEquals(packs().size(), status.objects());
        assertEquals(0, status.errors());
        assertEquals(0, status.neverVerified());
        assertEquals(List.of(), findings);
        assertTrue(status.doneBytes() >= status.totalBytes());
        assertEquals(status, care.scrubStatus().status().orElseThrow());
    }

    @Test
    void everyFlippedByteOfAnyObjectIsFound() throws IOException {
        for (String name : List.of("pool", "heads/000000000000000a", packs().getFirst())) {
            int size = store.get(name, new ByteRange.From(0, 1 << 30)).bytes().length;
            for (int offset = 0; offset < size; offset += Math.max(1, size / 60)) {
                findings.clear();
                flip(name, offset);
                ScrubStatus status = scrub(ScrubOptions.everything());
                flip(name, offset);
                assertTrue(status.errors() > 0, name + " at " + offset);
                assertEquals(status.errors(), findings.size());
                assertTrue(findings.getFirst().message().contains(name), findings::toString);
            }
        }
    }

    @Test
    void samplesCoverEverythingOverTime() throws IOException {
        Set<String> sound = new HashSet<>(packs());
        String rotten = packs().get(7);
        flip(rotten, 60);
        ScrubOptions fifth = ScrubOptions.everything().withSampleMillionths(200_000);
        int runs = 0;
        long never = sound.size();
        while (never > 1) {
            clock.pass(Duration.ofDays(1));
            ScrubStatus status = scrub(fifth);
            assertTrue(status.neverVerified() <= never);
            never = status.neverVerified();
            runs++;
            assertTrue(runs < 15, "not covered after " + runs + " runs");
        }
        assertTrue(runs >= 5, "a sample of a fifth read everything in " + runs + " runs");
        assertTrue(findings.stream().allMatch(f -> f.message().startsWith(rotten)));
        assertFalse(findings.isEmpty());
    }

    @Test
    void whatWasReadLatelyIsNotReadAgain() throws IOException {
        scrub(ScrubOptions.everything());
        ScrubOptions monthly = ScrubOptions.everything().withMaxAge(Duration.ofDays(30));
        clock.pass(Duration.ofDays(29));
        assertEquals(0, scrub(monthly).objects());
        clock.pass(Duration.ofDays(2));
        assertEquals(packs().size(), scrub(monthly).objects());
    }

    @Test
    void anInterruptedScrubGoesOnWhereItStopped() throws IOException {
        int half = packs().size() / 2;
        assertThrows(
                InterruptedIOException.class,
                () ->
                        care.scrub(
                                ScrubOptions.everything(),
                                findings::add,
                                status -> {
                                    if (status.objects() == half) {
                                        Thread.currentThread().interrupt();
                                    }
                                }));
        assertTrue(Thread.interrupted());
        ScrubStatus stopped = care.scrubStatus().status().orElseThrow();
        assertEquals(State.INTERRUPTED, stopped.state());
        assertTrue(stopped.objects() >= half && stopped.objects() < packs().size());
        ScrubStatus end = care.resumeScrub(findings::add, _ -> {}).orElseThrow();
        assertEquals(State.FINISHED, end.state());
        assertEquals(packs().size(), end.objects());
        assertTrue(care.resumeScrub(findings::add, _ -> {}).isEmpty());
    }

    @Test
    void anotherProcessMayCancel() throws IOException {
        PoolCare other = new PoolCare(store, clock);
        boolean[] asked = {false};
        ScrubStatus status =
                care.scrub(
                        ScrubOptions.everything(),
                        findings::add,
                        at -> {
                            clock.pass(Duration.ofSeconds(20));
                            if (at.objects() == 3 && !asked[0]) {
                                asked[0] = cancel(other);
                            }
                        });
        assertTrue(asked[0]);
        assertEquals(State.CANCELLED, status.state());
        assertFalse(other.cancelScrub());
        assertEquals(
                State.FINISHED, care.resumeScrub(findings::add, _ -> {}).orElseThrow().state());
    }

    private static boolean cancel(PoolCare care) {
        try {
            return care.cancelScrub();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aSecondScrubIsRefusedUntilTheFirstHasDied() throws IOException {
        care.scrub(
                ScrubOptions.everything(),
                findings::add,
                status -> {
                    if (status.objects() == 2) {
                        assertThrows(
                                PoolBusyException.class,
                                () ->
                                        new PoolCare(store, clock)
                                                .scrub(
                                                        ScrubOptions.everything(),
                                                        _ -> {},
                                                        _ -> {}));
                    }
                });
        assertThrows(
                IllegalStateException.class,
                () ->
                        care.scrub(
                                ScrubOptions.everything(),
                                findings::add,
                                status -> {
                                    if (status.objects() == 2) {
                                        throw new IllegalStateException("killed");
                                    }
                                }));
        assertEquals(State.FINISHED, scrub(ScrubOptions.everything()).state());
    }

    @Test
    void aDamagedMemoryOfAScrubIsNoMoreThanForgotten() throws IOException {
        scrub(ScrubOptions.everything());
        for (Scan<StoredObject> all = store.list("scrub/"); all.advance(); ) {
            flip(all.current().name(), 40);
        }
        assertTrue(care.scrubStatus().status().isEmpty());
        ScrubStatus status = scrub(ScrubOptions.everything().withMaxAge(Duration.ofDays(1)));
        assertEquals(packs().size(), status.objects());
    }

    @Test
    void allBytesAreReadOnceAndNoMore() throws IOException {
        for (boolean sealed : new boolean[] {false, true}) {
            MemoryStore pool = new MemoryStore();
            if (sealed) {
                TestKeys.create(pool, PoolSettings.defaults(), PoolOptions.defaults());
            } else {
                Pool.create(pool, PoolSettings.defaults(), PoolOptions.defaults());
            }
            PoolOptions plain = PoolOptions.defaults();
            PoolOptions options = sealed ? plain.withUnlocking(TestKeys.with(1)) : plain;
            try (Pool opened = Pool.open(pool, options);
                    WriteTransaction tx = opened.begin()) {
                tx.commit();
            }
            long bytes = 0;
            for (Scan<StoredObject> all = pool.list(""); all.advance(); ) {
                bytes += all.current().sizeBytes();
            }
            List<ScrubStatus> seen = new ArrayList<>();
            ScrubStatus end =
                    new PoolCare(pool, clock).scrub(ScrubOptions.everything(), _ -> {}, seen::add);
            assertEquals(bytes, end.totalBytes());
            assertEquals(bytes, end.doneBytes());
            assertTrue(seen.stream().allMatch(at -> at.totalBytes() == end.totalBytes()));
        }
    }
}
