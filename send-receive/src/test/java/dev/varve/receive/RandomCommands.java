package dev.varve.receive;

import dev.varve.engine.model.Timestamp;
import dev.varve.stream.StreamCommand;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

/// Commands by chance: names from a small set so that they meet, numbers from the edges, now and
/// then what no sender would say.
final class RandomCommands {
    private static final String[] NAMES = {"a", "b", "c", "dir", "link", "o257-7-0"};
    private static final String[] ODD_PATHS = {
        "", "..", "../x", "a/../../x", "/a", "a//b", ".", "link/x", "../../canary", "a\0b", "dir/"
    };
    private static final long[] ODD_NUMBERS = {
        0, 1, 4095, 4096, 4097, 1 << 20, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32, 1L << 62
    };
    private static final String[] ATTRIBUTES = {
        "user.a", "trusted.b", "security.capability", "", "user." + "x".repeat(300), "nonsense"
    };

    private final Random random;
    private final UUID self;
    private final UUID parent;

    RandomCommands(Random random, UUID self, UUID parent) {
        this.random = random;
        this.self = self;
        this.parent = parent;
    }

    List<StreamCommand> list(int count) {
        List<StreamCommand> commands = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            commands.add(next());
        }
        return commands;
    }

    private byte[] path() {
        if (random.nextInt(12) == 0) {
            return bytes(ODD_PATHS[random.nextInt(ODD_PATHS.length)]);
        }
        StringBuilder path = new StringBuilder(name());
        while (random.nextInt(3) == 0) {
            path.append('/').append(name());
        }
        return bytes(path.toString());
    }

    private String name() {
        return NAMES[random.nextInt(NAMES.length)];
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private long number() {
        return random.nextInt(4) == 0
                ? ODD_NUMBERS[random.nextInt(ODD_NUMBERS.length)]
                : random.nextInt(100_000);
    }

    private ByteBuffer data() {
        byte[] data = new byte[random.nextInt(4) == 0 ? 0 : random.nextInt(20_000)];
        random.nextBytes(data);
        return ByteBuffer.wrap(data);
    }

    private UUID uuid() {
        return switch (random.nextInt(8)) {
            case 0 -> new UUID(9, 9);
            case 1, 2 -> parent;
            default -> self;
        };
    }

    private Timestamp time() {
        return new Timestamp(number(), random.nextInt(1_000_000_000));
    }

    private StreamCommand next() {
        return switch (random.nextInt(24)) {
            case 0, 1, 2 -> new StreamCommand.MakeFile(path(), number());
            case 3, 4 -> new StreamCommand.MakeDirectory(path(), number());
            case 5 -> new StreamCommand.MakeNode(path(), 1, 0x700, mode());
            case 6 -> new StreamCommand.MakeFifo(path(), 1, 0, 0);
            case 7 -> new StreamCommand.MakeSocket(path(), 1, 0, 0);
            case 8 -> new StreamCommand.Symlink(path(), 1, path());
            case 9, 10 -> new StreamCommand.Rename(path(), path());
            case 11 -> new StreamCommand.Link(path(), path());
            case 12 -> new StreamCommand.Unlink(path());
            case 13 -> new StreamCommand.RemoveDirectory(path());
            case 14 -> new StreamCommand.SetXattr(path(), attribute(), bytes("value"));
            case 15 -> new StreamCommand.RemoveXattr(path(), attribute());
            case 16, 17 -> new StreamCommand.Write(path(), number(), data());
            case 18 ->
                    new StreamCommand.Clone(
                            path(),
                            number(),
                            number(),
                            new StreamCommand.Source(uuid(), 1, path(), number()));
            case 19 -> new StreamCommand.Truncate(path(), number());
            case 20 -> new StreamCommand.Chmod(path(), mode());
            case 21 -> new StreamCommand.Chown(path(), number(), number());
            case 22 ->
                    new StreamCommand.Utimes(path(), time(), time(), time(), Optional.of(time()));
            default -> content();
        };
    }

    private StreamCommand content() {
        return switch (random.nextInt(3)) {
            case 0 -> new StreamCommand.Fallocate(path(), random.nextInt(64), number(), number());
            case 1 -> new StreamCommand.FileAttributes(path(), number());
            default ->
                    new StreamCommand.EncodedWrite(
                            path(),
                            number(),
                            new StreamCommand.Encoding(
                                    number(),
                                    number(),
                                    number(),
                                    random.nextInt(9),
                                    Optional.empty()),
                            data());
        };
    }

    private long mode() {
        return random.nextInt(4) == 0 ? number() : random.nextInt(0200000);
    }

    private byte[] attribute() {
        return bytes(ATTRIBUTES[random.nextInt(ATTRIBUTES.length)]);
    }
}
