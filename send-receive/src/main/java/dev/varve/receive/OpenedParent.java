package dev.varve.receive;

import dev.varve.engine.SubvolumeWriter;
import dev.varve.engine.WriteTransaction;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.SubvolumeInfo;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;

/// A subvolume in which another is about to be named. A read-only one is open only until [#done],
/// in the same transaction: what nested subvolumes are named in it is no content of a stream, so it
/// stays what it was received as.
record OpenedParent(WriteTransaction transaction, SubvolumeId id, Optional<SubvolumeInfo> closed) {

    /// @param opens whether a read-only one may be opened
    static OpenedParent open(WriteTransaction transaction, SubvolumeId id, boolean opens)
            throws IOException {
        SubvolumeInfo info = transaction.open(id).info();
        if (!opens || !info.readOnly()) {
            return new OpenedParent(transaction, id, Optional.empty());
        }
        transaction.setReadOnly(id, false);
        return new OpenedParent(transaction, id, Optional.of(info));
    }

    SubvolumeWriter tree() throws IOException {
        return transaction.edit(id);
    }

    boolean isReadOnly() {
        return closed.isPresent();
    }

    void done() throws IOException {
        if (closed.isEmpty()) {
            return;
        }
        transaction.setReadOnly(id, true);
        Optional<UUID> received = closed.get().receivedUuid();
        if (received.isPresent()) {
            transaction.setReceived(
                    id, received.get(), closed.get().sentGeneration(), closed.get().sendTime());
        }
    }
}
