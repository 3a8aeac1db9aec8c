package dev.varve.engine.file;

/// Cuts content where the content says so, so that what stands behind an insertion is cut as
/// before: FastCDC (Xia et al., *The Design of Fast Content-Defined Chunking for Data Deduplication
/// Based Storage Systems*, 2020) with a gear hash and normalised chunking.
///
/// ```
/// |---- least ----|---- to the normal length ----|---- beyond ----|
///   nothing is       a cut needs 2 zero bits       and 2 fewer, up
///   looked at        more than on average          to the most
/// ```
///
/// The gear table is SplitMix64 (Steele et al.) from [#SEED]: a cut depends on the last 64 bytes
/// and on nothing else. The sizes come from measuring, see `docs/benchmarks.md`.
public final class FastCdc {
    /// No chunk is shorter, except a content's last.
    public static final int LEAST_BYTES = 64 << 10;

    /// About the mean.
    public static final int NORMAL_BYTES = 1 << 18;

    /// No chunk is longer.
    public static final int MOST_BYTES = 1 << 20;

    /// The bytes of `VARVEcdc`, most significant first.
    private static final long SEED = 0x5641_5256_4563_6463L;

    /// Zero bits that a cut needs on average: the logarithm of the normal length.
    private static final int BITS = 18;

    private static final int NORMALISATION = 2;
    private static final int STRICT_SHIFT = Long.SIZE - BITS - NORMALISATION;
    private static final int LOOSE_SHIFT = Long.SIZE - BITS + NORMALISATION;

    private static final long[] GEAR = gear();

    private FastCdc() {}

    private static long[] gear() {
        long[] gear = new long[256];
        long state = SEED;
        for (int i = 0; i < gear.length; i++) {
            state += 0x9e37_79b9_7f4a_7c15L;
            long mixed = (state ^ state >>> 30) * 0xbf58_476d_1ce4_e5b9L;
            mixed = (mixed ^ mixed >>> 27) * 0x94d0_49bb_1331_11ebL;
            gear[i] = mixed ^ mixed >>> 31;
        }
        return gear;
    }

    /// Where the chunk that starts at `from` ends. Final if the content ends at `to`, or if at
    /// least [#MOST_BYTES] were given.
    ///
    /// @return the first position behind the chunk, at most `to`
    public static int cut(byte[] content, int from, int to) {
        int length = to - from;
        if (length <= LEAST_BYTES) {
            return to;
        }
        int normal = from + Math.min(length, NORMAL_BYTES);
        int end = from + Math.min(length, MOST_BYTES);
        long hash = 0;
        int at = from + LEAST_BYTES;
        while (at < normal) {
            hash = (hash << 1) + GEAR[content[at++] & 0xff];
            if (hash >>> STRICT_SHIFT == 0) {
                return at;
            }
        }
        while (at < end) {
            hash = (hash << 1) + GEAR[content[at++] & 0xff];
            if (hash >>> LOOSE_SHIFT == 0) {
                return at;
            }
        }
        return end;
    }
}
