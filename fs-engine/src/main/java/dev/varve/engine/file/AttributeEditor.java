package dev.varve.engine.file;

import dev.varve.engine.format.ExtentFormat;
import dev.varve.engine.format.FileKey;
import dev.varve.engine.model.Extent;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.model.XattrName;
import dev.varve.engine.pack.BlockKind;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/// Changes modes, owners, times, flags and extended attributes.
public final class AttributeEditor {
    /// The longest xattr value.
    public static final int MAX_XATTR_BYTES = 1 << 20;

    private static final int INLINE_XATTR_BYTES = 4096;
    private static final int PERMISSION_BITS = 07777;
    private static final long MAX_ID = 0xffff_ffffL;

    private final TreeDraft draft;

    public AttributeEditor(TreeDraft draft) {
        this.draft = draft;
    }

    public void setPermissions(long inode, int permissions) throws IOException {
        if ((permissions & ~PERMISSION_BITS) != 0) {
            throw new FileSystemException(
                    "inode " + inode, null, "mode 0" + Integer.toOctalString(permissions));
        }
        put(draft.inode(inode), Inodes.withPermissions(draft.inode(inode), permissions));
    }

    public void setOwner(long inode, long uid, long gid) throws IOException {
        if (uid < 0 || uid > MAX_ID || gid < 0 || gid > MAX_ID) {
            throw new FileSystemException("inode " + inode, null, "owner " + uid + ":" + gid);
        }
        put(draft.inode(inode), Inodes.withOwner(draft.inode(inode), uid, gid));
    }

    public void setTimes(long inode, Timestamp access, Timestamp modify, Timestamp change)
            throws IOException {
        put(draft.inode(inode), Inodes.withTimes(draft.inode(inode), access, modify, change));
    }

    public void setBirthTime(long inode, Timestamp birth) throws IOException {
        put(draft.inode(inode), Inodes.withBirth(draft.inode(inode), birth));
    }

    public void setFlags(long inode, long flags) throws IOException {
        put(draft.inode(inode), Inodes.withFlags(draft.inode(inode), flags));
    }

    public void setOrigin(long inode, long origin) throws IOException {
        put(draft.inode(inode), Inodes.withOrigin(draft.inode(inode), origin));
    }

    /// What is set to what it was costs no copy of a node.
    private void put(Inode was, Inode now) throws IOException {
        if (!now.equals(was)) {
            draft.putInode(now);
        }
    }

    public void setXattr(long inode, XattrName name, byte[] value) throws IOException {
        draft.inode(inode);
        if (value.length > MAX_XATTR_BYTES) {
            throw new FileSystemException(
                    "inode " + inode, null, name + ": value of " + value.length + " bytes");
        }
        byte[] key = FileKey.named(inode, FileKey.XATTR, name.bytes());
        long replaced = blockOf(key);
        draft.put(key, stored(value));
        release(replaced);
    }

    private byte[] stored(byte[] value) throws IOException {
        if (value.length <= INLINE_XATTR_BYTES) {
            return ExtentFormat.inline(value);
        }
        long block = draft.blocks().append(BlockKind.DATA, value.clone());
        return ExtentFormat.write(
                new Extent.Data(0, value.length, block, 0, value.length, draft.generation()));
    }

    public void removeXattr(long inode, XattrName name) throws IOException {
        byte[] key = FileKey.named(inode, FileKey.XATTR, name.bytes());
        long block = blockOf(key);
        if (!draft.remove(key)) {
            draft.inode(inode);
            throw new NoSuchFileException("inode " + inode, null, "no xattr " + name);
        }
        release(block);
    }

    private long blockOf(byte[] key) throws IOException {
        byte[] value = draft.get(key);
        return value == null ? 0 : ExtentFormat.block(value, 0, value.length);
    }

    private void release(long block) throws IOException {
        if (block != 0) {
            draft.sharing().release(block);
        }
    }
}
