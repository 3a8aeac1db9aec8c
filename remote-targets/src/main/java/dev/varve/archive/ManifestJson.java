package dev.varve.archive;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.UnsupportedFormatException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Manifests as JSON: `docs/archive.md` describes the fields. Unknown ones are passed over, a newer
/// format is refused.
final class ManifestJson {
    static final int FORMAT = 1;

    private static final JsonFactory JSON = new JsonFactory();

    private ManifestJson() {}

    static byte[] write(Manifest manifest) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Snapshot snapshot = manifest.snapshot();
        try (JsonGenerator json = JSON.createGenerator(bytes).useDefaultPrettyPrinter()) {
            json.writeStartObject();
            json.writeNumberField("format", FORMAT);
            json.writeStringField("writer", manifest.writer());
            json.writeStringField("path", snapshot.path());
            json.writeStringField("uuid", snapshot.uuid().toString());
            optional(json, "parent_uuid", snapshot.parent().map(UUID::toString));
            json.writeNumberField("number", snapshot.number());
            json.writeStringField("created", snapshot.created().toString());
            json.writeStringField("compression", "zstd");
            optional(json, "encryption", manifest.encryption());
            json.writeNumberField("stream_bytes", manifest.streamBytes());
            json.writeStringField("stream_sha256", manifest.streamSha256());
            json.writeNumberField("stored_bytes", manifest.storedBytes());
            json.writeArrayFieldStart("parts");
            for (Part part : manifest.parts()) {
                json.writeStartObject();
                json.writeStringField("name", part.name());
                json.writeNumberField("size_bytes", part.sizeBytes());
                json.writeStringField("sha256", part.sha256());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }

    private static void optional(JsonGenerator json, String name, Optional<String> value)
            throws IOException {
        if (value.isPresent()) {
            json.writeStringField(name, value.get());
        } else {
            json.writeNullField(name);
        }
    }

    /// @throws CorruptionException naming the field that is missing or makes no sense
    static Manifest read(String name, ArchiveNames.Key key, byte[] bytes) throws IOException {
        Fields fields = new Fields(name);
        List<Part> parts = new ArrayList<>();
        try (JsonParser json = JSON.createParser(bytes)) {
            fields.require(json.nextToken() == JsonToken.START_OBJECT, "an object", "other JSON");
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                JsonToken token = json.nextToken();
                if (field.equals("parts") && token == JsonToken.START_ARRAY) {
                    while (json.nextToken() == JsonToken.START_OBJECT) {
                        parts.add(part(json, name, key, parts.size()));
                    }
                } else if (token.isStructStart()) {
                    json.skipChildren();
                } else {
                    fields.put(field, token == JsonToken.VALUE_NULL ? null : json.getText());
                }
            }
            fields.require(
                    json.currentToken() == JsonToken.END_OBJECT && json.nextToken() == null,
                    "one whole object",
                    "something else behind it");
        } catch (JsonProcessingException e) {
            throw new CorruptionException(name, "JSON", e.getOriginalMessage());
        }
        return manifest(name, key, fields, parts);
    }

    private static Manifest manifest(
            String name, ArchiveNames.Key key, Fields fields, List<Part> parts) throws IOException {
        long format = fields.number("format", 0, Integer.MAX_VALUE);
        if (format != FORMAT) {
            throw new UnsupportedFormatException(name, format, FORMAT, FORMAT);
        }
        UUID uuid = fields.uuid("uuid");
        fields.require(uuid.equals(key.uuid()), "uuid " + key.uuid(), uuid.toString());
        Optional<UUID> parent =
                fields.text("parent_uuid").isPresent()
                        ? Optional.of(fields.uuid("parent_uuid"))
                        : Optional.empty();
        fields.require(!parent.equals(Optional.of(uuid)), "another's uuid as parent", "its own");
        fields.require(!parts.isEmpty(), "parts", "none");
        Manifest manifest =
                new Manifest(
                        new Snapshot(
                                fields.required("path"),
                                uuid,
                                parent,
                                fields.number("number", 0, Long.MAX_VALUE / 2),
                                fields.instant("created")),
                        key.revision(),
                        fields.text("encryption"),
                        fields.number("stream_bytes", 0, Long.MAX_VALUE),
                        fields.required("stream_sha256"),
                        fields.required("writer"),
                        parts);
        fields.number("stored_bytes", manifest.storedBytes(), manifest.storedBytes());
        return manifest;
    }

    private static Part part(JsonParser json, String name, ArchiveNames.Key key, int number)
            throws IOException {
        Fields fields = new Fields(name + " part " + number);
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            if (json.nextToken().isStructStart()) {
                json.skipChildren();
            } else {
                fields.put(field, json.getText());
            }
        }
        String object = fields.required("name");
        boolean isOurs =
                object.equals(ArchiveNames.part(key.uuid(), key.revision(), false, number))
                        || object.equals(
                                ArchiveNames.part(key.uuid(), key.revision(), true, number));
        fields.require(isOurs, "the name of this part", object);
        int size = (int) fields.number("size_bytes", 1, Archive.MAX_PART_BYTES);
        return new Part(object, size, fields.required("sha256"));
    }

    /// The scalar fields of one object.
    private static final class Fields {
        private final String where;
        private final Map<String, String> values = new HashMap<>();

        Fields(String where) {
            this.where = where;
        }

        void put(String field, @Nullable String value) {
            if (value != null) {
                values.put(field, value);
            }
        }

        Optional<String> text(String field) {
            return Optional.ofNullable(values.get(field));
        }

        String required(String field) throws CorruptionException {
            String value = values.get(field);
            if (value == null) {
                throw new CorruptionException(where, "a field " + field, "none");
            }
            return value;
        }

        long number(String field, long least, long most) throws CorruptionException {
            String text = required(field);
            try {
                long value = Long.parseLong(text);
                if (value >= least && value <= most) {
                    return value;
                }
            } catch (NumberFormatException _) {
                // Told below, as what is out of range.
            }
            throw new CorruptionException(
                    where, field + " from " + least + " to " + most, "'" + text + "'");
        }

        UUID uuid(String field) throws CorruptionException {
            try {
                return UUID.fromString(required(field));
            } catch (IllegalArgumentException _) {
                throw new CorruptionException(
                        where, "a UUID as " + field, "'" + required(field) + "'");
            }
        }

        Instant instant(String field) throws CorruptionException {
            try {
                return Instant.parse(required(field));
            } catch (DateTimeParseException _) {
                throw new CorruptionException(
                        where, "a time as " + field, "'" + required(field) + "'");
            }
        }

        void require(boolean isTrue, String expected, String found) throws CorruptionException {
            if (!isTrue) {
                throw new CorruptionException(where, expected, found);
            }
        }
    }
}
