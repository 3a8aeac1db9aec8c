package dev.varve.engine.format;

/// Computes checksums. Thread-safe.
@FunctionalInterface
public interface Checksums {
    /// The checksum of `prefix` followed by `length` bytes from `offset`.
    ///
    /// @return [ChecksumKind#lengthBytes] bytes; numbers are little-endian
    byte[] of(ChecksumKind kind, byte[] prefix, byte[] bytes, int offset, int length);
}
