#!/bin/bash
# A real S3 server for tests and benchmarks: one Ceph RADOS gateway with its monitor and one disk, on
# loopback, from Debian's own packages in a directory of its own. Needs root; the first `up` downloads
# about 250 MB through the machine's package source.
#   gateway.sh up DIR [PORT]       build what is missing, start; prints the endpoint
#   gateway.sh restart DIR [PORT]  kill -9 the gateway alone and start it again
#   gateway.sh down DIR            stop everything; DIR stays, and the next `up` is fast
# Keys: testaccess / testsecretkey0123; the bucket `varve` is there.
set -euo pipefail
command=${1:?up, restart or down} dir=$(mkdir -p "${2:?a directory}" && cd "$2" && pwd) port=${3:-17600}
root=$dir/root

in_root() { # runs a command in the root with /proc and /dev of its own; daemons outlive it
  # shellcheck disable=SC2016
  unshare -m --propagation private sh -c '
    root=$1; shift
    mount -t proc proc "$root/proc" && mount --bind /dev "$root/dev" && exec chroot "$root" "$@"
  ' sh "$root" "$@"
}

build() {
  [ -e "$root/.complete" ] && return
  command -v mmdebstrap >/dev/null ||
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends mmdebstrap >/dev/null
  # The machine's own package source, for the release whose gateway reads every client's uploads.
  mirror=$({ cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null || true; } |
    sed -nE 's/^deb (\[[^]]*\] )?([^ ]+) .*/\2/p; s/^URIs: *([^ ]+).*/\1/p' |
    grep -E '/debian/?$' | head -n 1) || { echo "gateway.sh: no Debian package source" >&2; exit 1; }
  rm -rf "$root"
  mmdebstrap --quiet --variant=apt --aptopt='APT::Install-Recommends "false"' \
    --include=radosgw,ceph-mon,ceph-osd,ceph-common,curl \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' trixie "$root" "$mirror"
  mkdir -p "$root/cluster"
  touch "$root/.complete"
}

configure() {
  fsid=$(cat /proc/sys/kernel/random/uuid)
  mkdir -p "$root"/cluster/{mon,osd,log}
  cat >"$root/cluster/ceph.conf" <<CONF
[global]
fsid = $fsid
mon_host = v2:127.0.0.1:$((port + 1))
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
keyring = /cluster/keyring
mon_data = /cluster/mon
osd_data = /cluster/osd
run_dir = /cluster
crash_dir = /cluster
admin_socket = /cluster/\$name.asok
pid_file = /cluster/\$name.pid
log_file = /cluster/log/\$name.log
osd_objectstore = bluestore
bluestore_block_size = 21474836480
osd_memory_target = 939524096
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 4
osd_pool_default_pgp_num = 4
osd_pool_default_pg_autoscale_mode = off
mon_allow_pool_size_one = true
mon_max_pg_per_osd = 2000
osd_crush_chooseleaf_type = 0
osd_class_load_list = *
osd_class_default_list = *
rgw_rados_pool_pg_num_min = 4
rgw_gc_obj_min_wait = 10
rgw_gc_processor_period = 10
rgw_frontends = beast endpoint=127.0.0.1:$port
CONF
  in_root bash -euc '
    export CEPH_ARGS="-c /cluster/ceph.conf"
    k=/cluster/keyring
    ceph-authtool -C $k >/dev/null
    ceph-authtool $k -g -n mon. --cap mon "allow *" >/dev/null
    ceph-authtool $k -g -n client.admin --cap mon "allow *" --cap osd "allow *" >/dev/null
    ceph-authtool $k -g -n osd.0 --cap mon "allow profile osd" --cap osd "allow *" >/dev/null
    monmaptool --create --addv a "v2:127.0.0.1:$2" --fsid "$1" /cluster/monmap >/dev/null
    ceph-mon --mkfs -i a --monmap /cluster/monmap --keyring $k
    ceph-mon -i a
    disk=$(cat /proc/sys/kernel/random/uuid)
    ceph osd new "$disk" >/dev/null
    ceph-osd -i 0 --mkfs --osd-uuid "$disk" 2>/dev/null
    ceph-osd -i 0 2>/dev/null
    radosgw-admin user create --uid=test --display-name=test \
      --access-key=testaccess --secret=testsecretkey0123 >/dev/null 2>&1
  ' bash "$fsid" "$((port + 1))"
}

start_gateway() {
  in_root radosgw -c /cluster/ceph.conf -n client.admin >/dev/null 2>&1
  for _ in $(seq 300); do
    in_root curl -s -m 2 -o /dev/null "http://127.0.0.1:$port/" && return
    sleep 0.2
  done
  echo "gateway.sh: no answer on port $port" >&2
  return 1
}

stop() { # the gateway before its disk, the disk before its monitor: each hangs without the next
  for name in client.admin osd.0 mon.a; do
    pid=$(cat "$root/cluster/$name.pid" 2>/dev/null) || continue
    kill "$pid" 2>/dev/null || continue
    for _ in $(seq 100); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.1
    done
    kill -9 "$pid" 2>/dev/null || true
  done
}

make_bucket() {
  in_root curl -s -f -o /dev/null -X PUT --aws-sigv4 aws:amz:us-east-1:s3 \
    --user testaccess:testsecretkey0123 "http://127.0.0.1:$port/varve"
}

case $command in
  up)
    build
    if [ -e "$root/cluster/ceph.conf" ]; then
      in_root ceph-mon -c /cluster/ceph.conf -i a
      in_root ceph-osd -c /cluster/ceph.conf -i 0 2>/dev/null
    else
      configure
    fi
    start_gateway
    make_bucket
    echo "http://127.0.0.1:$port"
    ;;
  restart)
    kill -9 "$(cat "$root/cluster/client.admin.pid")"
    start_gateway
    ;;
  down) stop ;;
  *) echo "gateway.sh: up, restart or down" >&2; exit 2 ;;
esac
