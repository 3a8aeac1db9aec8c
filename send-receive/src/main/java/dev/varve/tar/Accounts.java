package dev.varve.tar;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The numbers of users and groups by name, from files like `/etc/passwd` and `/etc/group`, whose
/// lines are `NAME:PASSWORD:NUMBER:...`.
final class Accounts {
    private final Path passwd;
    private final Path group;
    private final Map<String, Optional<Long>> known = new HashMap<>();

    Accounts(Path passwd, Path group) {
        this.passwd = passwd;
        this.group = group;
    }

    static Accounts ofThisMachine() {
        return new Accounts(Path.of("/etc/passwd"), Path.of("/etc/group"));
    }

    Optional<Long> uid(String name) throws IOException {
        return number(passwd, name);
    }

    Optional<Long> gid(String name) throws IOException {
        return number(group, name);
    }

    private Optional<Long> number(Path file, String name) throws IOException {
        String key = file + ":" + name;
        Optional<Long> number = known.get(key);
        if (number == null) {
            number = find(file, name);
            known.put(key, number);
        }
        return number;
    }

    private static Optional<Long> find(Path file, String name) throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(file, TarBytes.CHARSET)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] fields = line.split(":", -1);
                if (fields.length > 2 && fields[0].equals(name)) {
                    return PosixAcl.id(fields[2]);
                }
            }
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
        return Optional.empty();
    }
}
