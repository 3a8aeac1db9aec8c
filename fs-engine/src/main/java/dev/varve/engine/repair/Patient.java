package dev.varve.engine.repair;

import dev.varve.engine.check.PoolAccess;
import dev.varve.engine.commit.Heads;
import dev.varve.engine.store.ObjectStore;
import java.io.IOException;

/// The pool that is mended.
///
/// @param store to write to
/// @param access for reading around what is damaged, with the keys of a sealed pool
record Patient(ObjectStore store, PoolAccess access) {
    Heads heads() throws IOException {
        return new Heads(store, access.poolId(), access.sealer());
    }
}
