#!/bin/bash
# Rotates the keys of a sealed pool of some size: how long it takes, that no pack changes, and that a
# passphrase that was removed opens the pool no longer, nor one that the rotation left out.
#   bench/rotate.sh [SCRATCH]      GIB=5 by default; takes three times that on the disk
set -eu
scratch=${1:-$(mktemp -d)}
gib=${GIB:-5}
varve=${VARVE:-$(dirname "$0")/../varve}
pool=$scratch/pool
mkdir -p "$scratch/tree"
trap 'rm -rf "$pool" "$scratch/tree" "$scratch/to"' EXIT
for name in kept removed left; do echo "the $name passphrase" >"$scratch/$name"; done
for i in $(seq $((gib * 16))); do head -c 64M /dev/urandom >"$scratch/tree/$i"; done

as() { # PASSPHRASE COMMAND...
  name=$1
  shift
  "$varve" -P "$pool" --passphrase-file "$scratch/$name" "$@"
}
# Sizes, times of change and content of all packs.
packs() { (cd "$pool/packs" && find . -type f -printf '%p %s %T@ %i\n' | sort && find . -type f -print0 |
  sort -z | xargs -0 sha256sum); }
refused() { # PASSPHRASE
  code=0
  as "$1" subvolume list / >/dev/null 2>"$scratch/error" || code=$?
  echo "the $1 passphrase: exit $code: $(cat "$scratch/error")"
  [ "$code" = 12 ]
}

"$varve" init --sealed --passphrase-file "$scratch/kept" "$pool" >/dev/null
as kept -q import "$scratch/tree" /data
as kept -q key add --new-passphrase-file "$scratch/removed" --name removed
as kept -q key add --new-passphrase-file "$scratch/left" --name left
as removed subvolume list / >/dev/null
as left subvolume list / >/dev/null
packs >"$scratch/before"
du -sh "$pool"

as kept key remove "$(as kept key list --json | grep -o '{[^{}]*"removed"[^{}]*}' |
  grep -o '"id":"[0-9a-f]*"' | cut -d'"' -f4)"
/usr/bin/time -f "key rotate: %e s wall, %U s user, %S s system" \
  "$varve" -P "$pool" --passphrase-file "$scratch/kept" key rotate

# The commit that a rotation is may add a pack; those that were there stay as they are.
packs >"$scratch/after"
sort "$scratch/before" >"$scratch/before.sorted"
sort "$scratch/after" >"$scratch/after.sorted"
changed=$(comm -23 "$scratch/before.sorted" "$scratch/after.sorted" | wc -l)
echo "packs: $(find "$pool/packs" -type f | wc -l), lines of the old list that changed: $changed"
[ "$changed" = 0 ]
refused removed
refused left
"$varve" -P "$pool" --passphrase-file "$scratch/kept" restore /data "$scratch/to"
diff -r "$scratch/tree" "$scratch/to" && echo "everything is read back identical"
