#!/bin/bash
# Compares varve with restic (repository v2, compression auto) and borg (zstd,3) on one directory, in
# one run: first import, unchanged re-import, restore; then restore of one large file.
#   bench/against-restic-and-borg.sh [DIRECTORY] [SCRATCH]     default: /usr and a temporary folder
# Prints wall seconds, CPU seconds and peak memory of each, and what is stored. The directory is read
# once before, so that all find it in the page cache.
set -eu
source=${1:-/usr}
scratch=${2:-$(mktemp -d)}
varve=$(dirname "$0")/../varve
large_bytes=${LARGE_BYTES:-4294967296}
mkdir -p "$scratch"
export RESTIC_PASSWORD=x BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK=yes
export RESTIC_CACHE_DIR=$scratch/restic-cache BORG_BASE_DIR=$scratch/borg-base

row() { # WHAT COMMAND...
  what=$1
  shift
  sync
  /usr/bin/time -f "%e %U %S %M" -o "$scratch/time" "$@" >"$scratch/out" 2>&1 ||
    echo "$what: exit code $?" >&2
  tail -n 1 "$scratch/time" | awk -v what="$what" \
    '{ printf "%-30s %8.2f s wall %8.2f s cpu %6d MiB\n", what, $1, $2 + $3, $4 / 1024 }'
}
stored() { printf '%-30s %8d MiB stored\n' "$1" "$(du -sm "$2" | cut -f1)"; }

tar -C "$source" --one-file-system -cf - . | cat >/dev/null
"$varve" --version >/dev/null

rm -rf "$scratch/pool" "$scratch/restic" "$scratch/borg"
"$varve" init "$scratch/pool" >/dev/null
restic init -q --repository-version 2 -r "$scratch/restic"
borg init -e none "$scratch/borg" >/dev/null

row "varve import" "$varve" -P "$scratch/pool" import -x "$source" /data
row "restic backup" restic -q -r "$scratch/restic" backup -x "$source"
row "borg create" borg create -x -C zstd,3 "$scratch/borg::1" "$source"
stored varve "$scratch/pool"
stored restic "$scratch/restic"
stored borg "$scratch/borg"
row "varve import, unchanged" "$varve" -P "$scratch/pool" import -x "$source" /data
row "restic backup, unchanged" restic -q -r "$scratch/restic" backup -x "$source"
row "borg create, unchanged" borg create -x -C zstd,3 "$scratch/borg::2" "$source"
"$varve" -P "$scratch/pool" subvolume snapshot -r /data /snap >/dev/null
row "varve restore" "$varve" -P "$scratch/pool" restore /snap "$scratch/to"
rm -rf "$scratch/to"
row "restic restore" restic -q -r "$scratch/restic" restore latest --target "$scratch/to"
rm -rf "$scratch/to"
mkdir "$scratch/to"
row "borg extract" sh -c "cd '$scratch/to' && borg extract '$scratch/borg::1'"
rm -rf "$scratch/to"

# One large file: half of it text-like, half random.
mkdir "$scratch/large"
half=$((large_bytes / 2))
yes "$(seq -s ' ' 1000)" | head -c $half >"$scratch/large/file"
head -c $half /dev/urandom >>"$scratch/large/file"
"$varve" -q -P "$scratch/pool" import "$scratch/large" /large
"$varve" -q -P "$scratch/pool" subvolume snapshot -r /large /large.1
restic -q -r "$scratch/restic" backup "$scratch/large"
# Four times in turn. Where a virtual machine has given memory back to its host, whoever writes first
# pays for getting it again, so that is done before.
warm() {
  sync
  head -c "$((large_bytes * 2))" /dev/zero >/dev/shm/varve-bench-$$ || true
  rm -f /dev/shm/varve-bench-$$
}
for round in 1 2 3 4; do
  warm
  row "varve restore, large file $round" "$varve" -P "$scratch/pool" restore /large.1 "$scratch/to"
  cmp "$scratch/large/file" "$scratch/to/file"
  rm -rf "$scratch/to"
  warm
  row "restic restore, large file $round" \
    restic -q -r "$scratch/restic" restore latest --target "$scratch/to"
  rm -rf "$scratch/to"
done
rm -rf "$scratch/large"
