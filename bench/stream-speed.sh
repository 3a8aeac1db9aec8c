#!/bin/bash
# Compares varve's receive, send and dump with btrfs's own, in one run: one stream of large files and
# one of many small ones, both made by the kernel's btrfs send, both read from memory.
#   bench/stream-speed.sh [LARGE_MIB] [SMALL_FILES] [SCRATCH]     default: 4096 200000 /dev/shm
# Needs root, loop devices and three to four times LARGE_MIB in SCRATCH. Prints wall and CPU seconds.
# The kernel writes behind a receive's back, so each side is also timed with the sync that follows.
set -eu
large_mib=${1:-4096}
small_files=${2:-200000}
scratch=$(mktemp -d "${3:-/dev/shm}/varve-stream-XXXXXX")
varve=${VARVE:-$(cd "$(dirname "$0")/.." && pwd)/varve}
mnt=$scratch/mnt
cleanup() {
  umount "$mnt" 2>/dev/null || true
  rm -rf "$scratch"
}
trap cleanup EXIT
mkdir "$mnt"

fresh() { # a new btrfs of twice the size of the large files
  umount "$mnt" 2>/dev/null || true
  rm -f "$scratch/img"
  truncate -s "$((large_mib * 2 + 4096))M" "$scratch/img"
  mkfs.btrfs -q -f "$scratch/img" >/dev/null
  mount -o loop,noatime "$scratch/img" "$mnt"
}

row() { # WHAT MIB COMMAND
  /usr/bin/time -f '%e %U %S' -o "$scratch/time" sh -c "$3" >/dev/null 2>"$scratch/err" ||
    { echo "$1 failed" && cat "$scratch/err"; } >&2
  tail -n 1 "$scratch/time" | awk -v what="$1" -v mib="$2" \
    '{ printf "%-40s %8.2f s wall %8.2f s cpu %8.0f MiB/s\n", what, $1, $2 + $3, mib / ($1 + .001) }'
}

fresh
btrfs -q subvolume create "$mnt/large"
for i in $(seq 16); do
  head -c $((large_mib / 16))M /dev/urandom >"$mnt/large/file$i"
done
btrfs -q subvolume create "$mnt/small"
python3 - "$mnt/small" "$small_files" <<'PY'
import os, sys
root, count = sys.argv[1], int(sys.argv[2])
for i in range(count):
    directory = f"{root}/d{i // 500}"
    if i % 500 == 0:
        os.mkdir(directory)
    with open(f"{directory}/f{i}", "wb") as file:
        file.write((b"%d some words in a small file\n" % i) * (1 + i % 100))
PY
for kind in large small; do
  btrfs -q property set "$mnt/$kind" ro true
  btrfs -q send -f "$scratch/$kind" "$mnt/$kind" 2>/dev/null
done

for kind in large small; do
  mib=$(($(stat -c %s "$scratch/$kind") >> 20))
  fresh
  row "btrfs receive, $kind" $mib "btrfs receive -f $scratch/$kind $mnt"
  fresh
  row "btrfs receive and sync, $kind" $mib "btrfs receive -f $scratch/$kind $mnt && sync -f $mnt"
  umount "$mnt"
  rm "$scratch/img"
  "$varve" init "$scratch/pool" >/dev/null
  row "varve receive, $kind" $mib "$varve -P $scratch/pool receive -f $scratch/$kind /in"
  row "varve send, $kind" $mib "$varve -q -P $scratch/pool send -f /dev/null /in/$kind"
  row "varve receive --dump, $kind" $mib "$varve receive --dump -f $scratch/$kind >/dev/null"
  row "btrfs receive --dump, $kind" $mib "btrfs receive --dump -f $scratch/$kind >/dev/null"
  rm -rf "$scratch/pool"
done
