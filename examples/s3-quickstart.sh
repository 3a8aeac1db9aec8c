#!/bin/sh
# A directory backed up to a bucket and restored from it on a machine that knows nothing else. Starts
# the S3 server that Varve brings for trials; with your own, set what `varve demo --serve-s3` prints to
# your server and keys instead. VARVE names the launcher if it is not on the PATH.
set -eu
varve=${VARVE:-varve}
work=$(mktemp -d)
mkfifo "$work/stop"
: >"$work/environment"
"$varve" demo --serve-s3 "$work/s3" <"$work/stop" >"$work/environment" &
server=$!
exec 9>"$work/stop" # the server stops when this closes
trap 'exec 9>&-; wait "$server" || true; rm -rf "$work"' EXIT
tries=0
until [ "$(wc -l <"$work/environment")" -ge 3 ]; do
  tries=$((tries + 1))
  [ "$tries" -lt 300 ] || { echo "s3-quickstart: the server did not start" >&2; exit 1; }
  sleep 0.1
done
. "$work/environment"
export XDG_CACHE_HOME="$work/cache" VARVE_POOL=s3://demo/backups

mkdir "$work/docs"
head -c 4000000 /dev/urandom >"$work/docs/big"
echo one >"$work/docs/note"
"$varve" init --plain
"$varve" backup "$work/docs" --name docs
echo two >"$work/docs/note"
"$varve" backup "$work/docs" --name docs

# Elsewhere: nothing but the bucket and the keys.
rm -r "$work/cache"
"$varve" snapshots
test "$("$varve" cat /docs/note)" = two
"$varve" restore /docs "$work/restored"
diff -r "$work/docs" "$work/restored"
"$varve" check
echo "s3-quickstart: done"
