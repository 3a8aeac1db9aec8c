package dev.varve.engine.store;

import dev.varve.engine.model.DeletionRefusedException;
import dev.varve.engine.model.Scan;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/// Named, write-once objects: all that the engine asks of the medium below.
///
/// Names are ASCII, `/`-separated, made of `[a-z0-9._-]`. Creating is the only atomic primitive the
/// engine relies on. Every method may be called from any thread at any time. Failures are
/// [dev.varve.engine.model.StorageException]s, except where a method says otherwise.
public interface ObjectStore extends Closeable {
    /// Creates an object. When this returns, the object is complete and durable; when it throws or
    /// the machine stops, there is either no such object or a complete one, never a part.
    ///
    /// @param content the bytes, in order; positions and limits are left as they were
    /// @throws FileAlreadyExistsException if the name exists; the object there is untouched
    void create(String name, List<ByteBuffer> content) throws IOException;

    /// Creates an object that will soon be read again: a store that keeps near what is far may keep
    /// it.
    default void createNear(String name, List<ByteBuffer> content) throws IOException {
        create(name, content);
    }

    /// Creates an object while its content is still being made: a store that can takes what is
    /// there already. Like [#create] otherwise.
    ///
    /// @throws ExecutionException what the content failed with; there is no object then
    /// @throws InterruptedException if the content was given up; there is no object then
    default boolean createGrowing(String name, Growing content)
            throws IOException, InterruptedException, ExecutionException {
        create(name, content.rest());
        return confirmsContent();
    }

    /// Content that is still being made.
    interface Growing {
        /// Waits for the bytes that come next; null at the end.
        @Nullable ByteBuffer next() throws InterruptedException, ExecutionException;

        /// Waits for the end.
        default List<ByteBuffer> rest() throws InterruptedException, ExecutionException {
            List<ByteBuffer> parts = new ArrayList<>();
            for (ByteBuffer part = next(); part != null; part = next()) {
                parts.add(part);
            }
            return parts;
        }
    }

    /// Whether [#create] has made sure that the store holds what it was given, so that reading it
    /// back would tell nothing new.
    default boolean confirmsContent() {
        return false;
    }

    /// Reads a part of an object. A range that reaches beyond the end gives what there is, possibly
    /// nothing.
    ///
    /// @throws NoSuchFileException if there is no such object
    ObjectPart get(String name, ByteRange range) throws IOException;

    /// Reads a part of an object that will hardly be read again soon: a store that keeps near what
    /// is far need not keep it.
    ///
    /// @throws NoSuchFileException if there is no such object
    default ObjectPart getOnce(String name, ByteRange.From range) throws IOException {
        return get(name, range);
    }

    /// Like [#get], into memory that the caller uses again.
    ///
    /// @param into buffers on arrays, filled one after the other, with room for the range;
    ///   positions and limits are left as they were
    /// @return size of the whole object, which tells how many bytes the range has in it
    /// @throws NoSuchFileException if there is no such object
    default long read(String name, ByteRange range, List<ByteBuffer> into) throws IOException {
        ObjectPart part = get(name, range);
        ByteBuffer rest = ByteBuffer.wrap(part.bytes());
        for (ByteBuffer buffer : into) {
            int count = Math.min(buffer.remaining(), rest.remaining());
            buffer.put(buffer.position(), rest, rest.position(), count);
            rest.position(rest.position() + count);
        }
        return part.objectSizeBytes();
    }

    /// All objects whose names start with `prefix`, ordered by name. Objects created or deleted
    /// meanwhile may or may not appear.
    Scan<StoredObject> list(String prefix) throws IOException;

    /// Deletes an object; deleting what does not exist is no error.
    ///
    /// @throws DeletionRefusedException if this process may not
    void delete(String name) throws IOException;

    /// Deletes objects, where it can in fewer steps than one by one. Cut off or refused, any of
    /// them may be left; an error names one that is.
    ///
    /// @throws DeletionRefusedException if this process may not
    default void deleteAll(List<String> names) throws IOException {
        for (String name : names) {
            delete(name);
        }
    }

    /// Deletes an object that harms nobody where it is. Who may not delete leaves it to those who
    /// may.
    ///
    /// @return whether this process may delete; if not, there is no point in trying others
    default boolean tidy(String name) throws IOException {
        try {
            delete(name);
            return true;
        } catch (DeletionRefusedException _) {
            return false;
        }
    }

    /// Drops what is left of creations that were begun before this and never ended, where the
    /// medium keeps such things: they take space and have no name.
    ///
    /// @return how many there were
    int dropAbandoned(Instant before) throws IOException;

    /// Becomes the store's one writer if the medium has locks that a killed process cannot leave
    /// behind. On a medium without such locks this returns at once and excludes nobody: commits
    /// stay safe through [#create] alone, the loser of a race is told then.
    ///
    /// @param wait how long to wait for another writer to finish
    /// @throws dev.varve.engine.model.PoolBusyException if another writer still holds it
    WriterLock lock(Duration wait) throws IOException;

    /// How much a reader should ask for at once where it can, because each call takes long; 0 if
    /// many small calls cost no more.
    int readAheadBytes();

    /// Where this is, for messages: a path or URI without secrets.
    String location();
}
