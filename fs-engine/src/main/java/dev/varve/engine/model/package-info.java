/// Ids, metadata records, sealed changes and exceptions: the words every other package speaks.
/// Imports nothing of ours.
@NullMarked
package dev.varve.engine.model;

import org.jspecify.annotations.NullMarked;
