#!/bin/bash
# A real S3 server for tests and benchmarks: one Ceph RADOS gateway with its monitor and one disk, on
# loopback, from Debian's packages (installed if missing). Needs root.
#   gateway.sh up DIR [PORT]       start, making DIR at the first time; prints the endpoint
#   gateway.sh restart DIR [PORT]  kill -9 the gateway alone and start it again
#   gateway.sh down DIR            stop everything; DIR stays
# Keys: testaccess / testsecretkey0123; the bucket `varve` is there. In it readaccess / testsecretkey0123
# may list and read, addaccess / testsecretkey0123 also create but not delete. The gateway of Debian 12
# needs VARVE_S3_CHUNKED_ENCODING=false.
set -euo pipefail
usage="gateway.sh: up|restart|down DIR [PORT]"
command=${1:?$usage} dir=${2:?$usage} port=${3:-17600}
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
export CEPH_ARGS="-c $dir/ceph.conf"

install_missing() {
  command -v radosgw >/dev/null && command -v ceph-osd >/dev/null && command -v ceph-mon >/dev/null &&
    command -v curl >/dev/null && return
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    ceph-mon ceph-osd radosgw ceph-common curl >/dev/null
}

configure() {
  mkdir -p "$dir"/{mon,osd,log}
  fsid=$(cat /proc/sys/kernel/random/uuid)
  # Placement groups few and fixed, collection of garbage at once, authentication on: what the
  # gateway insists on where there is only one disk.
  cat >"$dir/ceph.conf" <<CONF
[global]
fsid = $fsid
mon_host = v2:127.0.0.1:$((port + 1))
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
keyring = $dir/keyring
mon_data = $dir/mon
osd_data = $dir/osd
run_dir = $dir
crash_dir = $dir
admin_socket = $dir/\$name.asok
pid_file = $dir/\$name.pid
log_file = $dir/log/\$name.log
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
  keys=$dir/keyring
  ceph-authtool -C "$keys" >/dev/null
  ceph-authtool "$keys" -g -n mon. --cap mon 'allow *' >/dev/null
  ceph-authtool "$keys" -g -n client.admin --cap mon 'allow *' --cap osd 'allow *' >/dev/null
  ceph-authtool "$keys" -g -n osd.0 --cap mon 'allow profile osd' --cap osd 'allow *' >/dev/null
  monmaptool --create --addv a "v2:127.0.0.1:$((port + 1))" --fsid "$fsid" "$dir/monmap" >/dev/null
  ceph-mon --mkfs -i a --monmap "$dir/monmap" --keyring "$keys"
  ceph-mon -i a
  disk=$(cat /proc/sys/kernel/random/uuid)
  ceph osd new "$disk" >/dev/null
  ceph-osd -i 0 --mkfs --osd-uuid "$disk" 2>/dev/null
  ceph-osd -i 0 2>/dev/null
  for user in test read add; do
    radosgw-admin user create --uid=$user --display-name=$user \
      --access-key=${user}access --secret=testsecretkey0123 >/dev/null 2>&1
  done
}

put() { # as the owner: PATH [curl's options for the body]
  path=$1
  shift
  curl -s -S -f -o /dev/null -X PUT --aws-sigv4 aws:amz:us-east-1:s3 "$@" \
    --user testaccess:testsecretkey0123 "http://127.0.0.1:$port/$path"
}

sum() { # TEXT
  sum=$(printf %s "$1" | sha256sum)
  echo "x-amz-content-sha256: ${sum%% *}"
}

allow() { # USER ACTIONS
  printf '{"Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam:::user/%s"]}, "Action": [%s],
    "Resource": ["arn:aws:s3:::varve", "arn:aws:s3:::varve/*"]}' "$1" "$2"
}

start_gateway() {
  radosgw -n client.admin >/dev/null 2>&1
  for _ in $(seq 300); do
    curl -s -m 2 -o /dev/null "http://127.0.0.1:$port/" && return
    sleep 0.2
  done
  echo "gateway.sh: no answer on port $port" >&2
  return 1
}

stop() { # the gateway before its disk, the disk before its monitor: each hangs without the next
  for name in client.admin osd.0 mon.a; do
    pid=$(cat "$dir/$name.pid" 2>/dev/null) || continue
    kill "$pid" 2>/dev/null || continue
    for _ in $(seq 100); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.1
    done
    kill -9 "$pid" 2>/dev/null || true
  done
}

case $command in
  up)
    install_missing
    if [ -e "$dir/ceph.conf" ]; then
      ceph-mon -i a
      ceph-osd -i 0 2>/dev/null
    else
      configure
    fi
    start_gateway
    put varve -H "$(sum '')"
    policy="{\"Version\": \"2012-10-17\", \"Statement\": [
      $(allow read '"s3:GetObject", "s3:ListBucket"'),
      $(allow add '"s3:GetObject", "s3:ListBucket", "s3:PutObject"')]}"
    put "varve?policy=" -H "$(sum "$policy")" --data-binary "$policy"
    echo "http://127.0.0.1:$port"
    ;;
  restart)
    pid=$(cat "$dir/client.admin.pid")
    kill -9 "$pid"
    # Until it is gone, its pid file is locked and the next one does not start.
    for _ in $(seq 200); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.05
    done
    start_gateway
    ;;
  down) stop ;;
  *)
    echo "$usage" >&2
    exit 2
    ;;
esac
