package dev.varve.archive;

import java.util.List;
import java.util.Optional;

/// What an archive knows of a snapshot in it; read from an object of its own.
///
/// @param revision grows when the snapshot is written again with another parent
/// @param encryption the form of its [Envelope]; empty if it is not encrypted
/// @param streamBytes length of the btrfs send stream
/// @param streamSha256 of the send stream, in hexadecimal
/// @param writer the program that wrote it
/// @param parts in the order in which they are joined
public record Manifest(
        Snapshot snapshot,
        int revision,
        Optional<String> encryption,
        long streamBytes,
        String streamSha256,
        String writer,
        List<Part> parts) {

    public Manifest {
        parts = List.copyOf(parts);
    }

    /// What the stream takes in the store.
    public long storedBytes() {
        return parts.stream().mapToLong(Part::sizeBytes).sum();
    }

    /// The object this is read from.
    public String name() {
        return ArchiveNames.manifest(snapshot.uuid(), revision);
    }
}
