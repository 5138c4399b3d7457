#!/usr/bin/env bash
# Writes what podman needs to be told on this machine, for CONTAINERS_CONF to name. On an ordinary systemd machine the
# file says nothing.
#   containers-conf.sh FILE
set -euo pipefail
out=${1:?file to write}

# Without CAP_SYS_RESOURCE nobody may raise a hard limit, and podman asks for more files than most limits allow.
may_raise_limits() { [ $((0x$(awk '/^CapEff/ { print $2 }' /proc/self/status) >> 24 & 1)) = 1 ]; }

# A v1 hierarchy beside a v2 one that has controllers: crun of Debian 12 refuses it, runc does not.
mixed_cgroups() {
  [ "$(stat --file-system --format=%T /sys/fs/cgroup)" = tmpfs ] &&
    [ -n "$(cat /sys/fs/cgroup/unified/cgroup.controllers 2>/dev/null)" ]
}

lowest() { if [ "$1" = unlimited ] || [ "$1" -gt "$2" ]; then echo "$2"; else echo "$1"; fi; }

{
  echo '[containers]'
  if ! may_raise_limits; then
    files=$(ulimit -Hn)
    # podman lowers its own process limit to the highest pid before it starts anything.
    processes=$(lowest "$(ulimit -Hu)" "$(cat /proc/sys/kernel/pid_max)")
    echo "default_ulimits = [\"nofile=$files:$files\", \"nproc=$processes:$processes\"]"
  fi
  echo '[engine]'
  if [ ! -d /run/systemd/system ]; then
    echo 'cgroup_manager = "cgroupfs"'
    echo 'events_logger = "file"'
  fi
  if mixed_cgroups; then
    PATH=$PATH:/usr/sbin command -v runc >/dev/null ||
      { echo 'the cgroups of this machine need runc: sudo apt-get install runc' >&2; exit 1; }
    echo 'runtime = "runc"'
  fi
} >"$out"
