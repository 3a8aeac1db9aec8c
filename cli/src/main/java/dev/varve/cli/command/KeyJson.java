package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.cli.pool.KeyText;
import dev.varve.engine.model.KeySlot;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/// Ways into a pool as text and JSON.
final class KeyJson {
    private KeyJson() {}

    static void writeAll(JsonWriter json, String field, List<KeySlot> slots) throws IOException {
        json.startArray(field);
        for (KeySlot slot : slots) {
            json.startObject();
            write(json, slot);
            json.endObject();
        }
        json.endArray();
    }

    static void write(JsonWriter json, KeySlot slot) throws IOException {
        json.field("id", slot.idText())
                .field("kind", kind(slot))
                .field("name", slot.name())
                .field("created", slot.created().toString())
                .field("in_use", slot.isInUse());
        if (slot.kind() == KeySlot.Kind.RECIPIENT) {
            json.field("recipient", KeyText.recipient(slot.publicKey()));
        }
    }

    static String kind(KeySlot slot) {
        return slot.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
