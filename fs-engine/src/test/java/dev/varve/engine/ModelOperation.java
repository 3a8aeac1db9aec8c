package dev.varve.engine;

import java.io.IOException;

/// Something to do to a transaction, the engine's and the model's alike.
///
/// @param text what it is, for a failure
record ModelOperation(String text, Action action) {
    /// Returns what both sides must agree on.
    interface Action {
        /// @param then an older commit of the same pool
        Object run(WriteTransaction transaction, ReadView then) throws IOException;
    }

    /// An action that needs nothing of older commits.
    interface Now {
        Object run(WriteTransaction transaction) throws IOException;
    }

    static ModelOperation of(String text, Now action) {
        return new ModelOperation(text, (transaction, _) -> action.run(transaction));
    }

    /// An action on one subvolume.
    interface Edit {
        Object run(SubvolumeWriter tree) throws IOException;
    }
}
