package dev.varve.engine.repair;

import dev.varve.engine.format.PoolRecord;
import dev.varve.engine.format.RingRecord;
import dev.varve.engine.model.ContentId;
import dev.varve.engine.pack.ContentKey;
import dev.varve.engine.pack.TableSalvage;
import dev.varve.engine.seal.PoolKeys;
import java.util.Optional;
import java.util.OptionalInt;

/// Computes content ids anew, to see whether a block holds what its table says.
record ContentIds(PoolRecord pool, Optional<PoolKeys> keys) implements TableSalvage.ContentIds {
    @Override
    public Optional<ContentId> of(int keyId, byte[] raw) {
        OptionalInt domain = domain(keyId);
        if (domain.isEmpty()) {
            return Optional.empty();
        }
        byte[] secret =
                keys.isPresent() ? keys.get().contentSecret(domain.getAsInt()) : pool.contentKey();
        return Optional.of(new ContentKey(secret).hash().of(raw, 0, raw.length));
    }

    /// The domain whose key this is.
    OptionalInt domain(int keyId) {
        return keys.isPresent() ? keys.get().domainOf(keyId) : OptionalInt.of(RingRecord.SHARED);
    }
}
