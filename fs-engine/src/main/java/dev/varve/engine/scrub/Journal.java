package dev.varve.engine.scrub;

import dev.varve.engine.format.ScrubFormat;
import dev.varve.engine.format.ScrubRecord;
import dev.varve.engine.format.ScrubRecord.Verified;
import dev.varve.engine.model.ScrubStatus;
import dev.varve.engine.model.ScrubStatus.State;
import dev.varve.engine.model.Timestamp;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// A run's own account: counts as it goes, and writes it down every few seconds.
final class Journal {
    private final ScrubLog log;
    private final UUID poolId;
    private final Clock clock;
    private final Selection selection;
    private final List<Verified> verified;
    private ScrubStatus status;
    private int segment;
    private int revision;
    private long position;
    private long writtenMillis;

    /// @param from where the run starts or goes on
    /// @param revision of its segment, not used yet
    Journal(ScrubLog log, Clock clock, ScrubRecord from, int revision) {
        this.log = log;
        this.poolId = from.poolId();
        this.clock = clock;
        this.status = from.status();
        this.selection = new Selection(from.thresholdDay(), from.quotaBytes());
        this.segment = from.segment();
        this.revision = revision;
        this.position = from.position();
        this.verified = new ArrayList<>(from.verified());
        this.writtenMillis = clock.millis();
    }

    ScrubStatus status() {
        return status;
    }

    Selection selection() {
        return selection;
    }

    /// The last pack object that was dealt with.
    long position() {
        return position;
    }

    /// A pack object is done.
    ///
    /// @param read whether it was read, and not passed over
    void done(Verified pack, boolean read, long blocks) throws IOException {
        verified.add(pack);
        position = pack.object();
        boolean never = pack.seconds() == 0;
        long oldest = status.oldestVerified().seconds();
        boolean older = !never && (oldest == 0 || pack.seconds() < oldest);
        count(
                0,
                read ? 1 : 0,
                blocks,
                pack.errors(),
                never ? 1 : 0,
                older ? pack.seconds() : oldest);
        if (verified.size() == ScrubFormat.MAX_PACKS) {
            write(State.RUNNING);
            verified.clear();
            segment++;
            revision = 0;
        }
    }

    /// Something that is no pack is damaged.
    void error() {
        count(0, 0, 0, 1, 0, status.oldestVerified().seconds());
    }

    void read(long bytes) {
        count(bytes, 0, 0, 0, 0, status.oldestVerified().seconds());
    }

    private void count(
            long bytes, long objects, long blocks, long errors, long never, long oldest) {
        status =
                new ScrubStatus(
                        status.run(),
                        status.state(),
                        status.started(),
                        status.updated(),
                        status.elapsedMillis(),
                        status.options(),
                        Math.max(status.totalBytes(), status.doneBytes() + bytes),
                        status.doneBytes() + bytes,
                        status.objects() + objects,
                        status.blocks() + blocks,
                        status.errors() + errors,
                        status.neverVerified() + never,
                        new Timestamp(oldest, 0));
    }

    /// Whether it is time to write again.
    boolean isDue() {
        return clock.millis() - writtenMillis >= ScrubStatus.HEARTBEAT_SECONDS * 1000L;
    }

    void write(State state) throws IOException {
        long now = clock.millis();
        status =
                new ScrubStatus(
                        status.run(),
                        state,
                        status.started(),
                        Timestamp.of(clock.instant()),
                        status.elapsedMillis() + Math.max(0, now - writtenMillis),
                        status.options(),
                        status.totalBytes(),
                        status.doneBytes(),
                        status.objects(),
                        status.blocks(),
                        status.errors(),
                        status.neverVerified(),
                        status.oldestVerified());
        writtenMillis = now;
        revision =
                log.write(
                        new ScrubRecord(
                                poolId,
                                segment,
                                status,
                                position,
                                selection.thresholdDay(),
                                selection.quotaBytes(),
                                List.copyOf(verified)),
                        revision);
    }
}
