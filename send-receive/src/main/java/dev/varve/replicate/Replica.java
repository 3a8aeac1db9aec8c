package dev.varve.replicate;

import dev.varve.engine.model.FileName;
import dev.varve.stream.ResumeToken;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongConsumer;

/// A pool that copies go to, here or on another machine: it can be asked what it has, and receives
/// streams. Used by one thread.
public interface Replica {
    /// What streams call the snapshots there that an increment can build on.
    Set<UUID> snapshots() throws IOException;

    /// The copies that were cut short and are kept there.
    List<Unfinished> unfinished() throws IOException;

    /// Receives one stream.
    ///
    /// @param token goes on with what is kept there
    /// @param streamBytes told now and then how much of the stream was taken
    /// @return what could not be kept; empty if the copy is whole
    /// @throws dev.varve.receive.MissingParentException if the stream builds on what is not there
    /// @throws java.nio.file.FileAlreadyExistsException if the name is taken there
    List<String> receive(
            Source source, Optional<ResumeToken> token, Place place, LongConsumer streamBytes)
            throws IOException;

    /// Writes a stream.
    @FunctionalInterface
    interface Source {
        /// Leaves the target open.
        void writeTo(OutputStream target) throws IOException;
    }

    /// Where a copy is to be named; the stream has the name itself.
    ///
    /// @param directory from the top level, across nested subvolumes; what is missing of it is made
    /// @param isNested whether it stands in a snapshot that was copied before, read-only by now
    record Place(List<FileName> directory, boolean isNested) {
        public Place {
            directory = List.copyOf(directory);
        }
    }

    /// A copy that was cut short.
    ///
    /// @param parent what the sender calls the snapshot that it is built on
    /// @param token names the snapshot, and tells where its stream goes on
    record Unfinished(Optional<UUID> parent, ResumeToken token) {}
}
