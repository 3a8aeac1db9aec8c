package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.output.Output;
import dev.varve.cli.pool.KeyText;
import dev.varve.engine.Keys;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;

/// `varve key generate`
final class KeyGenerateCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new SpecBuilder("key generate", "FILE", "Make an X25519 identity in a new file.")
                .about(
                        "Prints its public half, the recipient. A pool that knows the recipient",
                        "is opened with --identity FILE; who only adds it needs no secret.")
                .operand("FILE", "1", "Where; readable by its owner alone, never overwritten.")
                .example("varve key generate ~/.config/varve/identity", "")
                .build();
    }

    @Override
    public ExitCode run(Invocation call) throws IOException {
        Path file = Invocation.localPath(call.required(0));
        byte[] identity = Keys.newIdentity();
        String recipient = KeyText.recipient(Keys.publicKey(identity));
        byte[] text =
                ("# " + recipient + "\n" + KeyText.identity(identity) + "\n")
                        .getBytes(StandardCharsets.US_ASCII);
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer left = ByteBuffer.wrap(text);
            while (left.hasRemaining()) {
                channel.write(left);
            }
            channel.force(true);
        } finally {
            Arrays.fill(text, (byte) 0);
            Arrays.fill(identity, (byte) 0);
        }
        Output output = call.output();
        if (output.isJson()) {
            try (JsonWriter json = output.json("key generate")) {
                json.field("file", file.toString()).field("recipient", recipient).end();
            }
        } else {
            output.line(recipient);
        }
        return ExitCode.OK;
    }
}
