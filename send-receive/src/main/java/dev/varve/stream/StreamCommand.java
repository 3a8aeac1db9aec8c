package dev.varve.stream;

import dev.varve.engine.model.Timestamp;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;

/// One command of a btrfs send stream, versions 1 to 3. Paths are raw bytes relative to the
/// subvolume, names separated by `/`; the empty path is its root. Integers are as wide as on the
/// wire and unsigned unless said otherwise. Buffers of a command that was read are valid until the
/// next read.
public sealed interface StreamCommand {
    /// What it is about, relative to the subvolume; its name for [Subvolume] and [Snapshot], empty
    /// for [End].
    byte[] path();

    record Subvolume(byte[] path, UUID uuid, long ctransid) implements StreamCommand {}

    record Snapshot(byte[] path, UUID uuid, long ctransid, UUID cloneUuid, long cloneCtransid)
            implements StreamCommand {}

    record MakeFile(byte[] path, long inode) implements StreamCommand {}

    record MakeDirectory(byte[] path, long inode) implements StreamCommand {}

    /// A character or block device; `mode` is a full `st_mode`, `rdev` the kernel's encoding.
    record MakeNode(byte[] path, long inode, long rdev, long mode) implements StreamCommand {}

    record MakeFifo(byte[] path, long inode, long rdev, long mode) implements StreamCommand {}

    record MakeSocket(byte[] path, long inode, long rdev, long mode) implements StreamCommand {}

    record Symlink(byte[] path, long inode, byte[] target) implements StreamCommand {}

    record Rename(byte[] path, byte[] pathTo) implements StreamCommand {}

    /// @param path the new name
    /// @param existing the name that exists
    record Link(byte[] path, byte[] existing) implements StreamCommand {}

    record Unlink(byte[] path) implements StreamCommand {}

    record RemoveDirectory(byte[] path) implements StreamCommand {}

    record SetXattr(byte[] path, byte[] name, byte[] value) implements StreamCommand {}

    record RemoveXattr(byte[] path, byte[] name) implements StreamCommand {}

    record Write(byte[] path, long offset, ByteBuffer data) implements StreamCommand {}

    record Clone(byte[] path, long offset, long length, Source source) implements StreamCommand {}

    /// Where a clone takes its bytes from.
    record Source(UUID uuid, long ctransid, byte[] path, long offset) {}

    record Truncate(byte[] path, long sizeBytes) implements StreamCommand {}

    record Chmod(byte[] path, long mode) implements StreamCommand {}

    record Chown(byte[] path, long uid, long gid) implements StreamCommand {}

    /// @param birth present in streams of version 2 and later
    record Utimes(
            byte[] path,
            Timestamp access,
            Timestamp modify,
            Timestamp change,
            Optional<Timestamp> birth)
            implements StreamCommand {}

    /// Ends a subvolume.
    record End() implements StreamCommand {
        private static final byte[] NO_PATH = {};

        @Override
        public byte[] path() {
            return NO_PATH;
        }
    }

    /// Only in streams made without data: these bytes changed.
    record UpdateExtent(byte[] path, long offset, long length) implements StreamCommand {}

    record Fallocate(byte[] path, int mode, long offset, long length) implements StreamCommand {}

    record FileAttributes(byte[] path, long flags) implements StreamCommand {}

    record EncodedWrite(byte[] path, long offset, Encoding encoding, ByteBuffer data)
            implements StreamCommand {}

    /// How the data of an encoded write is to be read: decode, cut or zero-extend to
    /// `unencodedLength`, take `fileLength` bytes from `unencodedOffset`.
    ///
    /// @param compression 0 none, 1 zlib, 2 zstd, 3 to 7 LZO with sectors of 4 to 64 KiB
    /// @param encryption 0 none; absent for extents kept inline
    record Encoding(
            long fileLength,
            long unencodedLength,
            long unencodedOffset,
            int compression,
            Optional<Integer> encryption) {}

    record EnableVerity(byte[] path, int algorithm, long blockSize, byte[] salt, byte[] signature)
            implements StreamCommand {}
}
