/// Sends snapshots as btrfs send streams that a stock `btrfs receive` takes: full, or only what
/// changed since a parent. The entry is [dev.varve.send.Sender]. May import the engine's face and
/// `dev.varve.stream`, never the packages that read or apply streams.
@NullMarked
package dev.varve.send;

import org.jspecify.annotations.NullMarked;
