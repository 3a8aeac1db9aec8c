package dev.varve.archive;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// Which archived snapshot a new one builds on. A chain, each on the one before it, would need all
/// of them for a restore; building all on the first would make each stream longer than the last.
///
/// The snapshots of a family are numbered as they are archived, from 0. A snapshot's parent has its
/// number with the lowest digit that is not 0, in base 8, set to 0: 1 to 7 build on 0, so do 8, 16
/// and 24; 9 to 15 build on 8; 64 builds on 0 again. A restore reads one full stream and at most
/// one increment for each such digit: 3 for the 512th snapshot, 4 for the 4096th.
///
/// If that one was pruned, the rule is applied to its number, and so on; if none is left on the
/// way, the lowest number there is takes its place if it is lower than the snapshot's own.
public final class ParentTree {
    private static final int DIGIT_BITS = 3;
    private static final long DIGIT = (1 << DIGIT_BITS) - 1;

    private ParentTree() {}

    /// The number for one more snapshot among its relatives.
    public static long nextNumber(Collection<Manifest> relatives) {
        return 1 + relatives.stream().mapToLong(it -> it.snapshot().number()).max().orElse(-1);
    }

    /// The parent for a number, among its archived relatives; empty if it has to be sent in full.
    public static Optional<Manifest> parent(long number, Collection<Manifest> relatives) {
        for (long at = number; at > 0; ) {
            at = parentNumber(at);
            long wanted = at;
            Optional<Manifest> found =
                    relatives.stream().filter(it -> it.snapshot().number() == wanted).findFirst();
            if (found.isPresent()) {
                return found;
            }
        }
        return relatives.stream()
                .filter(it -> it.snapshot().number() < number)
                .min(Comparator.comparingLong(it -> it.snapshot().number()));
    }

    static long parentNumber(long number) {
        long digit = DIGIT;
        while ((number & digit) == 0) {
            digit <<= DIGIT_BITS;
        }
        return number & ~digit;
    }
}
