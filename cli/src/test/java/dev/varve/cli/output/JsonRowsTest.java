package dev.varve.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JsonRowsTest {
    private static List<Map<String, String>> read(String text) throws IOException {
        List<Map<String, String>> rows = new ArrayList<>();
        JsonRows.read(
                new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "rows", rows::add);
        return rows;
    }

    @Test
    void givesThePlainFieldsOfEachRow() throws IOException {
        assertEquals(
                List.of(Map.of("a", "1", "b", "x", "c", "true"), Map.of()),
                read(
                        """
                        {"schema":1,"other":[{"a":2}],"rows":[
                         {"a":1,"b":"x","c":true,"d":null,"e":{"a":3},"f":[4]},{}],"more":{}}
                        """));
    }

    @Test
    void whatIsNoAnswerIsRefused() {
        String deep = "{\"rows\":" + "[".repeat(5000);
        String longText = "{\"rows\":[{\"a\":\"" + "x".repeat(1 << 20) + "\"}]}";
        for (String bad :
                List.of("", "[]", "{", "{\"rows\":1}", "{\"a\":1}", "motd\n{}", deep, longText)) {
            assertThrows(IOException.class, () -> read(bad), bad);
        }
    }

    @Test
    void findsTheMessageOfAnError() {
        assertEquals(
                Optional.of("/x: gone"),
                JsonRows.message(
                        "{\"schema\":1,\"error\":{\"message\":\"/x: gone\",\"exit_code\":1}}"));
        assertEquals(Optional.empty(), JsonRows.message("{\"a\":1}"));
        assertEquals(Optional.empty(), JsonRows.message("{nonsense"));
    }
}
