#!/bin/sh
# Two pools on two machines, one here and one behind ssh: a first snapshot is sent whole, the next as
# an increment, and `--dry-run` says beforehand how much that is. Then `replicate` does all of it by
# itself, with a third snapshot and what is nested in it, and brings everything back into a new pool after
# the first is lost. The other machine is this one, behind an sshd of its own on a loopback port with
# keys made for the occasion.
# Needs openssh; VARVE names the launcher if it is not on the PATH.
set -eu
varve=$(command -v "${VARVE:-varve}")
case $varve in /*) ;; *) varve=$PWD/$varve ;; esac
work=$(mktemp -d)
sshd=
cleanup() {
  if [ -n "$sshd" ]; then kill "$sshd" 2>/dev/null || true; fi
  rm -rf --one-file-system "$work"
}
trap cleanup EXIT

# The other machine.
ssh-keygen -q -t ed25519 -N '' -f "$work/host"
ssh-keygen -q -t ed25519 -N '' -f "$work/user"
port=$((20000 + $$ % 20000))
cat >"$work/sshd_config" <<CONFIG
ListenAddress 127.0.0.1
Port $port
HostKey $work/host
AuthorizedKeysFile $work/user.pub
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
PidFile none
CONFIG
# sshd leaves its rights behind in an empty directory that only root may write.
if [ "$(id -u)" = 0 ]; then mkdir -p /run/sshd; fi
/usr/sbin/sshd -D -e -f "$work/sshd_config" 2>"$work/sshd.log" &
sshd=$!
echo "[127.0.0.1]:$port $(cut -d ' ' -f 1,2 "$work/host.pub")" >"$work/known_hosts"
ssh="ssh -q -F none -i $work/user -o IdentitiesOnly=yes -o BatchMode=yes \
  -o UserKnownHostsFile=$work/known_hosts -o StrictHostKeyChecking=yes"
# shellcheck disable=SC2086
remote() { $ssh -p "$port" 127.0.0.1 "$@"; }
tries=0
until remote true 2>/dev/null; do
  tries=$((tries + 1))
  if [ "$tries" -gt 50 ]; then
    cat "$work/sshd.log" >&2
    exit 1
  fi
  sleep 0.1
done

# A pool on each, and two snapshots here.
"$varve" init "$work/here"
remote "$varve" init "$work/there"
export VARVE_POOL="$work/here"
mkdir "$work/docs"
head -c 4000000 /dev/urandom >"$work/docs/big"
cp "$work/docs/big" "$work/docs/copy"
echo one >"$work/docs/note"
"$varve" import "$work/docs" /docs
"$varve" subvolume snapshot -r /docs /snaps/docs.1
echo two >"$work/docs/note"
"$varve" import "$work/docs" /docs
"$varve" subvolume snapshot -r /docs /snaps/docs.2

# The first whole, the second as what changed since.
"$varve" send /snaps/docs.1 | remote "$varve" -P "$work/there" receive /backup
"$varve" send --dry-run -p /snaps/docs.1 /snaps/docs.2
"$varve" send -p /snaps/docs.1 /snaps/docs.2 | remote "$varve" -P "$work/there" receive /backup

# There is what is here; the increment was small.
test "$(remote "$varve" -P "$work/there" cat /backup/docs.1/note)" = one
test "$(remote "$varve" -P "$work/there" cat /backup/docs.2/note)" = two
remote "$varve" -P "$work/there" cat /backup/docs.2/copy | cmp - "$work/docs/copy"
test "$("$varve" send -p /snaps/docs.1 /snaps/docs.2 | wc -c)" -lt 10000
remote "$varve" -P "$work/there" subvolume list

# The same by itself: what is there is found by its UUID, only docs.3 and what is nested in it travel.
export VARVE_SSH="$ssh" VARVE_REMOTE="$varve"
there=ssh://127.0.0.1:$port$work/there
echo three >"$work/docs/note"
"$varve" import "$work/docs" /docs
"$varve" subvolume create /docs/nested
"$varve" subvolume snapshot -r -R /docs /snaps/docs.3
"$varve" replicate /snaps/docs.1 /snaps/docs.2 --to "$there" | grep -c "is there already" | grep -qx 2
"$varve" replicate -R /snaps/docs.3 --to "$there" --into /backup
remote "$varve" -P "$work/there" subvolume show /backup/docs.3/nested

# The first machine's pool is lost. The other has its snapshots, and increments go on from there.
rm -r "$work/here"
"$varve" init "$work/here"
remote env VARVE_SSH="'$ssh'" VARVE_REMOTE="$varve" "$varve" -P "$work/there" \
  replicate -R /backup/docs.1 /backup/docs.2 /backup/docs.3 \
  --to "ssh://127.0.0.1:$port$work/here" --into /snaps
"$varve" subvolume snapshot /snaps/docs.3 /docs
echo four >"$work/docs/note"
"$varve" import "$work/docs" /docs
"$varve" subvolume snapshot -r /docs /snaps/docs.4
"$varve" replicate /snaps/docs.4 --to "$there" --into /backup
test "$(remote "$varve" -P "$work/there" cat /backup/docs.4/note)" = four
echo "two-pools-over-ssh: done"
