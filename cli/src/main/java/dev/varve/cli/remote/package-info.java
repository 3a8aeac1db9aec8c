/// Pools on other machines, reached by running `varve` there through ssh. Entry:
/// [dev.varve.cli.remote.RemoteReplica]. Knows nothing of commands.
@NullMarked
package dev.varve.cli.remote;

import org.jspecify.annotations.NullMarked;
