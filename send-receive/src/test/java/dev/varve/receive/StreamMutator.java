package dev.varve.receive;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;

/// Damages streams as someone would who knows the format: commands are dropped, repeated, exchanged
/// and taken from another stream, attributes get odd values and lengths, and mostly the checksums
/// are right again afterwards.
final class StreamMutator {
    private static final int STREAM_HEADER_BYTES = 17;
    private static final int HEADER_BYTES = 10;
    private static final int TYPE_AT = 4;
    private static final int CRC_AT = 6;
    private static final int ATTRIBUTE_HEADER_BYTES = 4;
    private static final long[] NUMBERS = {
        0, 1, 4095, 4096, 1 << 20, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 31, 1L << 32, 1L << 62
    };
    private static final String[] NAMES = {
        "", ".", "..", "../canary", "/etc", "a/../../x", "a//b", "a\0b", "link/x", "x".repeat(300)
    };

    private final Random random;

    StreamMutator(Random random) {
        this.random = random;
    }

    /// A damaged version of the first stream, with some commands of the second.
    byte[] mutate(byte[] stream, byte[] other) {
        byte[] header = Arrays.copyOf(stream, Math.min(STREAM_HEADER_BYTES, stream.length));
        List<byte[]> commands = commands(stream);
        List<byte[]> others = commands(other);
        int count = 1 + random.nextInt(6);
        for (int i = 0; i < count && !commands.isEmpty(); i++) {
            damage(commands, others);
        }
        if (random.nextInt(20) == 0) {
            header[random.nextInt(header.length)] ^= (byte) (1 << random.nextInt(8));
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(header);
        for (byte[] command : commands) {
            out.writeBytes(command);
        }
        byte[] all = out.toByteArray();
        return random.nextInt(12) == 0 ? Arrays.copyOf(all, random.nextInt(all.length + 1)) : all;
    }

    /// Splits the first stream of the input; what does not fit the framing is left out.
    private static List<byte[]> commands(byte[] stream) {
        List<byte[]> commands = new ArrayList<>();
        ByteBuffer bytes = ByteBuffer.wrap(stream).order(ByteOrder.LITTLE_ENDIAN);
        int at = STREAM_HEADER_BYTES;
        while (at + HEADER_BYTES <= stream.length) {
            long end = (long) at + HEADER_BYTES + bytes.getInt(at);
            if (end < at + HEADER_BYTES || end > stream.length) {
                break;
            }
            commands.add(Arrays.copyOfRange(stream, at, (int) end));
            at = (int) end;
        }
        return commands;
    }

    private void damage(List<byte[]> commands, List<byte[]> others) {
        // The first command names the subvolume; without it nothing else is looked at.
        int at = random.nextInt(8) == 0 ? 0 : random.nextInt(commands.size());
        switch (random.nextInt(9)) {
            case 0 -> commands.remove(at);
            case 1 -> commands.add(random.nextInt(commands.size() + 1), commands.get(at).clone());
            case 2 -> {
                int to = random.nextInt(commands.size());
                commands.set(at, commands.set(to, commands.get(at)));
            }
            case 3 -> {
                if (!others.isEmpty()) {
                    commands.add(at, others.get(random.nextInt(others.size())).clone());
                }
            }
            case 4 -> {
                byte[] command = commands.get(at).clone();
                command[TYPE_AT] = (byte) random.nextInt(30);
                commands.set(at, sealed(command));
            }
            case 5 -> {
                byte[] command = commands.get(at).clone();
                command[random.nextInt(command.length)] ^= (byte) (1 << random.nextInt(8));
                commands.set(at, random.nextInt(3) == 0 ? command : sealed(command));
            }
            default -> commands.set(at, sealed(withOddAttribute(commands.get(at))));
        }
    }

    /// Replaces the value of one attribute, and now and then only its length.
    private byte[] withOddAttribute(byte[] command) {
        ByteBuffer bytes = ByteBuffer.wrap(command).order(ByteOrder.LITTLE_ENDIAN);
        List<Integer> starts = new ArrayList<>();
        int at = HEADER_BYTES;
        while (at + ATTRIBUTE_HEADER_BYTES <= command.length) {
            starts.add(at);
            at += ATTRIBUTE_HEADER_BYTES + Short.toUnsignedInt(bytes.getShort(at + 2));
        }
        if (starts.isEmpty()) {
            return command.clone();
        }
        int start = starts.get(random.nextInt(starts.size()));
        int length = Short.toUnsignedInt(bytes.getShort(start + 2));
        if (random.nextInt(6) == 0) {
            byte[] odd = command.clone();
            ByteBuffer.wrap(odd)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putShort(start + 2, (short) random.nextInt(1 << 16));
            return odd;
        }
        byte[] value = value(length);
        int end = Math.min(command.length, start + ATTRIBUTE_HEADER_BYTES + length);
        ByteBuffer changed =
                ByteBuffer.allocate(
                                start
                                        + ATTRIBUTE_HEADER_BYTES
                                        + value.length
                                        + command.length
                                        - end)
                        .order(ByteOrder.LITTLE_ENDIAN);
        changed.put(command, 0, start + 2).putShort((short) value.length).put(value);
        changed.put(command, end, command.length - end);
        return changed.array();
    }

    private byte[] value(int length) {
        if (length == Long.BYTES) {
            long number =
                    random.nextBoolean()
                            ? NUMBERS[random.nextInt(NUMBERS.length)]
                            : random.nextInt(1 << 20);
            return ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(number)
                    .array();
        }
        if (random.nextBoolean()) {
            return NAMES[random.nextInt(NAMES.length)].getBytes(StandardCharsets.ISO_8859_1);
        }
        byte[] value = new byte[random.nextInt(4) == 0 ? random.nextInt(5000) : length];
        random.nextBytes(value);
        return value;
    }

    /// Makes length and checksum right, with the checksum the format has: no final inversion, start
    /// value 0, which is the usual one behind four bytes of ones.
    private static byte[] sealed(byte[] command) {
        ByteBuffer bytes = ByteBuffer.wrap(command).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(0, command.length - HEADER_BYTES).putInt(CRC_AT, 0);
        CRC32C crc = new CRC32C();
        crc.update(new byte[] {-1, -1, -1, -1});
        crc.update(command);
        bytes.putInt(CRC_AT, ~(int) crc.getValue());
        return command;
    }
}
