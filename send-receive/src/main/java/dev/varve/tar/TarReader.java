package dev.varve.tar;

import dev.varve.engine.model.FileType;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.model.XattrName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveSparseEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveStructSparse;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;

/// Reads an archive member by member: ustar, pax, GNU long names, and the sparse files of GNU tar
/// in all four forms. The library parses the header blocks; its stream would decode the pax records
/// as text, so they are read here.
final class TarReader {
    private static final int MAX_PAX_BYTES = 16 << 20;
    private static final int MAX_PATH_BYTES = 1 << 20;
    private static final int MAX_PIECES = 1 << 20;
    private static final int BUFFER_BYTES = 1 << 20;
    private static final byte GNU_VOLUME = 'V';

    private final TarInput in;
    private final PaxRecords global = new PaxRecords();
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private long contentLeft;
    private long paddingOf;

    TarReader(InputStream in) {
        this.in = new TarInput(in);
    }

    /// Takes the bytes of a file, in order.
    interface Content {
        void data(long offset, ByteBuffer bytes) throws IOException;
    }

    /// Reads what stands behind the archive's end, so that a compressed one is checked to its end
    /// and the writer of a pipe is not cut off.
    void drain() throws IOException {
        in.drain();
    }

    /// What stands before a header and is about it.
    private static final class Before {
        final PaxRecords pax = new PaxRecords();
        byte @Nullable [] name;
        byte @Nullable [] link;
    }

    /// The next member, or empty at the end. Content that was not read is skipped.
    Optional<TarEntry> next() throws IOException {
        in.skip(contentLeft);
        in.skipPadding(paddingOf);
        contentLeft = 0;
        paddingOf = 0;
        Before before = new Before();
        while (true) {
            long offset = in.offset();
            byte[] block = in.block();
            if (TarInput.isZero(block)) {
                return Optional.empty();
            }
            TarArchiveEntry header = header(block, offset);
            switch (header.getLinkFlag()) {
                case TarConstants.LF_PAX_EXTENDED_HEADER_LC ->
                        before.pax.putAll(pax(header, offset));
                case TarConstants.LF_PAX_GLOBAL_EXTENDED_HEADER ->
                        global.putAll(pax(header, offset));
                case TarConstants.LF_GNUTYPE_LONGNAME -> before.name = longText(header, offset);
                case TarConstants.LF_GNUTYPE_LONGLINK -> before.link = longText(header, offset);
                case GNU_VOLUME -> in.skip(padded(header.getSize()));
                default -> {
                    return Optional.of(entry(header, before, offset));
                }
            }
        }
    }

    private static TarArchiveEntry header(byte[] block, long offset) throws IOException {
        TarArchiveEntry header;
        try {
            header = new TarArchiveEntry(block, TarBytes.ENCODING, false);
        } catch (IOException | IllegalArgumentException e) {
            throw new MalformedTarException(offset, "header: " + e.getMessage());
        }
        if (!header.isCheckSumOK()) {
            throw new MalformedTarException(offset, "wrong checksum of a header");
        }
        if (header.getSize() < 0) {
            throw new MalformedTarException(offset, "negative size " + header.getSize());
        }
        return header;
    }

    private static long padded(long size) {
        long rest = size % TarConstants.DEFAULT_RCDSIZE;
        return rest == 0 ? size : size + TarConstants.DEFAULT_RCDSIZE - rest;
    }

    private PaxRecords pax(TarArchiveEntry header, long offset) throws IOException {
        int length = bounded(header.getSize(), MAX_PAX_BYTES, "pax header", offset);
        long start = in.offset();
        return PaxRecords.read(in.bytes(length), start);
    }

    private byte[] longText(TarArchiveEntry header, long offset) throws IOException {
        byte[] text = in.bytes(bounded(header.getSize(), MAX_PATH_BYTES, "long name", offset));
        int end = 0;
        while (end < text.length && text[end] != 0) {
            end++;
        }
        return Arrays.copyOf(text, end);
    }

    private static int bounded(long size, int limit, String what, long offset)
            throws MalformedTarException {
        if (size > limit) {
            throw new MalformedTarException(offset, what + " of " + size + " bytes");
        }
        return (int) size;
    }

