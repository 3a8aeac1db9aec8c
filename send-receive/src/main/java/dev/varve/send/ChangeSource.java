package dev.varve.send;

import dev.varve.engine.model.Change;
import dev.varve.engine.model.Scan;
import java.io.IOException;

/// Starts one more pass over the changes. Each pass costs what changed and holds nothing, so the
/// changes need not be kept between the phases of a stream.
@FunctionalInterface
interface ChangeSource {
    Scan<Change> open() throws IOException;
}
