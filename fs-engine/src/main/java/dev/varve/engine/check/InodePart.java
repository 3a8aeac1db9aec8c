package dev.varve.engine.check;

import dev.varve.engine.file.ContentEditor;
import dev.varve.engine.model.Extent;
import dev.varve.engine.model.FileType;
import dev.varve.engine.model.Inode;

/// What a run of items says of one inode: all of its items, or those that stand in one piece of a
/// tree. Parts that stand one behind the other join to the part of the whole run.
final class InodePart {
    private static final int NONE = -1;
    private static final int MAX_TARGET_BYTES = 4095;

    private final long number;
    private int mode = NONE;
    private long sizeBytes;
    private long links;
    private long rdev;

    private long names;
    private long entries;
    private int targetBytes = NONE;

    private long extents;
    private long firstOffset;
    private long end;
    private long inlineBytes = NONE;

    /// The first thing that is wrong whatever else there is; empty if nothing.
    private String wrong = "";

    InodePart(long number) {
        this.number = number;
    }

    private InodePart(InodePart from) {
        this(from.number);
        mode = from.mode;
        sizeBytes = from.sizeBytes;
        links = from.links;
        rdev = from.rdev;
        names = from.names;
        entries = from.entries;
        targetBytes = from.targetBytes;
        extents = from.extents;
        firstOffset = from.firstOffset;
        end = from.end;
        inlineBytes = from.inlineBytes;
        wrong = from.wrong;
    }

    long number() {
        return number;
    }

    /// Whether this may be a directory, as far as this part tells.
    boolean mayBeDirectory() {
        return mode == NONE || isType(FileType.DIRECTORY);
    }

    private boolean isType(FileType type) {
        return (mode & FileType.MODE_MASK) == type.modeBits();
    }

    /// Takes the next item of this inode.
    void add(FileItem item) {
        switch (item) {
            case FileItem.InodeItem(Inode now) -> {
                mode = now.mode();
                sizeBytes = now.sizeBytes();
                links = now.links();
                rdev = now.rdev();
            }
            case FileItem.LinkItem _ -> names++;
            case FileItem.EntryItem _ -> entries++;
            case FileItem.TargetItem target -> targetBytes = target.lengthBytes();
            case FileItem.ExtentItem extent -> add(extent.extent());
            case FileItem.XattrItem _, FileItem.LargeXattrItem _ -> {}
        }
    }

    private void add(Extent extent) {
        if (extents > 0 && extent.offset() < end) {
            note("extents overlap at offset " + extent.offset());
        }
        if (extent instanceof Extent.Inline inline) {
            inlineBytes = inline.length();
        }
        if (extents == 0) {
            firstOffset = extent.offset();
        }
        extents++;
        end = extent.end();
    }

    private void note(String problem) {
        wrong = wrong.isEmpty() ? problem : wrong;
    }

    /// The part of both runs; the other one stands behind this one.
    InodePart join(InodePart next) {
        InodePart joined = new InodePart(this);
        joined.note(next.wrong);
        if (next.mode != NONE) {
            joined.mode = next.mode;
            joined.sizeBytes = next.sizeBytes;
            joined.links = next.links;
            joined.rdev = next.rdev;
        }
        joined.names += next.names;
        joined.entries += next.entries;
        joined.targetBytes = Math.max(targetBytes, next.targetBytes);
        joined.inlineBytes = Math.max(inlineBytes, next.inlineBytes);
        if (next.extents > 0) {
            if (extents > 0 && next.firstOffset < end) {
                joined.note("extents overlap at offset " + next.firstOffset);
            }
            joined.firstOffset = extents > 0 ? firstOffset : next.firstOffset;
            joined.end = next.end;
            joined.extents += next.extents;
        }
        return joined;
    }

    /// What is wrong with this inode if these are all of its items; empty if nothing.
    String problem() {
        if (!wrong.isEmpty()) {
            return wrong;
        }
        if (mode == NONE) {
            return "has items, but no inode";
        }
        FileType type = FileType.ofMode(mode);
        if (number == Inode.ROOT) {
            if (type != FileType.DIRECTORY || names > 0) {
                return "the root is no directory, or has a name";
            }
        } else if (names != links || links < 1) {
            return "link count " + links + ", but names: " + names;
        }
        String stray = strayItems(type);
        return stray.isEmpty() ? problemOf(type) : stray;
    }

    private String strayItems(FileType type) {
        if (entries > 0 && type != FileType.DIRECTORY) {
            return "a " + type + " with directory entries";
        }
        if (extents > 0 && type != FileType.REGULAR) {
            return "a " + type + " with extents";
        }
        if ((targetBytes != NONE) != (type == FileType.SYMLINK)) {
            return "a " + type + (targetBytes == NONE ? " without" : " with") + " a link target";
        }
        return "";
    }

    private String problemOf(FileType type) {
        return switch (type) {
            case REGULAR -> contentProblem();
            case SYMLINK ->
                    targetBytes < 1 || targetBytes > MAX_TARGET_BYTES || targetBytes != sizeBytes
                            ? "size " + sizeBytes + ", but a target of " + targetBytes + " bytes"
                            : "";
            case DIRECTORY -> links != 1 ? "a directory with link count " + links : empty(type);
            case FIFO, SOCKET, CHARACTER_DEVICE, BLOCK_DEVICE -> empty(type);
        };
    }

    private String empty(FileType type) {
        return sizeBytes != 0 ? "a " + type + " with size " + sizeBytes : "";
    }

    private String contentProblem() {
        if (inlineBytes == NONE) {
            return "";
        }
        if (extents > 1) {
            return "inline content beside other extents";
        }
        boolean fits = inlineBytes <= ContentEditor.INLINE_MAX_BYTES && inlineBytes <= sizeBytes;
        return fits ? "" : "size " + sizeBytes + ", but " + inlineBytes + " bytes inline";
    }
}
