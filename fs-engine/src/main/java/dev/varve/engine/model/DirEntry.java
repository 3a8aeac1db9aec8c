package dev.varve.engine.model;

/// One name in a directory.
///
/// @param name the name
/// @param target the inode it names, or for a subvolume entry the child's [SubvolumeId] value
/// @param type the target's type; [FileType#DIRECTORY] for a subvolume
/// @param isSubvolume whether the entry is a nested subvolume. In a snapshot taken without its
///   nested subvolumes such an entry is a placeholder: an empty directory.
public record DirEntry(FileName name, long target, FileType type, boolean isSubvolume) {}
