package dev.varve.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.varve.cli.Shell;
import dev.varve.cli.output.EventLog;
import dev.varve.engine.model.PoolEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `--events`, and that `docs/events.md` tells the truth.
class EventsTest {
    @TempDir Path folder;

    private Path log = Path.of("");
    private Shell shell = Shell.withoutPool();

    @BeforeEach
    void makePool() throws IOException {
        log = folder.resolve("events");
        shell = Shell.onNewPool(folder.resolve("pool"));
    }

    /// The events written since, each with its fields.
    private List<String> told() throws IOException {
        List<String> events = new ArrayList<>();
        for (String line : Files.readAllLines(log)) {
            events.add(fields(line).getFirst());
        }
        Files.delete(log);
        return events;
    }

    private static List<String> fields(String line) throws IOException {
        List<String> fields = new ArrayList<>();
        try (JsonParser json = new JsonFactory().createParser(line)) {
            for (JsonToken at = json.nextToken(); at != null; at = json.nextToken()) {
                if (at == JsonToken.FIELD_NAME) {
                    String name = json.currentName();
                    json.nextToken();
                    fields.add(name.equals("event") ? json.getText() : name);
                }
            }
        }
        fields.remove("schema");
        fields.remove("time");
        fields.remove("pool");
        return fields;
    }

    private void run(String... argv) {
        String[] all = new String[argv.length + 2];
        System.arraycopy(argv, 0, all, 0, argv.length);
        all[argv.length] = "--events";
        all[argv.length + 1] = log.toString();
        shell.run(all);
    }

    @Test
    void aSubvolumesLifeIsTold() throws IOException {
        run("subvolume", "create", "/a");
        assertEquals(List.of("committed", "subvolume_created"), told());
        run("subvolume", "snapshot", "/a", "/b");
        assertEquals(List.of("committed", "subvolume_created"), told());
        run("subvolume", "delete", "/a");
        assertEquals(List.of("committed", "subvolume_deleted"), told());
        run("subvolume", "sync", "--grace", "0");
        assertTrue(told().contains("subvolume_cleaned"));
    }

    @Test
    void whatIsRefusedIsNotTold() {
        run("subvolume", "create", "/no/such/place/here", "/");
        assertFalse(Files.exists(log));
    }

    @Test
    void everyEventHasTheFieldsOfItsRow() throws IOException {
        run("subvolume", "create", "/a");
        run("subvolume", "delete", "/a");
        run("subvolume", "sync", "--grace", "0");
        run("scrub", "start");
        Path head;
        try (var heads = Files.list(folder.resolve("pool/heads"))) {
            head = heads.sorted().toList().getLast();
        }
        byte[] bytes = Files.readAllBytes(head);
        bytes[40] ^= 1;
        Files.write(head, bytes);
        run("scrub", "start");
        run("check", "--repair");
        // What only a store in trouble tells.
        EventLog trouble =
                new EventLog(log.toString(), "pool", Clock.systemUTC(), Assertions::fail);
        trouble.accept(new PoolEvent.NoSpace("packs/1", "no space"));
        trouble.accept(new PoolEvent.WentReadOnly("packs/1", "read-only"));
        trouble.accept(new PoolEvent.LeftBehind("heads/1", "denied"));
        Set<String> seen = new LinkedHashSet<>();
        for (String line : Files.readAllLines(log)) {
            List<String> fields = fields(line);
            String row = row(fields.getFirst());
            List<String> documented = new ArrayList<>();
            Matcher names = Pattern.compile("`([a-z_]+)`").matcher(lastCell(row));
            while (names.find()) {
                documented.add(names.group(1));
            }
            assertEquals(documented, fields.subList(1, fields.size()), line);
            seen.add(fields.getFirst());
        }
        assertEquals(PoolEvent.class.getPermittedSubclasses().length, seen.size(), seen::toString);
    }

    private static String row(String event) throws IOException {
        return Files.readAllLines(Path.of("../docs/events.md")).stream()
                .filter(line -> line.startsWith("| `" + event + "` |"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no row for " + event));
    }

    private static String lastCell(String row) {
        String[] cells = row.split("\\|", -1);
        return cells[cells.length - 2];
    }

    @Test
    void aLogThatCannotBeWrittenStopsNothing() {
        Shell.Result result = shell.run("subvolume", "create", "/a", "--events", "/no/such/dir/x");
        assertEquals(ExitCode.OK, result.code());
        assertEquals(1, result.err().lines().count(), result.err());
    }
}
