/// From a name on the command line to a place in a pool: opening pools and following absolute paths
/// across nested subvolumes. Entries: [dev.varve.cli.pool.PoolSession] and
/// [dev.varve.cli.pool.PathResolver]. May import the engine and the output package.
@NullMarked
package dev.varve.cli.pool;

import org.jspecify.annotations.NullMarked;
