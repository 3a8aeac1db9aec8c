#!/bin/bash
# Compares what varve and restic (repository v2, compression auto) store and how long they take, in
# one run: a directory, then a copy of it with edits and insertions, then a 2 GiB disk image and the
# same image shifted by 1000 bytes.
#   bench/dedup-against-restic.sh [DIRECTORY] [SCRATCH]     default: /usr and a temporary folder
# Prints wall seconds, CPU seconds, peak memory, and what is stored after each step. VARVE names
# another program to measure.
set -eu
source=${1:-/usr}
scratch=${2:-$(mktemp -d)}
varve=${VARVE:-$(dirname "$0")/../varve}
image_bytes=${IMAGE_BYTES:-2147483648}
mkdir -p "$scratch"
export RESTIC_PASSWORD=x RESTIC_CACHE_DIR=$scratch/restic-cache

row() { # WHAT COMMAND...
  what=$1
  shift
  sync
  /usr/bin/time -f "%e %U %S %M" -o "$scratch/time" "$@" >"$scratch/out" 2>&1 ||
    echo "$what: exit code $?" >&2
  tail -n 1 "$scratch/time" | awk -v what="$what" \
    '{ printf "%-28s %8.2f s wall %8.2f s cpu %6d MiB\n", what, $1, $2 + $3, $4 / 1024 }'
}
both() { # WHAT DIRECTORY SUBVOLUME
  find "$2" -xdev -type f -exec cat {} + >/dev/null
  row "varve, $1" "$varve" -q -P "$scratch/pool" import -x "$2" "$3"
  row "restic, $1" restic -q -r "$scratch/restic" backup -x "$2"
  for store in pool restic; do
    printf '%-28s %8d MiB stored\n' "$store" "$(du -sm "$scratch/$store" | cut -f1)"
  done
}

rm -rf "$scratch/pool" "$scratch/restic"
"$varve" -q init "$scratch/pool"
restic init -q --repository-version 2 -r "$scratch/restic"
both "first import" "$source" /data

cp -a --one-file-system "$source" "$scratch/copy"
python3 - "$scratch/copy" <<'END'
import os, sys
files = []
for folder, _, names in os.walk(sys.argv[1]):
    files += [os.path.join(folder, name) for name in names]
files = sorted(f for f in files if os.path.isfile(f) and not os.path.islink(f))
files = [f for f in files if os.path.getsize(f) > 300_000 and os.stat(f).st_nlink == 1]
for number, path in enumerate(files[::5]):
    with open(path, 'rb') as file:
        content = file.read()
    middle = len(content) // 2
    if number % 3 == 0:  # an insertion at the front
        content = b'inserted %d' % number + content
    elif number % 3 == 1:  # an edit in place
        content = content[:middle] + b'edited %d' % number + content[middle + 12:]
    else:  # a deletion
        content = content[:middle] + content[middle + 100:]
    with open(path, 'wb') as file:
        file.write(content)
print('%d files edited' % len(files[::5]))
END
both "edited copy" "$scratch/copy" /copy
rm -rf "$scratch/copy"

mkdir "$scratch/image" "$scratch/shifted"
tar -C "$source" --one-file-system --sort=name -cf - . 2>/dev/null |
  head -c "$image_bytes" >"$scratch/image/disk" || true
both "image" "$scratch/image" /image
{ head -c 1000 /dev/urandom; cat "$scratch/image/disk"; } >"$scratch/shifted/disk"
both "shifted image" "$scratch/shifted" /shifted
cmp "$scratch/shifted/disk" <("$varve" -q -P "$scratch/pool" cat /shifted/disk)
"$varve" -q -P "$scratch/pool" check
rm -rf "$scratch/image" "$scratch/shifted"
