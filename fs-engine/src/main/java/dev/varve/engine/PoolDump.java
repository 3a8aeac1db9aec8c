package dev.varve.engine;

import dev.varve.engine.inspect.Inspection;
import dev.varve.engine.model.DumpLine;
import dev.varve.engine.model.Unlocking;
import dev.varve.engine.store.ObjectStore;
import java.io.Closeable;
import java.io.IOException;
import java.util.function.Consumer;

/// Shows what a pool holds inside, line by line, also of one too damaged to be opened. Closing it
/// leaves the store open.
public final class PoolDump implements Closeable {
    private final Inspection inspection;

    /// @param unlocking asked for secrets if the pool is sealed
    /// @throws dev.varve.engine.model.WrongKeyException if none opens it
    public PoolDump(ObjectStore store, Unlocking unlocking) throws IOException {
        this.inspection = Inspection.of(store, unlocking);
    }

    /// Shows a head.
    ///
    /// @param generation 0 for the newest
    public void head(long generation, Consumer<DumpLine> lines) throws IOException {
        inspection.head(generation, lines);
    }

    /// Shows the tables of a pack object.
    ///
    /// @param name of the object, with or without `packs/`
    /// @throws java.nio.file.NoSuchFileException if there is none
    public void pack(String name, Consumer<DumpLine> lines) throws IOException {
        inspection.pack(name, lines);
    }

    /// Shows the nodes and items of a tree of the newest head.
    ///
    /// @param which `roots`, `counts`, `packs`, or a subvolume's id
    public void tree(String which, Consumer<DumpLine> lines) throws IOException {
        inspection.tree(which, lines);
    }

    /// Shows what refers to a block. Reads all metadata.
    ///
    /// @param address as findings name it: `000001-00000a:7`
    /// @return whether anything does
    /// @throws IllegalArgumentException if that is no address
    public boolean owners(String address, Consumer<DumpLine> lines) throws IOException {
        return inspection.owners(address, lines);
    }

    @Override
    public void close() {
        inspection.close();
    }
}
