package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.pool.Location;
import dev.varve.cli.pool.PathResolver;
import dev.varve.cli.pool.PoolPath;
import dev.varve.cli.pool.PoolSession;
import dev.varve.engine.ReadView;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.util.Base64;
import picocli.CommandLine.Model.CommandSpec;

/// `varve cat`
final class CatCommand implements Command {
    /// A multiple of three, so that pieces in base64 join without padding.
    private static final int BUFFER_BYTES = 3 << 16;

    @Override
    public CommandSpec spec() {
        return new SpecBuilder("cat", "PATH…", "Print files in the pool.")
                .about("With --json each file is an object with its content in base64.")
                .flag(
                        "Print zeros for what is damaged, say where, exit code 3.",
                        DamageNotes.OPTION)
                .operand("PATH", "1..*", "Files in the pool.")
                .example("varve cat /snaps/docs.1/letter.txt", "")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        Output output = call.output();
        DamageNotes notes = new DamageNotes();
        try (PoolSession session = call.openPool();
                ReadView view = DamageNotes.read(call, session, notes)) {
            PathResolver resolver = new PathResolver(view);
            if (output.isJson()) {
                printJson(call, view, resolver);
            } else {
                OutputStream out = output.bytes();
                for (String operand : call.operandsFrom(0)) {
                    copy(file(resolver, operand), out);
                }
            }
            output.flush();
            notes.print(output, view);
        }
        return ExitCode.partialIf(!notes.isEmpty());
    }

    private static Location file(PathResolver resolver, String operand) throws IOException {
        Location at = resolver.resolve(PoolPath.parse(operand));
        if (!at.inode().isRegular()) {
            throw new FileSystemException(operand, null, "not a regular file");
        }
        return at;
    }

    private static void copy(Location at, OutputStream out) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        for (long offset = 0; fill(at, offset, buffer); offset += buffer.remaining()) {
            out.write(buffer.array(), 0, buffer.remaining());
        }
    }

    private static boolean fill(Location at, long offset, ByteBuffer buffer) throws IOException {
        buffer.clear();
        int count = 1;
        while (buffer.hasRemaining() && count > 0) {
            count = at.tree().read(at.number(), offset + buffer.position(), buffer);
        }
        return buffer.flip().hasRemaining();
    }

    private static void printJson(Invocation call, ReadView view, PathResolver resolver)
            throws IOException {
        try (JsonWriter json = call.output().json("cat")) {
            json.field("generation", view.generation()).startArray("files");
            for (String operand : call.operandsFrom(0)) {
                Location at = file(resolver, operand);
                json.startObject();
                EntryJson.write(json, at);
                json.startArray("content_base64");
                ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
                for (long offset = 0; fill(at, offset, buffer); offset += buffer.remaining()) {
                    ByteBuffer text = Base64.getEncoder().encode(buffer.duplicate());
                    json.element(
                            new String(
                                    text.array(),
                                    0,
                                    text.limit(),
                                    java.nio.charset.StandardCharsets.US_ASCII));
                }
                json.endArray().endObject();
            }
            json.endArray().end();
        }
    }
}
