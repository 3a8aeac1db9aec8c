/// Commits: heads and their recovery, the tree of subvolumes, reference counts, and the ledger of
/// packs. Entry: [dev.varve.engine.commit.Heads] for what is committed,
/// [dev.varve.engine.commit.Commit] for one in the making. May import tree and every package below
/// it.
@NullMarked
package dev.varve.engine.commit;

import org.jspecify.annotations.NullMarked;
