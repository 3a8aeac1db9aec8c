package dev.varve.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.varve.engine.model.Timestamp;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// Holds `docs/format/send-stream.md` to the code.
class StreamDocumentTest {
    private static final Path DOCUMENT = Path.of("../docs/format/send-stream.md");
    private static final byte[] P = {'p'};
    private static final UUID ID = new UUID(1, 2);
    private static final Timestamp T = Timestamp.EPOCH;
    private static final ByteBuffer DATA = ByteBuffer.allocate(1);

    /// The cells of all table rows below a heading.
    private static List<List<String>> rows(String heading) throws IOException {
        List<List<String>> rows = new ArrayList<>();
        boolean inside = false;
        for (String line : Files.readAllLines(DOCUMENT)) {
            if (line.startsWith("## ")) {
                inside = line.equals("## " + heading);
            } else if (inside && line.matches("\\| \\d.*")) {
                String[] cells = line.substring(1).split("\\|");
                rows.add(Arrays.stream(cells).map(String::strip).toList());
            }
        }
        return rows;
    }

    @Test
    void theAttributesAreThoseOfTheCode() throws IOException {
        List<List<String>> expected = new ArrayList<>();
        for (AttributeType type : AttributeType.values()) {
            String size = type.isFixed() ? Integer.toString(type.sizeBytes()) : "-";
            expected.add(List.of(Integer.toString(type.number()), type.name(), size));
        }
        assertEquals(expected, rows("Attributes"));
    }

    @Test
    void theCommandsAndTheirAttributesAreThoseWritten() throws IOException {
        List<List<String>> written = new ArrayList<>();
        for (StreamCommand command : oneOfEach()) {
            written.add(row(command));
        }
        assertEquals(written, rows("Commands"));
    }

    private static List<String> row(StreamCommand command) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StreamWriter writer = new StreamWriter(out);
        writer.begin(1);
        writer.write(command);
        writer.flush();
        ByteBuffer bytes =
                ByteBuffer.wrap(out.toByteArray())
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .position(StreamFormat.STREAM_HEADER_BYTES);
        bytes.getInt();
        short number = bytes.getShort();
        bytes.getInt();
        List<String> attributes = new ArrayList<>();
        while (bytes.hasRemaining()) {
            attributes.add(AttributeType.ofNumber(bytes.getShort()).name());
            bytes.position(bytes.position() + Short.BYTES + bytes.getShort(bytes.position()));
        }
        String name = CommandType.ofNumber(number).orElseThrow().name();
        return List.of(Integer.toString(number), name, String.join(" ", attributes));
    }

    private static List<StreamCommand> oneOfEach() {
        return List.of(
                new StreamCommand.Subvolume(P, ID, 1),
                new StreamCommand.Snapshot(P, ID, 1, ID, 1),
                new StreamCommand.MakeFile(P, 1),
                new StreamCommand.MakeDirectory(P, 1),
                new StreamCommand.MakeNode(P, 1, 1, 1),
                new StreamCommand.MakeFifo(P, 1, 1, 1),
                new StreamCommand.MakeSocket(P, 1, 1, 1),
                new StreamCommand.Symlink(P, 1, P),
                new StreamCommand.Rename(P, P),
                new StreamCommand.Link(P, P),
                new StreamCommand.Unlink(P),
                new StreamCommand.RemoveDirectory(P),
                new StreamCommand.SetXattr(P, P, P),
                new StreamCommand.RemoveXattr(P, P),
                new StreamCommand.Write(P, 1, DATA),
                new StreamCommand.Clone(P, 1, 1, new StreamCommand.Source(ID, 1, P, 1)),
                new StreamCommand.Truncate(P, 1),
                new StreamCommand.Chmod(P, 1),
                new StreamCommand.Chown(P, 1, 1),
                new StreamCommand.Utimes(P, T, T, T, Optional.of(T)),
                new StreamCommand.End(),
                new StreamCommand.UpdateExtent(P, 1, 1),
                new StreamCommand.Fallocate(P, 1, 1, 1),
                new StreamCommand.FileAttributes(P, 1),
                new StreamCommand.EncodedWrite(
                        P, 1, new StreamCommand.Encoding(1, 1, 1, 1, Optional.of(0)), DATA),
                new StreamCommand.EnableVerity(P, 1, 1, P, P));
    }
}
