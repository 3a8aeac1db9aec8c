package dev.varve.engine.format;

import dev.varve.engine.model.SubvolumeId;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/// Keys of the root tree: the type first, so that all of a kind stand together.
///
/// ```
/// | type u8 | rest
///   SUBVOLUME  id u64 BE                    -> SubvolumeFormat
///   CHILD      parent u64 BE, child u64 BE  -> -
///   UUID       uuid                         -> id u64
///   RECEIVED   uuid, id u64 BE              -> -
///   DROPPED    id u64 BE                    -> tree root
///   DEFAULT                                 -> id u64
///   CATALOG    id u64 BE, name              -> tree root
///   DROPPED_CATALOG  id u64 BE              -> tree root
///   PROPERTY   id u64 BE, name              -> value, as text
///   DELETED    id u64 BE                    -> DeletedRecord
/// ```
public final class RootKey {
    public static final int SUBVOLUME = 1;
    public static final int CHILD = 2;
    public static final int UUID = 3;
    public static final int RECEIVED = 4;
    public static final int DROPPED = 5;
    public static final int DEFAULT = 6;
    public static final int CATALOG = 7;
    public static final int DROPPED_CATALOG = 8;
    public static final int DELETED = 9;
    public static final int PROPERTY = 10;

    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private RootKey() {}

    /// The key of a type with nothing behind it; also the prefix of all of its keys.
    public static byte[] of(int type) {
        return new byte[] {(byte) type};
    }

    public static byte[] of(int type, SubvolumeId id) {
        byte[] key = new byte[9];
        key[0] = (byte) type;
        LONG.set(key, 1, id.value());
        return key;
    }

    public static byte[] child(SubvolumeId parent, SubvolumeId child) {
        byte[] key = new byte[17];
        key[0] = CHILD;
        LONG.set(key, 1, parent.value());
        LONG.set(key, 9, child.value());
        return key;
    }

    public static byte[] uuid(UUID uuid) {
        return withUuid(UUID, uuid, 17);
    }

    /// The prefix of all keys of this received UUID.
    public static byte[] received(UUID uuid) {
        return withUuid(RECEIVED, uuid, 17);
    }

    public static byte[] received(UUID uuid, SubvolumeId id) {
        byte[] key = withUuid(RECEIVED, uuid, 25);
        LONG.set(key, 17, id.value());
        return key;
    }

    public static byte[] catalog(SubvolumeId id, String name) {
        return named(CATALOG, id, name);
    }

    public static byte[] property(SubvolumeId id, String name) {
        return named(PROPERTY, id, name);
    }

    private static byte[] named(int type, SubvolumeId id, String name) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        byte[] key = new byte[9 + text.length];
        key[0] = (byte) type;
        LONG.set(key, 1, id.value());
        System.arraycopy(text, 0, key, 9, text.length);
        return key;
    }

    /// The prefix of all catalogs of a subvolume.
    public static byte[] catalogs(SubvolumeId id) {
        return of(CATALOG, id);
    }

    private static byte[] withUuid(int type, UUID uuid, int length) {
        byte[] key = new byte[length];
        key[0] = (byte) type;
        LONG.set(key, 1, uuid.getMostSignificantBits());
        LONG.set(key, 9, uuid.getLeastSignificantBits());
        return key;
    }

    /// The id at the end of a SUBVOLUME, CHILD, RECEIVED, DROPPED, DROPPED_CATALOG or DELETED key.
    public static SubvolumeId lastId(byte[] key) {
        return new SubvolumeId((long) LONG.get(key, key.length - 8));
    }
}
