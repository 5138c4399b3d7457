#!/usr/bin/env bash
# Makes a root file system from an apt mirror, without any container registry. Needs mmdebstrap.
#   rootfs-from-mirror.sh OUT.tar [SUITE URL]     without SUITE and URL: what this machine's own apt uses
set -euo pipefail
umask 022
out=${1:?output tar}
suite=${2:-$(. /etc/os-release && echo "$VERSION_CODENAME")}
url=${3:-$(apt-get indextargets --format '$(REPO_URI)' | head -n 1)}
command -v mmdebstrap >/dev/null || { echo 'mmdebstrap is not installed: sudo apt-get install mmdebstrap' >&2; exit 1; }
[ -n "$url" ] || { echo 'apt has no mirror here' >&2; exit 1; }
if [ "$(id -u)" = 0 ]; then mode=root; else mode=unshare; fi
packages='bash coreutils findutils grep sed less util-linux procps bsdextrautils ca-certificates sudo curl git build-essential
openssh-client jq vim fish python3-minimal xz-utils unzip ripgrep ncurses-base tzdata podman uidmap fuse-overlayfs slirp4netns'
# What dpkg syncs on the way is thrown away if this stops, and nobody reads manuals inside.
mmdebstrap --variant=apt --mode="$mode" --include="$(echo $packages | tr ' ' ,)" \
  --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::Languages "none"' --aptopt='Acquire::Retries "3"' \
  --aptopt='Apt::Install-Recommends "false"' --dpkgopt=force-unsafe-io \
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
  --dpkgopt='path-exclude=/usr/share/doc/*' \
  "$suite" "$out" "$url"
