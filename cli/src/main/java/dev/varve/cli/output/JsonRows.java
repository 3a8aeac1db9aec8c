package dev.varve.cli.output;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Reads what the varve of another machine writes with [JsonWriter], row by row. Whatever comes, no
/// more than a row is held.
public final class JsonRows {
    private static final int MAX_TEXT = 64 << 10;
    private static final int MAX_FIELDS = 100;
    private static final int MAX_DEPTH = 20;

    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxStringLength(MAX_TEXT)
                                    .maxNameLength(MAX_TEXT)
                                    .maxNestingDepth(MAX_DEPTH)
                                    .build())
                    .build();

    private JsonRows() {}

    /// Reads one document, an object, to its end.
    ///
    /// @param array the name of the array that has the rows
    /// @param row takes the plain fields of each; what is nested in a row is passed over
    /// @throws IOException if it is no such document
    public static void read(InputStream in, String array, Consumer<Map<String, String>> row)
            throws IOException {
        try (JsonParser json = FACTORY.createParser(in)) {
            require(json, json.nextToken(), JsonToken.START_OBJECT);
            boolean isFound = false;
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean isWanted = json.currentName().equals(array);
                json.nextToken();
                if (isWanted) {
                    require(json, json.currentToken(), JsonToken.START_ARRAY);
                    isFound = true;
                    while (json.nextToken() == JsonToken.START_OBJECT) {
                        row.accept(fields(json));
                    }
                } else {
                    json.skipChildren();
                }
            }
            require(json, json.currentToken(), JsonToken.END_OBJECT);
            if (!isFound) {
                throw new IOException("an answer without '" + array + "'");
            }
        }
    }

    private static void require(JsonParser json, JsonToken found, JsonToken expected)
            throws IOException {
        if (found != expected) {
            throw new IOException(
                    "an answer that is not understood, at byte "
                            + json.currentLocation().getByteOffset());
        }
    }

    private static Map<String, String> fields(JsonParser json) throws IOException {
        Map<String, String> fields = new HashMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            if (value.isStructStart()) {
                json.skipChildren();
            } else if (value != JsonToken.VALUE_NULL && fields.size() < MAX_FIELDS) {
                fields.put(name, json.getText());
            }
        }
        return fields;
    }

    /// The message of an error's document; empty if it is none.
    public static Optional<String> message(String document) {
        try (JsonParser json = FACTORY.createParser(document)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean isError = json.currentName().equals("error");
                JsonToken value = json.nextToken();
                if (isError && value == JsonToken.START_OBJECT) {
                    return Optional.ofNullable(fields(json).get("message"));
                }
                json.skipChildren();
            }
            return Optional.empty();
        } catch (IOException _) {
            return Optional.empty();
        }
    }
}
