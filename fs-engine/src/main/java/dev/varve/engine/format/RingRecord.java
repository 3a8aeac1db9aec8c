package dev.varve.engine.format;

import java.util.Arrays;
import java.util.List;

/// The keys of a pool. They leave memory only under the master key.
///
/// @param label the pool's, for people
/// @param keys ascending by id
public record RingRecord(String label, List<Key> keys) {
    /// Pool-wide trees and heads.
    public static final int METADATA = 0;

    /// The subvolumes that have no key of their own.
    public static final int SHARED = 1;

    /// The length of each secret.
    public static final int SECRET_BYTES = 32;

    /// A key. The one with the highest id of its domain seals what is new; the others only open.
    ///
    /// @param id from 1, never used twice
    /// @param domain [#METADATA], [#SHARED], or a number of subvolumes with a key of their own
    /// @param cipher code of the cipher
    /// @param epoch of the master key under which it was made
    public record Key(int id, int domain, int cipher, int epoch, byte[] secret) {
        @Override
        public String toString() {
            return "key " + id;
        }
    }

    /// Overwrites the secrets.
    public void wipe() {
        keys.forEach(key -> Arrays.fill(key.secret(), (byte) 0));
    }
}
