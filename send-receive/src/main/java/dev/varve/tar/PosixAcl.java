package dev.varve.tar;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// POSIX access control lists in their two forms.
///
/// The xattr (Linux `uapi/linux/posix_acl_xattr.h`), little-endian: version 4 (= 2), then for each
/// entry tag 2, permissions 2, id 4. The text (acl(5), star(5)): entries apart by line ends or
/// commas, each `user|group|mask|other:NAME OR ID:rwx[:ID]`.
final class PosixAcl {
    /// The lists that a file may have.
    enum Kind {
        ACCESS("system.posix_acl_access", "SCHILY.acl.access"),
        DEFAULT("system.posix_acl_default", "SCHILY.acl.default");

        private final String xattr;
        private final String paxKey;

        Kind(String xattr, String paxKey) {
            this.xattr = xattr;
            this.paxKey = paxKey;
        }

        String xattr() {
            return xattr;
        }

        String paxKey() {
            return paxKey;
        }
    }

    private static final int VERSION = 2;
    private static final int ENTRY_BYTES = 8;
    private static final int NO_ID = -1;

    private static final int OWNER = 0x01;
    private static final int USER = 0x02;
    private static final int OWNING_GROUP = 0x04;
    private static final int GROUP = 0x08;
    private static final int MASK = 0x10;
    private static final int OTHER = 0x20;

    private PosixAcl() {}

    private record Entry(int tag, int permissions, int id) {}

    /// The text of an xattr, or empty if its value is none of the known form.
    static Optional<String> text(byte[] xattr) {
        ByteBuffer in = ByteBuffer.wrap(xattr).order(ByteOrder.LITTLE_ENDIAN);
        if (in.remaining() % ENTRY_BYTES != Integer.BYTES || in.getInt() != VERSION) {
            return Optional.empty();
        }
        StringBuilder text = new StringBuilder();
        while (in.hasRemaining()) {
            int tag = in.getShort() & 0xffff;
            int permissions = in.getShort();
            String id = Integer.toUnsignedString(in.getInt());
            String who =
                    switch (tag) {
                        case OWNER -> "user:";
                        case USER -> "user:" + id;
                        case OWNING_GROUP -> "group:";
                        case GROUP -> "group:" + id;
                        case MASK -> "mask:";
                        case OTHER -> "other:";
                        default -> "";
                    };
            if (who.isEmpty()) {
                return Optional.empty();
            }
            text.append(who)
                    .append(':')
                    .append((permissions & 4) != 0 ? 'r' : '-')
                    .append((permissions & 2) != 0 ? 'w' : '-')
                    .append((permissions & 1) != 0 ? 'x' : '-')
                    .append('\n');
        }
        return Optional.of(text.toString());
    }

    /// The xattr of a text, or empty if the list says no more than a mode does.
    ///
    /// @throws FileSystemException if the text is none, or has a name without an id
    static Optional<byte[]> xattr(Kind kind, String text, Accounts accounts) throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (String line : text.split("[,\n]")) {
            String entry = line.replaceFirst("#.*", "").strip();
            if (!entry.isEmpty()) {
                entries.add(entry(entry, accounts));
            }
        }
        boolean isMode = kind == Kind.ACCESS && entries.stream().noneMatch(PosixAcl::isBeyondMode);
        if (entries.isEmpty() || isMode) {
            return Optional.empty();
        }
        // The kernel wants the tags in this order.
        entries.sort(
                Comparator.comparingInt(Entry::tag)
                        .thenComparing(Entry::id, Integer::compareUnsigned));
        ByteBuffer out = ByteBuffer.allocate(Integer.BYTES + entries.size() * ENTRY_BYTES);
        out.order(ByteOrder.LITTLE_ENDIAN).putInt(VERSION);
        for (Entry entry : entries) {
            out.putShort((short) entry.tag);
            out.putShort((short) entry.permissions);
            out.putInt(entry.id);
        }
        return Optional.of(out.array());
    }

    private static boolean isBeyondMode(Entry entry) {
        return entry.tag == USER || entry.tag == GROUP || entry.tag == MASK;
    }

    private static Entry entry(String text, Accounts accounts) throws IOException {
        String[] fields = text.split(":", -1);
        if (fields.length < 3 || fields.length > 4) {
            throw problem("has the entry '" + text + "'");
        }
        int permissions = permissions(fields[2]);
        boolean isNamed = !fields[1].isEmpty();
        return switch (fields[0]) {
            case "user", "u" ->
                    isNamed
                            ? new Entry(USER, permissions, id(fields, accounts.uid(fields[1])))
                            : new Entry(OWNER, permissions, NO_ID);
            case "group", "g" ->
                    isNamed
                            ? new Entry(GROUP, permissions, id(fields, accounts.gid(fields[1])))
                            : new Entry(OWNING_GROUP, permissions, NO_ID);
            case "mask", "m" -> new Entry(MASK, permissions, NO_ID);
            case "other", "o" -> new Entry(OTHER, permissions, NO_ID);
            default -> throw problem("has the entry '" + text + "'");
        };
    }

    /// star adds the number as a fourth field: it is the writer's own, and exact.
    private static int id(String[] fields, Optional<Long> account) throws FileSystemException {
        Optional<Long> told = fields.length > 3 ? id(fields[3]) : Optional.empty();
        Optional<Long> id = told.or(() -> account).or(() -> id(fields[1]));
        return (int) (long) id.orElseThrow(() -> problem("names '%s'".formatted(fields[1])));
    }

    /// A number that may be a user's or group's.
    static Optional<Long> id(String text) {
        boolean isNumber = text.matches("[0-9]{1,10}");
        return isNumber
                ? Optional.of(Long.valueOf(text)).filter(id -> id < 0xffff_ffffL)
                : Optional.empty();
    }

    private static int permissions(String text) throws FileSystemException {
        int permissions = 0;
        for (char c : text.toCharArray()) {
            switch (c) {
                case 'r' -> permissions |= 4;
                case 'w' -> permissions |= 2;
                case 'x' -> permissions |= 1;
                case '-' -> {}
                default -> throw problem("has the permissions '" + text + "'");
            }
        }
        return permissions;
    }

    private static FileSystemException problem(String what) {
        return new FileSystemException("", null, "the access control list " + what);
    }
}
