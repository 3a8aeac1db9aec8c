#!/bin/bash
# A year of daily increments of a changing tree, of which twelve are kept: compares deleting and
# reclaiming with `restic forget --prune` in one run, and what is stored then with a fresh pool that
# holds just those twelve.
#   bench/reclaim-against-restic.sh [SCRATCH]      DAYS=365 FILES=2000 by default
# varve runs with a heap of 256 MiB. Each kept day is restored and compared at the end.
set -eu
scratch=${1:-$(mktemp -d)}
days=${DAYS:-365}
files=${FILES:-2000}
varve=${VARVE:-$(dirname "$0")/../varve}
export VARVE_JAVA_OPTS=-Xmx256m
export RESTIC_PASSWORD=x RESTIC_CACHE_DIR=$scratch/restic-cache
mkdir -p "$scratch"
rm -rf "$scratch/tree" "$scratch/pool" "$scratch/fresh" "$scratch/restic" "$scratch/sums"
mkdir "$scratch/tree" "$scratch/sums"

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
bytes() { find "$1" -type f -printf '%s\n' | awk '{ s += $1 } END { print s }'; }

"$varve" init "$scratch/pool" >/dev/null
restic init -q --repository-version 2 -r "$scratch/restic"
victims=()
for day in $(seq "$days"); do
  change "$day"
  "$varve" -q -P "$scratch/pool" import "$scratch/tree" /data
  "$varve" -q -P "$scratch/pool" subvolume snapshot -r /data "/days/$day"
  if kept "$day"; then
    sums "$scratch/tree" >"$scratch/sums/$day"
    restic -q -r "$scratch/restic" backup --tag keep "$scratch/tree"
  else
    victims+=("/days/$day")
    restic -q -r "$scratch/restic" backup "$scratch/tree"
  fi
done
echo "varve stored $(bytes "$scratch/pool") restic stored $(bytes "$scratch/restic") before"
"$varve" -P "$scratch/pool" subvolume delete -n "${victims[@]}"
before=$(bytes "$scratch/pool")

row "varve subvolume delete" "$varve" -P "$scratch/pool" subvolume delete "${victims[@]}"
row "varve reclaim" "$varve" -P "$scratch/pool" reclaim --grace 0 --json
cat "$scratch/out"
row "restic forget --prune" restic -r "$scratch/restic" forget --group-by '' --keep-tag keep --prune

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
