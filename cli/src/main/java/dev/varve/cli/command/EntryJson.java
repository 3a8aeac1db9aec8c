package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Modes;
import dev.varve.cli.output.RawText;
import dev.varve.cli.pool.Location;
import dev.varve.engine.model.FileType;
import dev.varve.engine.model.Inode;
import java.io.IOException;

/// The `entry` object of the JSON schema: a path in the pool and its inode.
final class EntryJson {
    private EntryJson() {}

    /// Writes the fields into the object that is open.
    static void write(JsonWriter json, Location at) throws IOException {
        json.field("path", at.path().toString())
                .field("subvolume", at.isSubvolume())
                .field("subvolume_id", at.subvolume().id().value())
                .field("placeholder", at.isPlaceholder());
        if (at.isPlaceholder()) {
            json.field("type", Modes.name(FileType.DIRECTORY));
            return;
        }
        Inode inode = at.inode();
        json.field("type", Modes.name(inode.type()))
                .field("inode", inode.number())
                .field("mode", Modes.octal(inode.permissions()))
                .field("uid", inode.uid())
                .field("gid", inode.gid())
                .field("links", inode.links())
                .field("size_bytes", inode.sizeBytes())
                .field("access_time", inode.accessTime())
                .field("modify_time", inode.modifyTime())
                .field("change_time", inode.changeTime())
                .field("birth_time", inode.birthTime())
                .field("generation", inode.generation());
        switch (inode.type()) {
            case CHARACTER_DEVICE, BLOCK_DEVICE ->
                    json.field("major", Modes.major(inode.rdev()))
                            .field("minor", Modes.minor(inode.rdev()));
            case SYMLINK ->
                    json.field("target", RawText.decode(at.tree().symlinkTarget(at.number())));
            case REGULAR, DIRECTORY, FIFO, SOCKET -> {}
        }
    }
}
