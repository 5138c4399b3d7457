#!/usr/bin/env bash
# Installs system packages through apt. As root on Debian or Ubuntu.
#   host-setup.sh PACKAGE…
set -euo pipefail
if [ "$(id -u)" != 0 ]; then
  echo "run this as root: sudo bash $0 $*" >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
# The lists may be fresh enough already, and a machine without a network may still have the packages in its cache.
if ! apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1; then
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends "$@" >/dev/null
fi
