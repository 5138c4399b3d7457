#!/bin/sh
# Turns an apt-based system into the base of a sandbox. Runs as root of a container that is thrown away.
#   PACKAGES=install   get the packages below through apt
#   PACKAGES=present   take what the system has, for a machine that reaches no mirror
#   OUT=…/root.tar     pack the finished system there; without it the container itself is the result
#   MISE=… MISE_SHA256=…   the tool-chain installer to put in, and the checksum it must have; without it there is none
set -eu
umask 022

# The server reads these lines; the names are its own.
step() { echo "loopat-step: $*"; }

step user
# Uid 2000: agents refuse to skip permissions as root, and 1000 collides with people's own users on the host.
if old=$(getent passwd 1000 | cut -d: -f1) && [ -n "$old" ]; then userdel --remove "$old" 2>/dev/null || userdel "$old"; fi
getent group loopat >/dev/null || groupadd --gid 2000 loopat
getent passwd loopat >/dev/null ||
  useradd --uid 2000 --gid 2000 --create-home --home-dir /home/loopat --shell /bin/bash --comment loopat loopat

if [ "${PACKAGES:-install}" = install ]; then
  step packages
  export DEBIAN_FRONTEND=noninteractive
  tries=3
  until apt-get update -qq; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || exit 1
    sleep 2
  done
  apt-get install -y -qq --no-install-recommends \
    bash coreutils findutils grep sed less util-linux procps bsdextrautils ca-certificates sudo curl git build-essential \
    openssh-client jq vim fish python3-minimal xz-utils unzip ripgrep ncurses-base tzdata \
    podman uidmap fuse-overlayfs slirp4netns
  rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/*.deb
fi

step root
mkdir -p /etc/sudoers.d
# A system that was collected by an ordinary user lacks this file, which only root may read.
if [ ! -s /etc/sudoers ]; then
  cat >/etc/sudoers <<'SUDOERS'
Defaults env_reset
Defaults secure_path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
root ALL=(ALL:ALL) ALL
@includedir /etc/sudoers.d
SUDOERS
  chmod 0440 /etc/sudoers
fi
cat >/etc/sudoers.d/loopat <<'SUDOERS'
loopat ALL=(ALL) NOPASSWD:ALL
# What a program started can be found and ended also where it became root.
Defaults env_keep += "LOOPAT_MARK"
# In a sandbox with an allow-list these are the only way out, for root too.
Defaults env_keep += "HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY http_proxy https_proxy all_proxy no_proxy"
SUDOERS
chmod 0440 /etc/sudoers.d/loopat

step containers
# Within the 65,536 ids that a container sees.
echo 'loopat:10000:50000' >/etc/subuid
echo 'loopat:10000:50000' >/etc/subgid
conf=/home/loopat/.config/containers
mkdir -p "$conf"
printf '[storage]\ndriver = "vfs"\n' >"$conf/storage.conf"
printf '[engine]\ncgroup_manager = "cgroupfs"\n' >"$conf/containers.conf"
printf 'unqualified-search-registries = ["docker.io"]\n' >"$conf/registries.conf"

step folders
mkdir -p /loopat/loop /loopat/context /opt/loopat/bin /opt/loopat/objects /run/loopat /etc/claude-code \
  /opt/loopat-mise/shims /opt/loopat-mise/config /opt/loopat-mise/cache
chown -R 2000:2000 /opt/loopat-mise /home/loopat

step tools
if [ -n "${MISE:-}" ]; then
  if ! echo "$MISE_SHA256  $MISE" | sha256sum --check --status; then
    echo "mise does not have the pinned checksum $MISE_SHA256, so this image is not made" >&2
    exit 1
  fi
  install -m 0755 -o root -g root "$MISE" /usr/local/bin/mise
else
  echo "without mise"
fi

step hosts
mkdir -p /etc/ssh
cat >/etc/ssh/ssh_known_hosts <<'KEYS'
github.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl
gitlab.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAfuCHKVTjquxvt6CM6tdG4SLp1Btn/nOeHHE5UOzRdf
bitbucket.org ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIazEu89wgQZ4bqs3d63QSMzYVa0MuJ2e2gKTKqu+UUO
KEYS

step check
for program in bash setpriv sudo git ps pkill; do
  command -v "$program" >/dev/null || { echo "the base image lacks $program" >&2; exit 1; }
done
if [ -n "${OUT:-}" ]; then
  step pack
  tar --create --file="$OUT" --one-file-system --numeric-owner --warning=no-file-ignored --warning=no-xdev \
    --exclude=./loopat-build --directory=/ .
fi
