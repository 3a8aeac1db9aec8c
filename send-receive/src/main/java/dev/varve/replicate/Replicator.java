package dev.varve.replicate;

import dev.varve.engine.ReadView;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeInfo;
import dev.varve.send.SendJob;
import dev.varve.send.SendOptions;
import dev.varve.send.Sender;
import dev.varve.stream.ResumeToken;
import dev.varve.stream.StreamWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongConsumer;

/// Copies snapshots into another pool. The copy is what a receive of the same stream would be: it
/// knows its original by its received UUID, so increments go on from either side.
///
/// A copy that is cut short is kept, hidden, in the other pool, and the next one of the same
/// snapshot goes on with it.
public final class Replicator {
    private static final SendOptions STREAM = SendOptions.ofProtocol(SendOptions.NEWEST_PROTOCOL);

    private final Replica target;

    public Replicator(Replica target) {
        this.target = target;
    }

    /// What streams call a snapshot: the UUID it was received as, or else its own.
    public static UUID streamUuid(SubvolumeInfo snapshot) {
        return snapshot.receivedUuid().orElse(snapshot.uuid());
    }

    /// What streams call the snapshots of a pool that an increment can build on.
    public static Set<UUID> snapshots(ReadView view) throws IOException {
        Set<UUID> found = new HashSet<>();
        for (Scan<SubvolumeInfo> all = view.subvolumes(); all.advance(); ) {
            SubvolumeInfo info = all.current();
            if (info.readOnly()) {
                found.add(info.uuid());
                info.receivedUuid().ifPresent(found::add);
            }
        }
        return found;
    }

    /// Whether a copy that was cut short is one of this snapshot and can be gone on with.
    public static boolean isOf(Replica.Unfinished unfinished, SubvolumeInfo snapshot) {
        return unfinished.token().uuid().equals(streamUuid(snapshot))
                && unfinished.token().version() == STREAM.protocol();
    }

    /// The length of the stream that [#copy] would carry.
    public static long measure(SendJob job) throws IOException {
        return Sender.measure(List.of(job), STREAM);
    }

    /// Copies one snapshot.
    ///
    /// @param token goes on with what is kept; the job's parent must be what it was then
    /// @return what could not be kept; empty if the copy is whole
    /// @throws dev.varve.receive.MissingParentException if the target lacks the job's parent
    /// @throws java.nio.file.FileAlreadyExistsException if the name is taken there
    public List<String> copy(
            SendJob job, Replica.Place place, Optional<ResumeToken> token, LongConsumer streamBytes)
            throws IOException {
        return target.receive(out -> send(job, token, out), token, place, streamBytes);
    }

    private static void send(SendJob job, Optional<ResumeToken> token, OutputStream out)
            throws IOException {
        StreamWriter writer =
                token.isPresent() ? StreamWriter.resuming(out, token.get()) : new StreamWriter(out);
        Sender sender = new Sender(writer, STREAM);
        sender.send(job);
        sender.finish();
    }
}
