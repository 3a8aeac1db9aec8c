#!/bin/sh
# A directory backed up into a pool twice, and both snapshots sent to a btrfs on a loop device that a
# stock `btrfs receive` fills: the second one as an increment that Varve chooses. Needs root and
# btrfs-progs. VARVE names the launcher if it is not on the PATH.
set -eu
varve=${VARVE:-varve}
work=$(mktemp -d)
trap 'umount "$work/mnt" 2>/dev/null || true; rm -rf --one-file-system "$work"' EXIT

truncate -s 512M "$work/image"
mkfs.btrfs -q "$work/image"
mkdir "$work/mnt" "$work/docs"
mount -o loop "$work/image" "$work/mnt"
export VARVE_POOL="$work/pool"
"$varve" init "$VARVE_POOL"

head -c 4000000 /dev/urandom >"$work/docs/big"
echo one >"$work/docs/note"
"$varve" import "$work/docs" /docs
"$varve" subvolume snapshot -r /docs /snaps/docs.1
echo two >"$work/docs/note"
"$varve" import "$work/docs" /docs
"$varve" subvolume snapshot -r /docs /snaps/docs.2

"$varve" send --auto /snaps/docs.1 --to-btrfs "$work/mnt"
"$varve" send -n -v --auto /snaps/docs.2 --to-btrfs "$work/mnt"
"$varve" send --auto /snaps/docs.2 --to-btrfs "$work/mnt"

test "$(cat "$work/mnt/docs.1/note")" = one
diff -r "$work/docs" "$work/mnt/docs.2"
btrfs filesystem du -s "$work/mnt/docs.1" "$work/mnt/docs.2"
echo "pool-to-btrfs: done"
