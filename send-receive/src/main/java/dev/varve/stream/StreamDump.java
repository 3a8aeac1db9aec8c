package dev.varve.stream;

import java.io.IOException;
import java.io.OutputStream;
import java.time.ZoneId;

/// Prints a stream as `btrfs receive --dump` of btrfs-progs 6.2 does, byte for byte, as far as that
/// tells the truth: where it cuts a clone's length to 32 bits or a path at a NUL, the true value is
/// printed. Content is checked and passed over, not looked at.
public final class StreamDump {
    private final OutputStream out;
    private final DumpLine line;

    /// @param zone the zone in which times are printed
    public StreamDump(OutputStream out, ZoneId zone) {
        this.out = out;
        line = new DumpLine(zone);
    }

    /// Prints all commands that are left; where the original stops at the first END, so must the
    /// reader. What was read before an error has been printed.
    public void print(StreamReader reader) throws IOException {
        try {
            while (reader.advance()) {
                print(reader.current());
            }
        } finally {
            out.flush();
        }
    }

    private void print(StreamCommand command) throws IOException {
        switch (command) {
            case StreamCommand.Subvolume c -> describe(c);
            case StreamCommand.Snapshot c -> describe(c);
            case StreamCommand.MakeFile c -> line.start("mkfile", c.path());
            case StreamCommand.MakeDirectory c -> line.start("mkdir", c.path());
            case StreamCommand.MakeNode c -> describe(c);
            case StreamCommand.MakeFifo c -> line.start("mkfifo", c.path());
            case StreamCommand.MakeSocket c -> line.start("mksock", c.path());
            case StreamCommand.Symlink c -> destination("symlink", c.path()).escaped(c.target());
            case StreamCommand.Rename c -> destination("rename", c.path()).escapedPath(c.pathTo());
            case StreamCommand.Link c -> destination("link", c.path()).escaped(c.existing());
            case StreamCommand.Unlink c -> line.start("unlink", c.path());
            case StreamCommand.RemoveDirectory c -> line.start("rmdir", c.path());
            case StreamCommand.SetXattr c -> describe(c);
            case StreamCommand.RemoveXattr c ->
                    line.start("remove_xattr", c.path()).text("name=").untilNul(c.name());
            case StreamCommand.Write c ->
                    line.start("write", c.path()).range(c.offset(), c.data().remaining());
            case StreamCommand.Clone c -> describe(c);
            case StreamCommand.Truncate c ->
                    line.start("truncate", c.path()).text("size=").u64(c.sizeBytes());
            case StreamCommand.Chmod c ->
                    line.start("chmod", c.path()).text("mode=").octal(c.mode());
            case StreamCommand.Chown c -> describe(c);
            case StreamCommand.Utimes c -> describe(c);
            case StreamCommand.End _ -> {
                return;
            }
            case StreamCommand.UpdateExtent c ->
                    line.start("update_extent", c.path()).range(c.offset(), c.length());
            case StreamCommand.Fallocate c -> describe(c);
            // The original prints a decimal number behind 0x.
            case StreamCommand.FileAttributes c ->
                    line.start("fileattr", c.path()).text("fileattr=0x").u64(c.flags());
            case StreamCommand.EncodedWrite c -> describe(c);
            case StreamCommand.EnableVerity c -> describe(c);
        }
        line.writeTo(out);
    }

    private DumpLine destination(String name, byte[] path) {
        return line.start(name, path).text("dest=");
    }

    private void describe(StreamCommand.Subvolume c) {
        line.enterSubvolume("subvol", c.path());
        line.text("uuid=").text(c.uuid().toString()).text(" transid=").u64(c.ctransid());
    }

    private void describe(StreamCommand.Snapshot c) {
        line.enterSubvolume("snapshot", c.path());
        line.text("uuid=").text(c.uuid().toString()).text(" transid=").u64(c.ctransid());
        line.text(" parent_uuid=").text(c.cloneUuid().toString());
        line.text(" parent_transid=").u64(c.cloneCtransid());
    }

    private void describe(StreamCommand.MakeNode c) {
        line.start("mknod", c.path()).text("mode=").octal(c.mode());
        line.text(" dev=0x").text(Long.toHexString(c.rdev()));
    }

    private void describe(StreamCommand.SetXattr c) {
        line.start("set_xattr", c.path()).text("name=").untilNul(c.name());
        line.text(" data=").untilNul(c.value()).text(" len=").u64(c.value().length);
    }

    private void describe(StreamCommand.Clone c) {
        line.start("clone", c.path()).range(c.offset(), c.length());
        line.text(" from=").rawPath(c.source().path());
        line.text(" clone_offset=").u64(c.source().offset());
    }

    private void describe(StreamCommand.Chown c) {
        line.start("chown", c.path()).text("gid=").u64(c.gid());
        line.text(" uid=").u64(c.uid());
    }

    private void describe(StreamCommand.Utimes c) {
        line.start("utimes", c.path()).text("atime=").time(c.access());
        line.text(" mtime=").time(c.modify()).text(" ctime=").time(c.change());
    }

    private void describe(StreamCommand.Fallocate c) {
        line.start("fallocate", c.path()).text("mode=").text(Integer.toString(c.mode()));
        line.text(" ").range(c.offset(), c.length());
    }

    private void describe(StreamCommand.EnableVerity c) {
        line.start("enable_verity", c.path()).text("algorithm=").u64(c.algorithm());
        line.text(" block_size=").u64(c.blockSize());
        line.text(" salt_len=").u64(c.salt().length);
        line.text(" sig_len=").u64(c.signature().length);
    }

    private void describe(StreamCommand.EncodedWrite c) {
        StreamCommand.Encoding encoding = c.encoding();
        line.start("encoded_write", c.path()).range(c.offset(), c.data().remaining());
        line.text(", unencoded_file_len=").u64(encoding.fileLength());
        line.text(", unencoded_len=").u64(encoding.unencodedLength());
        line.text(", unencoded_offset=").u64(encoding.unencodedOffset());
        line.text(", compression=").u64(Integer.toUnsignedLong(encoding.compression()));
        line.text(", encryption=").u64(Integer.toUnsignedLong(encoding.encryption().orElse(0)));
    }
}
