package dev.varve.engine.model;

/// Something that a check of a pool found. Blocks are named `writer-pack:slot`, subvolumes and
/// files by their paths.
public sealed interface Finding {
    /// What it is, in one line: the object, and what is lost or wrong. Control characters in names
    /// are shown as `?`.
    String message();

    private static String line(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    /// Whether nothing is lost or wrong in what the pool holds: space that could be freed, damage
    /// in what nobody needs, or something that could not be checked.
    default boolean isWarning() {
        return false;
    }

    /// An object of the store is missing or not what was written.
    ///
    /// @param object its name in the store
    record DamagedObject(String object, String detail) implements Finding {
        @Override
        public String message() {
            return object + ": " + detail;
        }
    }

    /// The newest head cannot be read: everything else was checked as of an older one.
    ///
    /// @param generation the one used
    record OlderHead(long generation) implements Finding {
        @Override
        public String message() {
            return "newer commits cannot be read: checked the pool as of generation " + generation;
        }
    }

    /// A tree's node is damaged, or is not the node that should be there.
    ///
    /// @param tree the first tree found to hold it
    record DamagedNode(String tree, String block, String detail) implements Finding {
        @Override
        public String message() {
            return line(tree + ": node " + block + ": " + detail);
        }
    }

    /// A data block cannot be read.
    ///
    /// @param inUse whether a file needs it; [LostFile]s then follow
    record DamagedBlock(String block, String detail, boolean inUse) implements Finding {
        @Override
        public String message() {
            return "block " + block + (inUse ? ": " : ", needed by nothing: ") + detail;
        }

        @Override
        public boolean isWarning() {
            return !inUse;
        }
    }

    /// An item of the pool's own trees is wrong, or disagrees with another.
    record BrokenItem(String tree, String item, String detail) implements Finding {
        @Override
        public String message() {
            return line(tree + ": " + item + ": " + detail);
        }
    }

    /// A file or directory that can be read, but what is kept of it disagrees.
    ///
    /// @param path in the subvolume, from `/`
    record BrokenFile(String subvolume, String path, String detail) implements Finding {
        @Override
        public String message() {
            return line(subvolume + ": " + path + ": " + detail);
        }
    }

    /// A file or directory of which something cannot be read.
    ///
    /// @param path in the subvolume, from `/`
    /// @param what what is lost
    record LostFile(String subvolume, String path, String what) implements Finding {
        @Override
        public String message() {
            return line(subvolume + ": " + path + ": lost: " + what);
        }
    }

    /// A damaged node took away what a subvolume knew of these inodes. Those that have a name
    /// elsewhere follow as [LostFile]s.
    ///
    /// @param last the last inode that the node may have held
    record LostInodes(String subvolume, long first, long last, String block) implements Finding {
        @Override
        public String message() {
            String range = last == Long.MAX_VALUE ? first + " and above" : first + " to " + last;
            return line(subvolume + ": lost with node " + block + ": inodes " + range);
        }
    }

    /// A reference count is not the number of references found.
    record WrongCount(String block, long recorded, long found) implements Finding {
        @Override
        public String message() {
            return "block " + block + ": count " + recorded + ", but " + found + " references";
        }
    }

    /// A block is marked free, and something refers to it.
    record FreeInUse(String block, long references) implements Finding {
        @Override
        public String message() {
            return "block " + block + ": marked free, but has references: " + references;
        }
    }

    /// What the pool says of a pack is not what the pack holds.
    ///
    /// @param pack the pack object's name
    record WrongListing(String pack, String detail) implements Finding {
        @Override
        public String message() {
            return pack + ": " + detail;
        }
    }

    /// Blocks that nothing refers to and that are not marked free.
    ///
    /// @param pack the pack object's name
    record Leak(String pack, long blocks, long storedBytes) implements Finding {
        @Override
        public String message() {
            return pack + ": never freed: " + blocks + " blocks, " + storedBytes + " bytes";
        }

        @Override
        public boolean isWarning() {
            return true;
        }
    }

    /// A pack object that no commit knows: left by an interrupted writer, or of one at work.
    record StrayPack(String object, long sizeBytes) implements Finding {
        @Override
        public String message() {
            return object + ": belongs to no commit: " + sizeBytes + " bytes";
        }

        @Override
        public boolean isWarning() {
            return true;
        }
    }

    /// Something could not be checked because of other findings.
    record Unchecked(String what, String why) implements Finding {
        @Override
        public String message() {
            return "not checked: " + what + ": " + why;
        }

        @Override
        public boolean isWarning() {
            return true;
        }
    }
}
