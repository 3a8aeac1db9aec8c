package dev.varve.cli.remote;

import dev.varve.cli.output.RawText;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.StorageException;
import dev.varve.replicate.Replica;
import dev.varve.stream.ResumeToken;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;

/// A pool on another machine. Each question and each stream is one command of the varve there.
public final class RemoteReplica implements Replica {
    /// The exit code of a varve that left something out.
    static final int PARTIAL = 3;

    private static final int UUID_LENGTH = 36;

    private final RemoteVarve varve;

    public RemoteReplica(RemoteVarve varve) {
        this.varve = varve;
    }

    @Override
    public Set<UUID> snapshots() throws IOException {
        Set<UUID> found = new HashSet<>();
        varve.ask(
                "subvolumes",
                row -> {
                    uuid(row, "uuid").ifPresent(found::add);
                    uuid(row, "received_uuid").ifPresent(found::add);
                },
                "subvolume",
                "list",
                "-r");
        return found;
    }

    @Override
    public List<Unfinished> unfinished() throws IOException {
        List<Unfinished> found = new ArrayList<>();
        varve.ask(
                "unfinished",
                row ->
                        ResumeToken.parse(row.getOrDefault("resume_token", ""))
                                .ifPresent(token ->
                                        found.add(new Unfinished(uuid(row, "parent_uuid"), token))),
                "receive",
                "--status");
        return found;
    }

    private static Optional<UUID> uuid(Map<String, String> row, String field) {
        String text = row.getOrDefault(field, "");
        try {
            return text.length() == UUID_LENGTH
                    ? Optional.of(UUID.fromString(text))
                    : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    @Override
    public List<String> receive(
            Source source, Optional<ResumeToken> token, Place place, LongConsumer streamBytes)
            throws IOException {
        List<String> words = new ArrayList<>(List.of("receive", "--quiet"));
        if (place.isNested()) {
            words.add("--nested");
        }
        token.ifPresent(it -> words.addAll(List.of("--resume", it.toString())));
        words.add(path(place.directory()));
        try (RemoteProcess process = varve.start(words)) {
            long start = token.map(ResumeToken::offsetBytes).orElse(0L);
            try (OutputStream in = new CountingStream(process.in(), streamBytes, start)) {
                source.writeTo(in);
            } catch (FileSystemException | StorageException e) {
                throw e;
            } catch (IOException e) {
                // The pipe broke: the other side has the reason.
                throw process.explain(e);
            }
            process.out().transferTo(OutputStream.nullOutputStream());
            return process.finish();
        }
    }

    private static String path(List<FileName> directory) {
        return directory.stream()
                .map(name -> RawText.decode(name.bytes()))
                .collect(Collectors.joining("/", "/", ""));
    }

    /// Tells how far the stream is.
    private static final class CountingStream extends OutputStream {
        private final OutputStream target;
        private final LongConsumer told;
        private long count;

        CountingStream(OutputStream target, LongConsumer told, long start) {
            this.target = target;
            this.told = told;
            this.count = start;
        }

        @Override
        public void write(int b) throws IOException {
            target.write(b);
            count++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            target.write(bytes, offset, length);
            count += length;
            told.accept(count);
        }

        @Override
        public void flush() throws IOException {
            target.flush();
        }

        @Override
        public void close() throws IOException {
            target.close();
        }
    }
}
