/// The machine's own btrfs, driven through the `btrfs` program: which snapshots are there, a stream
/// out of one, a stream into one. Entry: [dev.varve.cli.btrfs.KernelSnapshots] and
/// [dev.varve.cli.btrfs.BtrfsProcess]. Knows nothing of pools or commands.
@NullMarked
package dev.varve.cli.btrfs;

import org.jspecify.annotations.NullMarked;
