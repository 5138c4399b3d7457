#!/usr/bin/env bash
# Makes a root file system out of packages that are installed on this Debian or Ubuntu machine: no network, seconds.
# dpkg and apt work inside.
#   rootfs-from-host.sh OUT.tar PACKAGE…
set -euo pipefail
umask 022
out=${1:?output tar}
shift
work=$(mktemp -d "${TMPDIR:-/tmp}/loopat-rootfs.XXXXXX")
trap 'rm -rf "$work"' EXIT
root=$work/root

# The wanted packages and all they depend on, as far as this machine has them.
dpkg-query -W -f '${binary:Package}\t${Package}\t${db:Status-Status}\t${Provides}\t${Pre-Depends}, ${Depends}\n' >"$work/installed"
awk -F'\t' -v wanted="$*" '
  $3 == "installed" {
    full[$2] = $1; needs[$2] = $5
    count = split($4, names, / *, */)
    for (i = 1; i <= count; i++) { sub(/ .*/, "", names[i]); if (names[i] != "" && !(names[i] in provider)) provider[names[i]] = $2 }
  }
  function take(name,   groups, choices, g, c, n, m, one) {
    if (name in taken) return
    taken[name] = 1
    n = split(needs[name], groups, / *, */)
    for (g = 1; g <= n; g++) {
      m = split(groups[g], choices, / *\| */)
      for (c = 1; c <= m; c++) {
        one = choices[c]; sub(/[ (:].*/, "", one)
        if (one == "") continue
        if (one in full) { take(one); break }
        if (one in provider) { take(provider[one]); break }
      }
    }
  }
  END {
    count = split(wanted, list, " ")
    for (i = 1; i <= count; i++) if (list[i] in full) take(list[i]); else print "not installed here: " list[i] >"/dev/stderr"
    for (name in taken) print full[name]
  }' "$work/installed" | sort >"$work/packages"

# Files that their set-up scripts made rather than shipped.
made_by_setup() {
  ls -d /etc/alternatives/* /etc/pam.d/common-* /etc/ld.so.conf* /etc/ld.so.cache /etc/nsswitch.conf /etc/shells \
    /etc/localtime /etc/ssl/certs/* /bin /sbin /lib /lib32 /lib64 /libx32 /usr/lib/locale/C.utf8 /etc/apt/apt.conf.d/* \
    /etc/apt/keyrings/* /etc/apt/trusted.gpg.d/* /etc/ca-certificates.conf /usr/local/share/ca-certificates/* \
    /var/lib/dpkg/info/format /var/lib/dpkg/arch 2>/dev/null || true
  while read -r package; do
    ls -d "/var/lib/dpkg/info/$package".* "/var/lib/dpkg/info/${package%%:*}".* 2>/dev/null || true
  done <"$work/packages"
  update-alternatives --get-selections 2>/dev/null | while read -r name _; do
    update-alternatives --query "$name" 2>/dev/null | sed -n 's/^Link: //p'
  done
}

# A name of a merged /usr stands for the one below /usr, else a layer would name it twice.
# Folders that no package lists are named too: whoever unpacks would otherwise choose their permissions.
with_folders() { awk '{ print; while (sub(/\/[^\/]+$/, "") && $0 != "" && !($0 in seen)) { seen[$0] = 1; print } }'; }
readable() { while IFS= read -r file; do if [ -L "$file" ] || [ -r "$file" ]; then printf '%s\n' "${file#/}"; fi; done; }
{
  xargs -a "$work/packages" dpkg -L |
    grep -vE '^/usr/share/(doc|man|locale|info|lintian|bash-completion)/|^/\.$|^package diverts|^(diverted by|locally diverted)' || true
  made_by_setup
} | sed -E 's,^/(bin|sbin|lib|lib32|lib64|libx32)/,/usr/\1/,' | with_folders | sort -u | readable >"$work/files"

# What must not come from the host: users, names, state.
mkdir -p "$root"/etc/apt "$root"/var/lib/dpkg "$root"/var/lib/apt/lists/partial "$root"/var/cache/apt/archives/partial \
  "$root"/var/log/apt "$root"/tmp "$root"/proc "$root"/sys "$root"/dev "$root"/run "$root"/root "$root"/home "$root"/opt \
  "$root"/srv "$root"/mnt "$root"/usr/local/{bin,etc,include,lib,sbin,src} "$root"/usr/local/share/ca-certificates
chmod 1777 "$root/tmp"
chmod 0700 "$root/root"
cp /usr/share/base-passwd/passwd.master "$root/etc/passwd"
cp /usr/share/base-passwd/group.master "$root/etc/group"
sed 's/:.*/:*:19000:0:99999:7:::/' "$root/etc/passwd" >"$root/etc/shadow"
sed 's/:.*/:*::/' "$root/etc/group" >"$root/etc/gshadow"
chmod 0640 "$root/etc/shadow" "$root/etc/gshadow"
echo loopat >"$root/etc/hostname"
echo '127.0.0.1 localhost' >"$root/etc/hosts"
for source in /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list.d/ubuntu.sources /etc/apt/sources.list; do
  if [ -s "$source" ]; then
    mkdir -p "$root$(dirname "$source")"
    cp "$source" "$root$source"
  fi
done
awk -v list="$work/packages" '
  BEGIN { while ((getline line <list) > 0) { sub(/:.*/, "", line); keep[line] = 1 } RS = ""; ORS = "\n\n" }
  { split($1 " " $2, head, " ") } keep[head[2]]' /var/lib/dpkg/status >"$root/var/lib/dpkg/status"
: >"$root/var/lib/dpkg/available"
# A certificate that somebody put straight into the folder has to outlive update-ca-certificates inside.
for certificate in /etc/ssl/certs/*.pem; do
  if [ -f "$certificate" ] && [ ! -L "$certificate" ]; then
    cp "$certificate" "$root/usr/local/share/ca-certificates/$(basename "${certificate%.pem}").crt"
  fi
done

(cd "$root" && find . -printf '%P\n' | sed 's/^$/./') | sort >"$work/own"
comm -23 <(sort "$work/files") "$work/own" >"$work/host"
tar --numeric-owner --no-recursion -cf "$out" -C / -T "$work/host"
tar --numeric-owner --owner=0 --group=0 --no-recursion -rf "$out" -C "$root" -T "$work/own"
echo "$(wc -l <"$work/packages") packages, $(du -h "$out" | cut -f1)"
