package dev.varve.engine.model;

import java.util.LinkedHashMap;
import java.util.Map;

/// One line of a dump: what it describes, and named values in the order they are shown.
///
/// @param kind such as `node` or `slot`
/// @param fields names and values
public record DumpLine(String kind, Map<String, String> fields) {
    /// Pairs of names and values; values are shown by their text.
    public static DumpLine of(String kind, Object... pairs) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (int i = 0; i + 1 < pairs.length; i += 2) {
            fields.put(String.valueOf(pairs[i]), String.valueOf(pairs[i + 1]));
        }
        return new DumpLine(kind, fields);
    }

    /// `kind name value name value`, with control characters shown as `?`.
    public String text() {
        StringBuilder text = new StringBuilder(kind);
        fields.forEach((name, value) -> text.append(' ').append(name).append(' ').append(value));
        return text.toString().replaceAll("\\p{Cntrl}", "?");
    }
}
