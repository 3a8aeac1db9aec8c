package dev.varve.tar;

import dev.varve.local.Failure;
import java.util.List;

/// What an export or import did.
///
/// @param entries members written or read
/// @param bytes content written or read, without headers
/// @param failureCount entries left out
/// @param failures the first of them
public record TarResult(long entries, long bytes, long failureCount, List<Failure> failures) {
    /// Whether something is missing.
    public boolean isPartial() {
        return failureCount > 0;
    }
}
