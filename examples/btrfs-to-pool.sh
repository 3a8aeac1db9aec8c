#!/bin/sh
# A btrfs on a loop device, two of its snapshots taken into a pool: the second one as an increment,
# because the pool holds the first. Needs root and btrfs-progs.
# VARVE names the launcher if it is not on the PATH.
set -eu
varve=${VARVE:-varve}
work=$(mktemp -d)
trap 'umount "$work/mnt" 2>/dev/null || true; rm -rf --one-file-system "$work"' EXIT

truncate -s 512M "$work/image"
mkfs.btrfs -q "$work/image"
mkdir "$work/mnt"
mount -o loop "$work/image" "$work/mnt"
export VARVE_POOL="$work/pool"
"$varve" init "$VARVE_POOL"

btrfs subvolume create "$work/mnt/docs"
head -c 4000000 /dev/urandom >"$work/mnt/docs/big"
echo one >"$work/mnt/docs/note"
btrfs subvolume snapshot -r "$work/mnt/docs" "$work/mnt/docs.1"
echo two >"$work/mnt/docs/note"
btrfs subvolume snapshot -r "$work/mnt/docs" "$work/mnt/docs.2"

"$varve" import --btrfs "$work/mnt/docs.1" /in
"$varve" import -v --btrfs "$work/mnt/docs.2" /in

"$varve" diff /in/docs.1 /in/docs.2
test "$("$varve" cat /in/docs.1/note)" = one
test "$("$varve" cat /in/docs.2/note)" = two
"$varve" cat /in/docs.2/big | cmp - "$work/mnt/docs.2/big"
echo "btrfs-to-pool: done"
