#!/bin/bash
# Compares varve (sealed, as a pool in a bucket is unless told otherwise) with restic (repository v2,
# compression auto) on one S3 server in one run: the first upload of a directory, the same unchanged,
# a full restore with empty caches; wall and CPU seconds, requests, and each as a ratio.
#   bench/s3-against-restic.sh [DIRECTORY] [SCRATCH]     default: /usr and a temporary folder
# MIB=N takes only about the first N MiB of the directory; ROUNDS=N (default 1) uploads to fresh
# repositories and restores N times in turn. The server is the Ceph gateway that .ci/gateway.sh starts
# (root); its log counts the requests, and the bytes of a gateway are the same for both. VARVE names
# another program to measure.
set -euo pipefail
source=${1:-/usr}
scratch=${2:-$(mktemp -d /var/tmp/varve-s3.XXXXXX)}
here=$(cd "$(dirname "$0")/.." && pwd)
varve=${VARVE:-$here/varve}
rounds=${ROUNDS:-1}
mkdir -p "$scratch"

"$varve" --version
restic version
endpoint=$("$here/.ci/gateway.sh" up "$scratch/gateway" "${PORT:-17600}")
trap '"$here/.ci/gateway.sh" down "$scratch/gateway"; rm -rf "$scratch"' EXIT
log=$scratch/gateway/log/client.admin.log

export AWS_ACCESS_KEY_ID=testaccess AWS_SECRET_ACCESS_KEY=testsecretkey0123
export VARVE_S3_ENDPOINT=$endpoint VARVE_S3_CHUNKED_ENCODING=false XDG_CACHE_HOME=$scratch/cache
export RESTIC_CACHE_DIR=$scratch/cache/restic RESTIC_PASSWORD=x
echo x >"$scratch/password"

if [ -n "${MIB:-}" ]; then
  mkdir "$scratch/source"
  # tar ends when head has had enough.
  (tar -C "$source" --one-file-system -cf - . 2>/dev/null || true) | head -c "${MIB}M" |
    tar -C "$scratch/source" -xf - 2>/dev/null || true
  source=$scratch/source
fi
find "$source" -xdev -type f -exec cat {} + >/dev/null
bytes=$(find "$source" -xdev -type f -printf '%i %s\n' | sort -u | awk '{ n += $2 } END { printf "%.0f", n }')
echo "$source: $(find "$source" -xdev | wc -l) entries, $((bytes >> 20)) MiB"

declare -A wall cpu requests
row() { # STEP TOOL COMMAND...
  step=$1 tool=$2
  shift 2
  sync
  before=$(grep -c ' beast: ' "$log" || true)
  if ! /usr/bin/time -f "%e %U %S %M" -o "$scratch/time" "$@" >"$scratch/out" 2>&1; then
    cat "$scratch/out" >&2
    exit 1
  fi
  after=$(grep -c ' beast: ' "$log")
  read -r elapsed user system kib < <(tail -n 1 "$scratch/time")
  wall[$tool]=$elapsed
  cpu[$tool]=$(awk "BEGIN { print $user + $system }")
  requests[$tool]=$((after - before))
  printf '%-14s %-7s %8.2f s wall %8.2f s cpu %5d MiB %6d requests %s\n' "$step" "$tool" \
    "$elapsed" "${cpu[$tool]}" $((kib / 1024)) "${requests[$tool]}" \
    "$(tail -n "+$((before + 1))" <(grep ' beast: ' "$log") |
      awk '{ match($0, /"[A-Z]+ /); n[substr($0, RSTART + 1, RLENGTH - 2)]++ }
        END { for (verb in n) printf "%s %d ", verb, n[verb] }')"
}
ratios() { # STEP
  awk -v step="$1" -v vw="${wall[varve]}" -v rw="${wall[restic]}" -v vc="${cpu[varve]}" \
    -v rc="${cpu[restic]}" -v vr="${requests[varve]}" -v rr="${requests[restic]}" -v bytes="$bytes" 'BEGIN {
    gib = bytes / 1073741824
    printf "%-14s restic/varve %6.2f wall %8.2f cpu; requests per GiB: varve %.0f, restic %.0f (%.2f)\n",
      step, rw / vw, rc / vc, vr / gib, rr / gib, vr / rr }'
}

for round in $(seq "$rounds"); do
  export VARVE_POOL=s3://varve/bench/$round RESTIC_REPOSITORY=s3:$endpoint/varve/restic/$round
  key=(--passphrase-file "$scratch/password")
  "$varve" -q init "${key[@]}"
  restic init -q --repository-version 2
  row "first upload" varve "$varve" -q backup "${key[@]}" -x --name data "$source"
  row "first upload" restic restic -q backup -x "$source"
  ratios "first upload"
  row unchanged varve "$varve" -q backup "${key[@]}" -x --name data "$source"
  row unchanged restic restic -q backup -x "$source"
  ratios unchanged
  # What was restored goes at the very end: ext4 is slow to make files where many were just deleted.
  # The first to write there is slower, so they take turns in going first.
  tools=(restic varve)
  if ((round % 2 == 0)); then tools=(varve restic); fi
  for tool in "${tools[@]}"; do
    rm -rf "$scratch/cache"
    if [ "$tool" = varve ]; then
      row "full restore" varve "$varve" -q restore "${key[@]}" /data "$scratch/to.$round"
    else
      row "full restore" restic restic -q restore latest --target "$scratch/restic.$round"
    fi
  done
  ratios "full restore"
  diff -rq --no-dereference "$source" "$scratch/to.$round" >"$scratch/out" 2>&1 ||
    { echo "the restore differs:" >&2; head -3 "$scratch/out" >&2; exit 1; }
done
