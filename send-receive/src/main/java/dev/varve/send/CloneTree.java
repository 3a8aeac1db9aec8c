package dev.varve.send;

import dev.varve.engine.FileTree;
import dev.varve.engine.model.SubvolumeInfo;
import java.util.UUID;

/// A snapshot that the receiver has, or is receiving, as streams refer to it.
///
/// @param uuid the one it was received with, or else its own: what the receiver knows it by
record CloneTree(UUID uuid, long ctransid, DirectoryLinks links) {
    static CloneTree of(DirectoryLinks links) {
        SubvolumeInfo info = links.tree().info();
        return new CloneTree(streamUuid(info), info.generation(), links);
    }

    static UUID streamUuid(SubvolumeInfo info) {
        return info.receivedUuid().orElse(info.uuid());
    }

    FileTree tree() {
        return links.tree();
    }
}
