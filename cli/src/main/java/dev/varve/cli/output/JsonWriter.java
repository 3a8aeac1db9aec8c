package dev.varve.cli.output;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.varve.engine.model.Timestamp;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/// Writes one JSON document, streaming. The schema is in `docs/cli.md`: fields are only ever added;
/// names are snake_case, sizes are bytes, times are RFC 3339 in UTC, an unknown value is null.
public final class JsonWriter implements Closeable {
    /// Raised only if a field ever had to change its meaning.
    public static final int SCHEMA = 1;

    private final JsonGenerator generator;

    private JsonWriter(JsonGenerator generator) {
        this.generator = generator;
    }

    /// Opens the outermost object and says which command answers.
    static JsonWriter document(OutputStream out, String command) throws IOException {
        JsonWriter json = open(out);
        json.generator.writeStartObject();
        return json.field("schema", SCHEMA).field("command", command);
    }

    /// Opens one event's object.
    static JsonWriter event(OutputStream out, String event) throws IOException {
        JsonWriter json = open(out);
        json.generator.writeStartObject();
        return json.field("schema", SCHEMA).field("event", event);
    }

    /// Opens the outermost object and in it the object `error`.
    static JsonWriter error(OutputStream out) throws IOException {
        JsonWriter json = open(out);
        json.generator.writeStartObject();
        return json.field("schema", SCHEMA).startObject("error");
    }

    /// A whole document that says how far a stream is.
    static String streamProgress(String command, long streamBytes, String token) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonWriter json = open(bytes)) {
            json.generator.writeStartObject();
            json.field("schema", SCHEMA)
                    .startObject("progress")
                    .field("command", command)
                    .field("stream_bytes", streamBytes)
                    .field("resume_token", token)
                    .endObject()
                    .end();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static JsonWriter open(OutputStream out) throws IOException {
        // A document that broke off must not look complete.
        JsonGenerator generator =
                new JsonFactory()
                        .createGenerator(out, JsonEncoding.UTF8)
                        .disable(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT)
                        .disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
        return new JsonWriter(generator);
    }

    /// A string; where some byte of it is not UTF-8, `name_base64` follows with the exact bytes.
    public JsonWriter field(String name, String value) throws IOException {
        generator.writeStringField(name, RawText.lossy(value));
        if (RawText.hasEscapes(value)) {
            String exact = Base64.getEncoder().encodeToString(RawText.encode(value));
            generator.writeStringField(name + "_base64", exact);
        }
        return this;
    }

    public JsonWriter field(String name, long value) throws IOException {
        generator.writeNumberField(name, value);
        return this;
    }

    public JsonWriter field(String name, double value) throws IOException {
        generator.writeNumberField(name, value);
        return this;
    }

    public JsonWriter field(String name, boolean value) throws IOException {
        generator.writeBooleanField(name, value);
        return this;
    }

    public JsonWriter field(String name, Timestamp value) throws IOException {
        return field(name, value.toInstant().toString());
    }

    /// The value's text, or null.
    public JsonWriter field(String name, Optional<?> value) throws IOException {
        if (value.isPresent()) {
            return field(name, value.get().toString());
        }
        generator.writeNullField(name);
        return this;
    }

    public JsonWriter startObject(String name) throws IOException {
        generator.writeObjectFieldStart(name);
        return this;
    }

    public JsonWriter startArray(String name) throws IOException {
        generator.writeArrayFieldStart(name);
        return this;
    }

    /// An object as an array's element.
    public JsonWriter startObject() throws IOException {
        generator.writeStartObject();
        return this;
    }

    /// A string as an array's element.
    public void element(String value) throws IOException {
        generator.writeString(RawText.lossy(value));
    }

    public JsonWriter endObject() throws IOException {
        generator.writeEndObject();
        return this;
    }

    public JsonWriter endArray() throws IOException {
        generator.writeEndArray();
        return this;
    }

    /// Ends the outermost object and the line.
    public void end() throws IOException {
        generator.writeEndObject();
        generator.writeRaw('\n');
        generator.flush();
    }

    @Override
    public void close() throws IOException {
        generator.close();
    }
}
