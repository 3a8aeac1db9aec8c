/// Policies, retention and the daemon.
@NullMarked
package dev.varve.scheduler;

import org.jspecify.annotations.NullMarked;
