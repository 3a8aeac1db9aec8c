package dev.varve.engine.scrub;

import dev.varve.engine.format.ScrubFormat.Name;
import dev.varve.engine.format.ScrubRecord;
import dev.varve.engine.format.ScrubRecord.Verified;
import java.io.IOException;
import java.util.List;

/// When each pack object was last verified, asked in ascending order. A run that did not come to
/// its end leaves the rest to the runs before it. Holds one segment at a time.
///
/// ```
/// run 7, stopped here   |#####|
/// run 6, stopped later  |##########|
/// run 5, finished       |####################|
///                        from 7  6     5
/// ```
final class Coverage {
    private final ScrubLog log;
    private final List<Name> segments;
    private int next;
    private List<Verified> entries = List.of();
    private int entry;

    Coverage(ScrubLog log) throws IOException {
        this.log = log;
        this.segments = log.segments();
    }

    /// What is known of an object; never verified if nothing.
    ///
    /// @param object above the one asked before
    Verified of(long object) throws IOException {
        while (true) {
            while (entry < entries.size() && entries.get(entry).object() < object) {
                entry++;
            }
            if (entry < entries.size()) {
                Verified found = entries.get(entry);
                return found.object() == object ? found : new Verified(object, 0, 0);
            }
            if (next == segments.size()) {
                return new Verified(object, 0, 0);
            }
            load();
        }
    }

    private void load() throws IOException {
        entry = 0;
        entries = log.read(segments.get(next++)).map(ScrubRecord::verified).orElse(List.of());
    }
}
