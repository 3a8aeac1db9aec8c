package dev.varve.cli.command;

import dev.varve.cli.output.JsonWriter;
import dev.varve.engine.model.SubvolumeInfo;
import java.io.IOException;
import java.util.List;

/// The `subvolume` object of the JSON schema.
final class SubvolumeJson {
    private SubvolumeJson() {}

    /// Writes an array `subvolumes`.
    static void writeAll(JsonWriter json, List<SubvolumeInfo> infos) throws IOException {
        json.startArray("subvolumes");
        for (SubvolumeInfo info : infos) {
            json.startObject();
            write(json, info);
            json.endObject();
        }
        json.endArray();
    }

    /// Writes the fields into the object that is open.
    static void write(JsonWriter json, SubvolumeInfo info) throws IOException {
        json.field("id", info.id().value())
                .field("path", info.path())
                .field("parent_id", info.parent().map(id -> id.value()).orElse(0L))
                .field("read_only", info.readOnly())
                .field("uuid", info.uuid().toString())
                .field("parent_uuid", info.parentUuid())
                .field("received_uuid", info.receivedUuid())
                .field("generation", info.generation())
                .field("created_generation", info.createdGeneration())
                .field("sent_generation", info.sentGeneration())
                .field("received_generation", info.receivedGeneration())
                .field("change_time", info.changeTime())
                .field("creation_time", info.creationTime());
        if (info.receivedUuid().isPresent()) {
            json.field("send_time", info.sendTime()).field("receive_time", info.receiveTime());
        }
    }
}
