package dev.varve.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// What encrypts a compressed stream as it is written, and gives it back.
public interface Envelope {
    /// How manifests call this form.
    String form();

    /// What is written to the result arrives encrypted in `out`; closing the result ends the
    /// message and leaves `out` open.
    OutputStream seal(OutputStream out) throws IOException;

    /// The content of an encrypted message.
    ///
    /// @throws WrongArchiveKeyException if the keys here do not open it
    InputStream open(InputStream in) throws IOException;
}
