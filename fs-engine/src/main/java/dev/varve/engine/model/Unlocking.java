package dev.varve.engine.model;

import java.io.IOException;
import java.util.List;
import java.util.UUID;

/// Gets the secrets that may open a pool. Asked once per opening, and only if the pool is sealed;
/// whoever asked wipes them.
@FunctionalInterface
public interface Unlocking {
    /// Has no secret.
    Unlocking NONE =
            (_, location) -> {
                throw new WrongKeyException(location + ": the pool is sealed and no key was given");
            };

    /// The secrets to try, in this order.
    ///
    /// @param location of the store, for a prompt
    List<Secret> secrets(UUID poolId, String location) throws IOException;

    /// Whether secrets were named for this very pool. A pool that turns out to be plain is then
    /// refused: somebody may have put it in the place of a sealed one to be given the data.
    default boolean insists() {
        return false;
    }
}
