#!/bin/sh
# Installs a tool chain. Runs as loopat in a container that is thrown away and becomes an image first; the arguments are
# the tools in the order in which they are installed. Standard input holds mise.toml and mise.lock, each as one line of
# base64; an empty line is a file that does not exist.
set -eu
umask 022

# The server reads these lines; the names are its own.
step() { echo "loopat-step: $*"; }

read -r config
read -r lock || lock=
cd /opt/loopat-mise
# What tools keep in a home would be hidden in a loop, which has a home of its own.
export HOME=/tmp/home NO_COLOR=1 MISE_LOCKFILE=1
mkdir -p "$HOME"
printf %s "$config" | base64 -d >config/config.toml
[ -z "$lock" ] || printf %s "$lock" | base64 -d >config/mise.lock
if ! command -v mise >/dev/null; then
  echo "the base image holds no mise" >&2
  exit 3
fi
for tool; do
  step "tool $tool"
  mise install --yes -- "$tool" </dev/null 2>&1
done
step links
mise reshim 2>&1
# What a range or "latest" has become: read by the server too.
mise ls --current --no-header 2>/dev/null </dev/null | while read -r name version _; do echo "loopat-tool: $name $version"; done
rm -rf /opt/loopat-mise/downloads /opt/loopat-mise/cache/* /tmp/home /tmp/* /var/tmp/*
