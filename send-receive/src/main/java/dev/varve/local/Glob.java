package dev.varve.local;

import java.util.Arrays;

/// A shell pattern for one name: `*`, `?` (one UTF-8 character), `[a-z]`, `[!a-z]`, and `\` before
/// a character that means itself.
final class Glob {
    private final byte[] pattern;
    private final boolean isLiteral;

    Glob(byte[] pattern) {
        this.pattern = pattern.clone();
        boolean literal = true;
        for (byte b : pattern) {
            literal &= b != '*' && b != '?' && b != '[' && b != '\\';
        }
        this.isLiteral = literal;
    }

    boolean matches(byte[] name) {
        return isLiteral ? Arrays.equals(pattern, name) : matchesPattern(name);
    }

    // The usual two-pointer match: on a mismatch the last star swallows one byte more.
    private boolean matchesPattern(byte[] name) {
        int p = 0;
        int n = 0;
        int starPattern = -1;
        int starName = 0;
        while (n < name.length || p < pattern.length) {
            if (p < pattern.length && pattern[p] == '*') {
                starPattern = ++p;
                starName = n;
                continue;
            }
            int taken = p < pattern.length && n < name.length ? single(p, name, n) : 0;
            if (taken > 0) {
                p = behind(p);
                n += taken;
            } else if (starPattern >= 0 && starName < name.length) {
                p = starPattern;
                n = ++starName;
            } else {
                return false;
            }
        }
        return true;
    }

    /// Bytes of `name` that the pattern's element at `p` matches at `n`; 0 if it does not.
    private int single(int p, byte[] name, int n) {
        return switch (pattern[p]) {
            case '?' -> characterLength(name, n);
            case '[' -> {
                int end = classEnd(p);
                if (end < 0) {
                    yield name[n] == '[' ? 1 : 0;
                }
                yield inClass(p + 1, end, name[n] & 0xff) ? 1 : 0;
            }
            case '\\' -> name[n] == pattern[Math.min(p + 1, pattern.length - 1)] ? 1 : 0;
            default -> name[n] == pattern[p] ? 1 : 0;
        };
    }

    /// The index behind the element at `p`.
    private int behind(int p) {
        return switch (pattern[p]) {
            case '[' -> {
                int end = classEnd(p);
                yield end < 0 ? p + 1 : end + 1;
            }
            case '\\' -> Math.min(p + 2, pattern.length);
            default -> p + 1;
        };
    }

    private static int characterLength(byte[] name, int n) {
        int length = 1;
        while (n + length < name.length && length < 4 && (name[n + length] & 0xc0) == 0x80) {
            length++;
        }
        return (name[n] & 0xc0) == 0xc0 ? length : 1;
    }

    /// The index of the `]` that closes the class opened at `p`; -1 if there is none.
    private int classEnd(int p) {
        int at = p + 1;
        if (at < pattern.length && isNegation(pattern[at])) {
            at++;
        }
        for (at++; at < pattern.length; at++) {
            if (pattern[at] == ']') {
                return at;
            }
        }
        return -1;
    }

    private boolean inClass(int from, int end, int value) {
        boolean negated = isNegation(pattern[from]);
        int at = negated ? from + 1 : from;
        boolean found = false;
        while (at < end) {
            int low = pattern[at] & 0xff;
            int high = low;
            if (at + 2 < end && pattern[at + 1] == '-') {
                high = pattern[at + 2] & 0xff;
                at += 2;
            }
            found |= low <= value && value <= high;
            at++;
        }
        return found != negated;
    }

    private static boolean isNegation(byte b) {
        return b == '!' || b == '^';
    }
}
