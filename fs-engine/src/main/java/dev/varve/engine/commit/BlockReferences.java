package dev.varve.engine.commit;

import dev.varve.engine.tree.Sharing;
import java.io.IOException;

/// Reference counts of nodes and data blocks, for who takes references from outside the trees being
/// changed as well.
public interface BlockReferences extends Sharing {
    /// One more reference, found in a tree as it was committed: by now nothing may refer to the
    /// block any more, and it is in use again.
    ///
    /// @return false if a reclaim has dropped the block: it must not be referred to
    boolean retainCommitted(long address) throws IOException;
}
