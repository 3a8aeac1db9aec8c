#!/bin/bash
# A year of daily increments of a changing tree, of which twelve are kept: compares deleting and
# reclaiming with `restic forget --prune` in one run, and what is stored then with a fresh pool that
# holds just those twelve.
#   bench/reclaim-against-restic.sh [SCRATCH]      DAYS=365 FILES=2000 RUNS=3 by default
# The history is made once for a SCRATCH; each run works on a copy of it, varve and restic in turn.
# varve runs with a heap of 256 MiB. Each kept day is restored and compared at the end.
set -eu
scratch=${1:-$(mktemp -d)}
days=${DAYS:-365}
files=${FILES:-2000}
runs=${RUNS:-3}
varve=${VARVE:-$(dirname "$0")/../varve}
export VARVE_JAVA_OPTS=-Xmx256m
export RESTIC_PASSWORD=x RESTIC_CACHE_DIR=$scratch/restic-cache
mkdir -p "$scratch"

# Day 1 makes the tree; each later day rewrites one file in a hundred, changes the middle of another,
# adds and removes a few. Half of all content is text, half random.
change() {
  perl -e '
    my ($tree, $day, $files) = @ARGV; srand($day);
    sub content { my $n = shift; return join("", map { rand() < 0.5
        ? "line " . int(rand(1e6)) . " of some text that repeats itself\n" x 12
        : join("", map { chr(int(rand(256))) } 1 .. 600) } 1 .. 1 + $n / 600); }
    sub path { my $i = shift; return sprintf("%s/d%02d/f%05d", $tree, $i % 40, $i); }
    sub size { return rand() < 0.03 ? 600_000 : 500 + int(rand(40_000)); }
    sub put { my ($i, $text) = @_; open(my $f, ">", path($i)) or die; print $f $text; close $f; }
    if ($day == 1) {
      mkdir sprintf("%s/d%02d", $tree, $_) for 0 .. 39;
      put($_, content(size())) for 1 .. $files;
      exit;
    }
    my $some = $files / 100;
    for (1 .. $some) {
      my $i = 1 + int(rand($files)); put($i, content(size()));
      my $j = 1 + int(rand($files)); next unless -s path($j);
      open(my $f, "+<", path($j)) or die; seek($f, int((-s path($j)) / 2), 0);
      print $f content(2000); close $f;
    }
    for (1 .. $some / 4) {
      put($files + $day * 100 + $_, content(size()));
      unlink path(1 + int(rand($files)));
    }' "$scratch/tree" "$1" "$files"
}
kept() { [ $(((days - $1) % 30)) = 0 ] && [ $(((days - $1) / 30)) -lt 12 ]; }
sums() { (cd "$1" && find . -type f -print0 | sort -z | xargs -0 sha256sum); }
row() { # WHAT COMMAND...
  what=$1
  shift
  /usr/bin/time -f "%e %U %S %M" -o "$scratch/time" "$@" >"$scratch/out" 2>&1 ||
    { echo "$what failed" >&2; cat "$scratch/out" >&2; exit 1; }
  tail -n 1 "$scratch/time" | awk -v what="$what" \
    '{ printf "%-32s %8.2f s wall %8.2f s cpu %6d MiB\n", what, $1, $2 + $3, $4 / 1024 }'
}
bytes() { find "$1" -type f -printf '%s\n' | awk '{ s += $1 } END { printf "%.0f\n", s }'; }

# What both hold before anything is deleted, in pool.before, restic.before and sums.
make_history() {
  rm -rf "$scratch/tree" "$scratch/pool.before" "$scratch/restic.before" "$scratch/sums" \
    "$scratch/restic-cache" "$scratch/restic-cache.before"
  mkdir "$scratch/tree" "$scratch/sums"
  "$varve" init "$scratch/pool.before" >/dev/null
  restic init -q --repository-version 2 -r "$scratch/restic.before"
  for day in $(seq "$days"); do
    change "$day"
    "$varve" -q -P "$scratch/pool.before" import "$scratch/tree" /data
    "$varve" -q -P "$scratch/pool.before" subvolume snapshot -r /data "/days/$day"
    tag=drop
    if kept "$day"; then
      tag=keep
      sums "$scratch/tree" >"$scratch/sums/$day"
    fi
    restic -q -r "$scratch/restic.before" backup --tag "$tag" "$scratch/tree"
  done
  cp -a "$scratch/restic-cache" "$scratch/restic-cache.before"
  echo "$days $files" >"$scratch/history"
}

[ "$(cat "$scratch/history" 2>/dev/null)" = "$days $files" ] || make_history
victims=()
for day in $(seq "$days"); do
  kept "$day" || victims+=("/days/$day")
done
echo "varve stored $(bytes "$scratch/pool.before") restic stored $(bytes "$scratch/restic.before") before"
"$varve" -P "$scratch/pool.before" subvolume delete -n "${victims[@]}" | tail -n 1
before=$(bytes "$scratch/pool.before")

for _ in $(seq "$runs"); do
  rm -rf "$scratch/pool" "$scratch/restic" "$scratch/restic-cache"
  cp -a "$scratch/restic-cache.before" "$scratch/restic-cache"
  cp -a "$scratch/pool.before" "$scratch/pool"
  cp -a "$scratch/restic.before" "$scratch/restic"
  sync
  row "varve subvolume delete" "$varve" -P "$scratch/pool" subvolume delete "${victims[@]}"
  row "varve reclaim" "$varve" -P "$scratch/pool" reclaim --grace 0 --json
  cat "$scratch/out"
  row "restic forget --prune" restic -r "$scratch/restic" forget --group-by '' --keep-tag keep --prune
done

rm -rf "$scratch/fresh"
"$varve" init "$scratch/fresh" >/dev/null
for sum in $(ls "$scratch/sums" | sort -n); do
  rm -rf "$scratch/to"
  "$varve" -q -P "$scratch/pool" restore "/days/$sum" "$scratch/to"
  sums "$scratch/to" | cmp - "$scratch/sums/$sum"
  "$varve" -q -P "$scratch/fresh" import "$scratch/to" /data
  "$varve" -q -P "$scratch/fresh" subvolume snapshot -r /data "/days/$sum"
done
"$varve" -P "$scratch/pool" check --read-data | tail -n 1
after=$(bytes "$scratch/pool")
fresh=$(bytes "$scratch/fresh")
echo "freed $((before - after)); left $after, fresh pool $fresh: $(awk -v a="$after" -v f="$fresh" \
  'BEGIN { printf "%.3f", a / f }') ; restic left $(bytes "$scratch/restic")"
rm -rf "$scratch/to"