    private TarEntry entry(TarArchiveEntry header, Before before, long offset) throws IOException {
        PaxRecords pax = new PaxRecords();
        pax.putAll(global);
        pax.putAll(before.pax);
        byte[] name = before.name == null ? TarBytes.of(header.getName()) : before.name;
        byte[] link = before.link == null ? TarBytes.of(header.getLinkName()) : before.link;
        byte[] path = pax.get("GNU.sparse.name").or(() -> pax.get("path")).orElse(name);
        boolean isDirectory = path.length > 0 && path[path.length - 1] == '/';
        long stored = pax.number("size", header.getSize(), offset);
        Optional<FileType> type = type(header.getLinkFlag(), isDirectory, offset);
        boolean isRegular = type.isPresent() && type.get() == FileType.REGULAR;
        // Only regular files have content; some writers give a hard link the size of its file.
        long archived = isRegular ? stored : 0;
        if (archived < 0) {
            throw new MalformedTarException(offset, "negative size " + archived);
        }
        contentLeft = archived;
        paddingOf = archived;
        Sparse sparse = isRegular ? sparse(header, pax, offset) : null;
        List<TarEntry.Piece> pieces =
                sparse == null ? List.of(new TarEntry.Piece(0, archived)) : sparse.pieces;
        long size = sparse == null ? archived : sparse.sizeBytes;
        checkPieces(pieces, size, contentLeft, offset);
        return new TarEntry(
                path,
                pax.get("linkpath").orElse(link),
                type,
                header.getMode() & 07777,
                pax.number("uid", header.getLongUserId(), offset) & 0xffff_ffffL,
                pax.number("gid", header.getLongGroupId(), offset) & 0xffff_ffffL,
                size,
                rdev(header),
                pax.time("mtime", offset).orElse(modifyTime(header)),
                pax.time("atime", offset),
                pax.time("ctime", offset),
                xattrs(pax),
                acls(pax),
                pieces);
    }

    private static Optional<FileType> type(byte type, boolean isDirectory, long offset)
            throws MalformedTarException {
        return switch (type) {
            case TarConstants.LF_NORMAL, TarConstants.LF_OLDNORM ->
                    Optional.of(isDirectory ? FileType.DIRECTORY : FileType.REGULAR);
            case TarConstants.LF_CONTIG, TarConstants.LF_GNUTYPE_SPARSE ->
                    Optional.of(FileType.REGULAR);
            case TarConstants.LF_LINK -> Optional.empty();
            case TarConstants.LF_SYMLINK -> Optional.of(FileType.SYMLINK);
            case TarConstants.LF_CHR -> Optional.of(FileType.CHARACTER_DEVICE);
            case TarConstants.LF_BLK -> Optional.of(FileType.BLOCK_DEVICE);
            case TarConstants.LF_DIR -> Optional.of(FileType.DIRECTORY);
            case TarConstants.LF_FIFO -> Optional.of(FileType.FIFO);
            default ->
                    throw new MalformedTarException(
                            offset, "member of unsupported type '" + (char) type + "'");
        };
    }

    private static Timestamp modifyTime(TarArchiveEntry header) {
        return new Timestamp(header.getLastModifiedTime().to(TimeUnit.SECONDS), 0);
    }

    private static long rdev(TarArchiveEntry header) {
        long major = header.getDevMajor() & 0xfff;
        long minor = header.getDevMinor() & 0xfffff;
        return (minor & 0xff) | major << 8 | (minor & ~0xffL) << 12;
    }

    private static SortedMap<XattrName, byte[]> xattrs(PaxRecords pax) {
        SortedMap<XattrName, byte[]> xattrs = new TreeMap<>();
        for (Map.Entry<String, byte[]> entry : pax.asMap().entrySet()) {
            if (entry.getKey().startsWith(PaxRecords.XATTR)) {
                byte[] name = PaxRecords.xattrName(entry.getKey());
                if (XattrName.isValid(name)) {
                    xattrs.put(XattrName.of(name), entry.getValue());
                }
            }
        }
        return xattrs;
    }

    private static Map<PosixAcl.Kind, String> acls(PaxRecords pax) {
        Map<PosixAcl.Kind, String> acls = new EnumMap<>(PosixAcl.Kind.class);
        for (PosixAcl.Kind kind : PosixAcl.Kind.values()) {
            if (pax.get(PaxRecords.XATTR + kind.xattr()).isEmpty()) {
                pax.text(kind.paxKey()).ifPresent(text -> acls.put(kind, text));
            }
        }
        return acls;
    }

    /// Where the bytes of a sparse file belong.
    private record Sparse(long sizeBytes, List<TarEntry.Piece> pieces) {}

    private @Nullable Sparse sparse(TarArchiveEntry header, PaxRecords pax, long offset)
            throws IOException {
        if (header.getLinkFlag() == TarConstants.LF_GNUTYPE_SPARSE) {
            return oldSparse(header, offset);
        }
        if (pax.number("GNU.sparse.major", 0, offset) == 1) {
            return new Sparse(pax.number("GNU.sparse.realsize", 0, offset), mapInContent(offset));
        }
        Optional<String> map = pax.text(PaxRecords.SPARSE_PIECES);
        if (map.isEmpty()) {
            return null;
        }
        List<TarEntry.Piece> pieces = new ArrayList<>();
        String[] numbers = map.get().split(",");
        for (int i = 0; i + 1 < numbers.length; i += 2) {
            add(pieces, decimal(numbers[i], offset), decimal(numbers[i + 1], offset), offset);
        }
        return new Sparse(pax.number("GNU.sparse.size", 0, offset), pieces);
    }

