#!/bin/sh
# Three snapshots of a btrfs in a bucket, then back on another btrfs by a stock `btrfs receive`: from a
# pool, where the middle one can be dropped and a single file comes out; and from an archive, with
# `zstd` and `btrfs receive` alone. The S3 server is the one that Varve brings for trials; with your own,
# set what `varve demo --serve-s3` prints. Needs root, btrfs-progs and zstd. VARVE names the launcher if
# it is not on the PATH.
set -eu
varve=${VARVE:-varve}
work=$(mktemp -d)
mkfifo "$work/stop"
: >"$work/environment"
"$varve" demo --serve-s3 "$work/s3" <"$work/stop" >"$work/environment" &
server=$!
exec 9>"$work/stop" # the server stops when this closes
end() {
  umount "$work/from" "$work/to" 2>/dev/null || true
  exec 9>&-
  wait "$server" || true
  rm -rf --one-file-system "$work"
}
trap end EXIT
tries=0
until [ "$(wc -l <"$work/environment")" -ge 3 ]; do
  tries=$((tries + 1))
  [ "$tries" -lt 300 ] || { echo "btrfs-to-s3: the server did not start" >&2; exit 1; }
  sleep 0.1
done
. "$work/environment"
export XDG_CACHE_HOME="$work/cache" VARVE_POOL=s3://demo/snapshots

for side in from to; do
  truncate -s 512M "$work/$side.image"
  mkfs.btrfs -q "$work/$side.image"
  mkdir "$work/$side"
  mount -o loop "$work/$side.image" "$work/$side"
done

# The source: a subvolume and three snapshots, made by the kernel.
btrfs subvolume create "$work/from/docs"
head -c 4000000 /dev/urandom >"$work/from/docs/big"
for number in 1 2 3; do
  echo "state $number" >"$work/from/docs/note"
  head -c 300000 /dev/urandom >"$work/from/docs/new.$number"
  btrfs subvolume snapshot -r "$work/from/docs" "$work/from/docs.$number"
done

# Into the bucket, each as an increment to what is there.
"$varve" init --plain
for number in 1 2 3; do
  "$varve" import --btrfs "$work/from/docs.$number" /in
done
"$varve" archive create --to s3://demo/archive /in/docs.1 /in/docs.3

# The middle goes; no other snapshot needs it.
"$varve" subvolume delete /in/docs.2
rm -r "$work/cache"
test "$("$varve" cat /in/docs.3/note)" = "state 3"

# Back from the pool. The kernel receives.
"$varve" send --auto /in/docs.1 --to-btrfs "$work/to"
"$varve" send --auto /in/docs.3 --to-btrfs "$work/to"
diff -r "$work/from/docs.1" "$work/to/docs.1"
diff -r "$work/from/docs.3" "$work/to/docs.3"

# Back from the archive without Varve: its objects, as any S3 client copies them; here they are the
# server's own files. What has no parent comes first.
btrfs subvolume delete "$work/to/docs.1" "$work/to/docs.3"
cd "$work/s3/demo/archive"
for parent in null '"'; do
  for manifest in $(grep -l "\"parent_uuid\" *: *$parent" manifests/*); do
    id=${manifest#manifests/}
    cat "streams/${id%.json}"/stream.zst.* | zstd -q -d | btrfs receive -q "$work/to"
  done
done
cd /
diff -r "$work/from/docs.3" "$work/to/docs.3"
echo "btrfs-to-s3: done"
