package dev.varve.engine.pack;

import dev.varve.engine.format.PackFormat;
import java.io.IOException;

/// Knows which object answers for a pack now: after a reclaim another than the one it was first
/// written to. Thread-safe.
@FunctionalInterface
public interface PackLocator {
    /// Each pack is in the object it was first written to.
    PackLocator FIRST_OBJECT = PackFormat::objectName;

    /// The object's name.
    String objectOf(long packNumber) throws IOException;

    /// The object's name after `gone`, which answered for the pack before, turned out to be
    /// deleted.
    default String objectOf(long packNumber, String gone) throws IOException {
        return objectOf(packNumber);
    }
}
