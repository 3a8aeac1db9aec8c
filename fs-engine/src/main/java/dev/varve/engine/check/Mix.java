package dev.varve.engine.check;

/// Numbers that stand for facts, well spread over 64 bits, so that two sums of them are equal only
/// if the same facts were summed, but for an accident in 2^64. Damage is no adversary here: blocks
/// have their own checksums. (The mixing steps are those of MurmurHash3's 64-bit finalizer.)
final class Mix {
    private static final long SEED = 0x9e37_79b9_7f4a_7c15L;

    private Mix() {}

    static long of(long a, long b) {
        return step(step(SEED, a), b);
    }

    static long of(long a, long b, byte[] bytes) {
        long mixed = of(a, b);
        for (int i = 0; i < bytes.length; i += Long.BYTES) {
            long word = 0;
            for (int at = i; at < Math.min(i + Long.BYTES, bytes.length); at++) {
                word = word << 8 | (bytes[at] & 0xff);
            }
            mixed = step(mixed, word);
        }
        return step(mixed, bytes.length);
    }

    private static long step(long mixed, long word) {
        long h = (mixed ^ word) * SEED;
        h ^= h >>> 33;
        h *= 0xff51_afd7_ed55_8ccdL;
        h ^= h >>> 33;
        h *= 0xc4ce_b9fe_1a85_ec53L;
        return h ^ h >>> 33;
    }
}
