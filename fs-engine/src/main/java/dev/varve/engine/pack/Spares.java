package dev.varve.engine.pack;

import java.util.ArrayDeque;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Things that are costly to make and used by one thread at a time: as many as threads ever used
/// one at once.
public final class Spares<T> implements AutoCloseable {
    private final Supplier<T> maker;
    private final Consumer<T> closer;

    /// Guarded by `this`, as is the flag.
    private final ArrayDeque<T> spares = new ArrayDeque<>();

    private boolean closed;

    public Spares(Supplier<T> maker, Consumer<T> closer) {
        this.maker = maker;
        this.closer = closer;
    }

    public T take() {
        @Nullable T spare;
        synchronized (this) {
            spare = spares.poll();
        }
        return spare != null ? spare : maker.get();
    }

    public void giveBack(T spare) {
        synchronized (this) {
            if (!closed) {
                spares.push(spare);
                return;
            }
        }
        closer.accept(spare);
    }

    @Override
    public synchronized void close() {
        closed = true;
        spares.forEach(closer);
        spares.clear();
    }
}