    /// Form 1.0: the map stands before the content as decimal lines, padded to a block.
    private List<TarEntry.Piece> mapInContent(long offset) throws IOException {
        List<TarEntry.Piece> pieces = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        List<Long> numbers = new ArrayList<>();
        long wanted = 1;
        while (numbers.size() < wanted) {
            byte[] block = contentBlock(offset);
            for (int i = 0; i < block.length && numbers.size() < wanted; i++) {
                if (block[i] != '\n') {
                    line.append((char) (block[i] & 0xff));
                    continue;
                }
                numbers.add(decimal(line.toString(), offset));
                line.setLength(0);
                if (numbers.size() == 1) {
                    wanted += 2L * bounded(numbers.getFirst(), MAX_PIECES, "sparse map", offset);
                }
            }
        }
        for (int i = 1; i < numbers.size(); i += 2) {
            add(pieces, numbers.get(i), numbers.get(i + 1), offset);
        }
        return pieces;
    }

    private byte[] contentBlock(long offset) throws IOException {
        if (contentLeft < TarConstants.DEFAULT_RCDSIZE) {
            throw new MalformedTarException(offset, "sparse map without an end");
        }
        contentLeft -= TarConstants.DEFAULT_RCDSIZE;
        return in.block();
    }

    /// GNU's form before pax: four pieces in the header, 21 in each extension block.
    private Sparse oldSparse(TarArchiveEntry header, long offset) throws IOException {
        List<TarEntry.Piece> pieces = new ArrayList<>();
        addAll(pieces, header.getSparseHeaders(), offset);
        boolean isMore = header.isExtended();
        while (isMore) {
            TarArchiveSparseEntry extension = extension(in.block(), offset);
            addAll(pieces, extension.getSparseHeaders(), offset);
            isMore = extension.isExtended();
        }
        return new Sparse(header.getRealSize(), pieces);
    }

    private static TarArchiveSparseEntry extension(byte[] block, long offset)
            throws MalformedTarException {
        try {
            return new TarArchiveSparseEntry(block);
        } catch (IOException | IllegalArgumentException e) {
            throw new MalformedTarException(offset, "sparse map: " + e.getMessage());
        }
    }

    private static void addAll(
            List<TarEntry.Piece> pieces, List<TarArchiveStructSparse> run, long offset)
            throws MalformedTarException {
        for (TarArchiveStructSparse piece : run) {
            boolean isUnused = piece.getOffset() == 0 && piece.getNumbytes() == 0;
            if (!isUnused) {
                add(pieces, piece.getOffset(), piece.getNumbytes(), offset);
            }
        }
    }

    private static void add(List<TarEntry.Piece> pieces, long from, long length, long offset)
            throws MalformedTarException {
        bounded(pieces.size() + 1L, MAX_PIECES, "sparse map", offset);
        pieces.add(new TarEntry.Piece(from, length));
    }

    private static long decimal(String text, long offset) throws MalformedTarException {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException _) {
            throw new MalformedTarException(offset, "sparse map holds '" + text + "'");
        }
    }

    private static void checkPieces(
            List<TarEntry.Piece> pieces, long size, long content, long offset)
            throws MalformedTarException {
        long end = 0;
        long sum = 0;
        for (TarEntry.Piece piece : pieces) {
            boolean isSound =
                    piece.offset() >= end
                            && piece.length() >= 0
                            && piece.length() <= content - sum
                            && piece.offset() <= size - piece.length();
            if (!isSound) {
                throw new MalformedTarException(offset, "sparse map out of order or too long");
            }
            end = piece.offset() + piece.length();
            sum += piece.length();
        }
    }

    /// Reads the content of the member that [#next] gave.
    void readContent(TarEntry entry, Content content) throws IOException {
        for (TarEntry.Piece piece : entry.pieces()) {
            for (long at = 0; at < piece.length(); ) {
                long offset = piece.offset() + at;
                long room = BUFFER_BYTES - offset % BUFFER_BYTES;
                int length = (int) Math.min(room, piece.length() - at);
                in.read(buffer, length);
                contentLeft -= length;
                content.data(offset, ByteBuffer.wrap(buffer, 0, length));
                at += length;
            }
        }
    }
}
