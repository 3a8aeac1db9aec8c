package dev.varve.cli.output;

import dev.varve.engine.model.Finding;
import dev.varve.engine.model.PoolEvent;
import dev.varve.engine.model.RepairStep;
import dev.varve.engine.model.ScrubStatus;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.SubvolumeInfo;
import dev.varve.engine.model.Timestamp;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/// Appends events to a file as JSON lines, each in one write, so that several processes may share
/// it. The schema is in `docs/events.md`. Opened with the first event. What goes wrong with the log
/// never stops the work: it is said once.
public final class EventLog implements Consumer<PoolEvent> {
    private final Path file;
    private final String pool;
    private final Clock clock;
    private final Consumer<String> trouble;
    private boolean isBroken;

    /// @param target a file, or the number of an open file descriptor
    /// @param pool what the user calls the pool
    /// @param trouble told if the log cannot be written
    public EventLog(String target, String pool, Clock clock, Consumer<String> trouble) {
        boolean isDescriptor = target.matches("[0-9]{1,4}");
        this.file = Path.of(isDescriptor ? "/proc/self/fd/" + target : target);
        this.pool = pool;
        this.clock = clock;
        this.trouble = trouble;
    }

    @Override
    public synchronized void accept(PoolEvent event) {
        if (isBroken) {
            return;
        }
        // An interrupt closes a channel that is being written to; it is kept for later.
        boolean interrupted = Thread.interrupted();
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            ByteBuffer line = ByteBuffer.wrap(line(event));
            while (line.hasRemaining()) {
                channel.write(line);
            }
        } catch (IOException e) {
            isBroken = true;
            trouble.accept("events: " + file + ": " + e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private byte[] line(PoolEvent event) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonWriter json = JsonWriter.event(bytes, name(event))) {
            json.field("time", Timestamp.of(clock.instant())).field("pool", pool);
            write(json, event);
            json.end();
        }
        return bytes.toByteArray();
    }

    private static String name(PoolEvent event) {
        return switch (event) {
            case PoolEvent.Committed _ -> "committed";
            case PoolEvent.SubvolumeCreated _ -> "subvolume_created";
            case PoolEvent.SubvolumeDeleted _ -> "subvolume_deleted";
            case PoolEvent.SubvolumeCleaned _ -> "subvolume_cleaned";
            case PoolEvent.NoSpace _ -> "no_space";
            case PoolEvent.WentReadOnly _ -> "read_only";
            case PoolEvent.LeftBehind _ -> "left_behind";
            case PoolEvent.ScrubStarted _ -> "scrub_started";
            case PoolEvent.ScrubEnded _ -> "scrub_ended";
            case PoolEvent.MismatchDetected _ -> "mismatch_detected";
            case PoolEvent.MismatchRepaired _ -> "mismatch_repaired";
        };
    }

    private static void write(JsonWriter json, PoolEvent event) throws IOException {
        switch (event) {
            case PoolEvent.Committed(long generation, Timestamp time) ->
                    json.field("generation", generation).field("commit_time", time);
            case PoolEvent.SubvolumeCreated(long generation, SubvolumeInfo subvolume) -> {
                json.field("generation", generation)
                        .field("id", subvolume.id().value())
                        .field("path", subvolume.path())
                        .field("uuid", subvolume.uuid().toString())
                        .field("parent_uuid", subvolume.parentUuid())
                        .field("read_only", subvolume.readOnly());
            }
            case PoolEvent.SubvolumeDeleted(long generation, SubvolumeId id, String path) ->
                    json.field("generation", generation)
                            .field("id", id.value())
                            .field("path", path);
            case PoolEvent.SubvolumeCleaned(long generation, SubvolumeId id) ->
                    json.field("generation", generation).field("id", id.value());
            case PoolEvent.NoSpace(String object, String detail) ->
                    json.field("object", object).field("detail", detail);
            case PoolEvent.WentReadOnly(String object, String detail) ->
                    json.field("object", object).field("detail", detail);
            case PoolEvent.LeftBehind(String object, String detail) ->
                    json.field("object", object).field("detail", detail);
            case PoolEvent.ScrubStarted(int run, boolean resumed) ->
                    json.field("run", run).field("resumed", resumed);
            case PoolEvent.ScrubEnded(ScrubStatus status) ->
                    json.field("run", status.run())
                            .field("status", status.state().name().toLowerCase(Locale.ROOT))
                            .field("done_bytes", status.doneBytes())
                            .field("errors", status.errors());
            case PoolEvent.MismatchDetected(Finding finding) ->
                    json.field("message", finding.message());
            case PoolEvent.MismatchRepaired(RepairStep step) ->
                    json.field("object", step.object()).field("action", step.action());
        }
    }

    /// Tells nobody.
    public static Consumer<PoolEvent> none() {
        return _ -> {};
    }

    /// The log that an option or the environment names.
    public static Consumer<PoolEvent> of(
            Optional<String> target, String pool, Clock clock, Consumer<String> trouble) {
        return target.filter(name -> !name.isEmpty())
                .<Consumer<PoolEvent>>map(name -> new EventLog(name, pool, clock, trouble))
                .orElseGet(EventLog::none);
    }
}
