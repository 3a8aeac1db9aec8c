package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Modes;
import dev.varve.cli.output.Output;
import dev.varve.cli.output.RawText;
import dev.varve.cli.output.Times;
import dev.varve.cli.pool.Location;
import dev.varve.cli.pool.PathResolver;
import dev.varve.cli.pool.PoolPath;
import dev.varve.cli.pool.PoolSession;
import dev.varve.engine.ReadView;
import dev.varve.engine.model.Extent;
import dev.varve.engine.model.FileType;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.XattrName;
import java.io.IOException;
import java.time.ZoneId;
import picocli.CommandLine.Model.CommandSpec;

/// `varve stat`
final class StatCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new SpecBuilder("stat", "PATH…", "Show everything known of paths in the pool.")
                .about("With -v also the extents of files.")
                .operand("PATH", "1..*", "Paths in the pool.")
                .example("varve stat /docs/letter.txt", "")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        Output output = call.output();
        try (PoolSession session = call.openPool();
                ReadView view = session.read()) {
            PathResolver resolver = new PathResolver(view);
            if (output.isJson()) {
                printJson(call, view, resolver);
            } else {
                for (String operand : call.operandsFrom(0)) {
                    Location at = resolver.resolve(PoolPath.parse(operand));
                    print(output, at, call.console().clock().getZone());
                }
            }
        }
        return ExitCode.OK;
    }

    private static void print(Output output, Location at, ZoneId zone) throws IOException {
        Inode inode = at.inode();
        boolean isLink = inode.type() == FileType.SYMLINK;
        String target = isLink ? " -> " + RawText.decode(at.tree().symlinkTarget(at.number())) : "";
        output.line("  File: " + at.path() + target);
        output.line("  Size: " + inode.sizeBytes() + "\t" + kind(at, inode));
        output.line(
                "Subvol: %s\tInode: %d\tLinks: %d%s"
                        .formatted(
                                at.subvolume().id(), inode.number(), inode.links(), device(inode)));
        output.line(
                "Access: (%s/%s)  Uid: %d  Gid: %d"
                        .formatted(
                                Modes.octal(inode.permissions()),
                                Modes.text(inode.mode()),
                                inode.uid(),
                                inode.gid()));
        output.line("Access: " + Times.exact(inode.accessTime(), zone));
        output.line("Modify: " + Times.exact(inode.modifyTime(), zone));
        output.line("Change: " + Times.exact(inode.changeTime(), zone));
        output.line(" Birth: " + Times.exact(inode.birthTime(), zone));
        output.line(
                "   Gen: " + inode.generation() + "\tFlags: 0x" + Long.toHexString(inode.flags()));
        for (XattrName name : at.tree().xattrs(at.number())) {
            output.line(" Xattr: " + RawText.decode(name.bytes()) + " (" + length(at, name) + ")");
        }
        if (output.isVerbose() && inode.isRegular()) {
            printExtents(output, at);
        }
    }

    private static String kind(Location at, Inode inode) {
        return at.isSubvolume() ? "subvolume" : Modes.words(inode.type());
    }

    private static String device(Inode inode) {
        return switch (inode.type()) {
            case CHARACTER_DEVICE, BLOCK_DEVICE ->
                    "\tDevice: " + Modes.major(inode.rdev()) + "," + Modes.minor(inode.rdev());
            case REGULAR, DIRECTORY, SYMLINK, FIFO, SOCKET -> "";
        };
    }

    private static int length(Location at, XattrName name) throws IOException {
        return at.tree().xattr(at.number(), name).map(value -> value.length).orElse(0);
    }

    private static void printExtents(Output output, Location at) throws IOException {
        for (Scan<Extent> all = at.tree().extents(at.number(), 0); all.advance(); ) {
            Extent extent = all.current();
            String where =
                    switch (extent) {
                        case Extent.Data data ->
                                "block %016x offset %d".formatted(data.block(), data.blockOffset());
                        case Extent.Inline _ -> "inline";
                        case Extent.Preallocated _ -> "preallocated";
                    };
            output.line("Extent: " + extent.offset() + " + " + extent.length() + " " + where);
        }
    }

    private static void printJson(Invocation call, ReadView view, PathResolver resolver)
            throws IOException {
        try (JsonWriter json = call.output().json("stat")) {
            json.field("generation", view.generation()).startArray("entries");
            for (String operand : call.operandsFrom(0)) {
                Location at = resolver.resolve(PoolPath.parse(operand));
                json.startObject();
                EntryJson.write(json, at);
                json.field("flags", at.inode().flags()).startArray("xattrs");
                for (XattrName name : at.tree().xattrs(at.number())) {
                    json.startObject()
                            .field("name", RawText.decode(name.bytes()))
                            .field("size_bytes", length(at, name))
                            .endObject();
                }
                json.endArray().endObject();
            }
            json.endArray().end();
        }
    }
}
