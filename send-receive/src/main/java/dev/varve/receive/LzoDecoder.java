package dev.varve.receive;

import java.util.zip.DataFormatException;

/// Decompresses one LZO1X stream, every access checked.
///
/// Format, as the kernel's documentation describes it: instructions that copy a match from the
/// output already made and then 0 to 3 literals, or a run of 4 and more literals. What the
/// instructions below 16 mean depends on how many literals the one before copied.
final class LzoDecoder {
    /// Stands for a run of 4 or more literals.
    private static final int LONG_RUN = 4;

    private static final int FAR_BASE = 16_384;
    private static final int AFTER_RUN_BASE = 2_049;

    private final byte[] in;
    private final int inEnd;
    private final byte[] out;
    private final int outStart;
    private final int outEnd;
    private int at;
    private int made;

    private LzoDecoder(byte[] in, int inStart, int inEnd, byte[] out, int outStart, int outEnd) {
        this.in = in;
        this.inEnd = inEnd;
        this.out = out;
        this.outStart = outStart;
        this.outEnd = outEnd;
        at = inStart;
        made = outStart;
    }

    /// Decompresses `in` from `inStart` to `inEnd` into `out` from `outStart`, at most to `outEnd`.
    ///
    /// @return the number of bytes made
    static int decode(byte[] in, int inStart, int inEnd, byte[] out, int outStart, int outEnd)
            throws DataFormatException {
        LzoDecoder decoder = new LzoDecoder(in, inStart, inEnd, out, outStart, outEnd);
        decoder.run();
        return decoder.made - outStart;
    }

    private void run() throws DataFormatException {
        int literals = start();
        while (true) {
            int code = next();
            if (code < 16 && literals == 0) {
                copyLiterals(3 + length(code, 15));
                literals = LONG_RUN;
                continue;
            }
            int trailing;
            if (code >= 16 && code < 64) {
                trailing = farMatch(code);
                if (trailing < 0) {
                    return;
                }
            } else {
                trailing = nearMatch(code, literals);
            }
            literals = trailing & 3;
            copyLiterals(literals);
        }
    }

    /// The first byte may be a run of literals of its own kind.
    private int start() throws DataFormatException {
        if (at < inEnd && Byte.toUnsignedInt(in[at]) > 17) {
            int count = next() - 17;
            copyLiterals(count);
            return Math.min(count, LONG_RUN);
        }
        return 0;
    }

    /// Matches at distances up to 3 KiB.
    ///
    /// @return the byte whose lowest two bits count the literals that follow
    private int nearMatch(int code, int literals) throws DataFormatException {
        int high = next();
        if (code >= 128) {
            copyMatch((high << 3) + (code >> 2 & 7) + 1, 5 + (code >> 5 & 3));
        } else if (code >= 64) {
            copyMatch((high << 3) + (code >> 2 & 7) + 1, 3 + (code >> 5 & 1));
        } else if (literals == LONG_RUN) {
            copyMatch((high << 2) + (code >> 2) + AFTER_RUN_BASE, 3);
        } else {
            copyMatch((high << 2) + (code >> 2) + 1, 2);
        }
        return code;
    }

    /// Matches of any length at distances up to 48 KiB.
    ///
    /// @return as [#nearMatch]; -1 at the end of the stream
    private int farMatch(int code) throws DataFormatException {
        boolean isNearer = code >= 32;
        int mask = isNearer ? 31 : 7;
        int length = 2 + length(code & mask, mask);
        int low = next();
        int offset = low >> 2 | next() << 6;
        if (isNearer) {
            copyMatch(offset + 1, length);
            return low;
        }
        int distance = FAR_BASE + ((code & 8) << 11) + offset;
        if (distance == FAR_BASE) {
            return -1;
        }
        copyMatch(distance, length);
        return low;
    }

    /// A length whose bits are zero goes on: 255 for every zero byte and the first other one.
    private int length(int bits, int base) throws DataFormatException {
        if (bits != 0) {
            return bits;
        }
        int length = base;
        int more = next();
        while (more == 0) {
            length += 255;
            if (length > outEnd - outStart) {
                throw new DataFormatException("LZO: a length beyond the output");
            }
            more = next();
        }
        return length + more;
    }

    private int next() throws DataFormatException {
        if (at >= inEnd) {
            throw new DataFormatException("LZO: the input ends early");
        }
        return Byte.toUnsignedInt(in[at++]);
    }

    private void copyLiterals(int count) throws DataFormatException {
        if (count > inEnd - at || count > outEnd - made) {
            throw new DataFormatException("LZO: " + count + " literals do not fit");
        }
        System.arraycopy(in, at, out, made, count);
        at += count;
        made += count;
    }

    private void copyMatch(int distance, int length) throws DataFormatException {
        if (distance > made - outStart || length > outEnd - made) {
            throw new DataFormatException(
                    "LZO: a match of %d bytes at distance %d does not fit"
                            .formatted(length, distance));
        }
        // Source and target may overlap: the bytes repeat.
        for (int i = 0; i < length; i++) {
            out[made + i] = out[made + i - distance];
        }
        made += length;
    }
}
