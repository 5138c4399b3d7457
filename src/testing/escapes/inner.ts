import { shellWord } from "../../lib/shell-word.ts"
import { type Attempt, plain, python } from "./attempt.ts"

/** What only somebody with namespaces of his own can try. Each is tried by the loop's user, its root and an inner root. */
export const inner: readonly Attempt[] = [
  plain(
    30,
    "loosen a mount that came from outside and write through it",
    inNamespace(
      `for f in /opt/loopat/bin/claude /opt/loopat/bin/loopat /run/loopat /etc/gitconfig /etc/claude-code/managed-settings.json; do
         mount -o remount,rw,bind $f; mount -o remount,rw $f; d=$f; test -d $f && d=$f/x; (echo x >>$d) && exit 0; done; exit 1`,
    ),
  ),
  plain(
    30,
    "uncover what lies below a mount of the loop",
    inNamespace("for m in /run/loopat /opt/loopat/bin/claude; do nsenter -t 1 -m umount -l $m && exit 0; done; exit 1"),
  ),
  plain(
    30,
    "change the machine through a /proc or /sys of its own",
    inNamespace(
      `mkdir -p /tmp/p /tmp/s; mount -t proc proc /tmp/p; mount -t sysfs sysfs /tmp/s
       for f in /tmp/p/sys/kernel/core_pattern /tmp/p/sys/kernel/modprobe /tmp/p/sysrq-trigger /tmp/p/sys/fs/binfmt_misc/register /tmp/p/sys/vm/drop_caches \
         /tmp/s/kernel/uevent_helper /tmp/s/power/state; do (echo 1 >$f) && exit 0; done
       head -c1 /tmp/p/kcore | grep -q . && exit 0; test -e /tmp/p/1/root/opt/loopat && exit 1; exit 1`,
    ),
  ),
  plain(
    30,
    "mount a file system of the host, its devices or its control groups",
    inNamespace(
      `mkdir -p /tmp/m; for d in /dev/sda1 /dev/vda /dev/vda1 /dev/nvme0n1p1 /dev/root; do mount -t ext4 $d /tmp/m && exit 0; done
       mknod /tmp/disk b 254 0 && head -c1 /tmp/disk | grep -q . && exit 0
       for t in cgroup debugfs tracefs securityfs configfs devtmpfs; do mount -t $t none /tmp/m && ls -A /tmp/m | grep -q . && exit 0; done; exit 1`,
    ),
  ),
  plain(
    30,
    "become a number that the loop does not have",
    "test $(sort -nk2 /proc/self/uid_map | tail -1 | awk '{ print $2 + $3 }') -gt 65536 && exit 0; unshare -Ur sh -c 'test -O /proc/sys/kernel/core_pattern'",
  ),
  {
    number: 30,
    name: "reach another address with the loop's network in a namespace of its own",
    script: () =>
      python(`
import subprocess
for line in (["ip", "route", "del", "169.254.0.0/16"], ["ip", "addr", "add", "10.9.9.9/32", "dev", "lo"], ["ip", "link", "set", "lo", "down"]):
  try:
    if subprocess.run(["unshare", "-Ur"] + line, capture_output=True).returncode == 0: sys.exit(0)
  except OSError: pass
sys.exit(1)`),
  },
].map((attempt) => ({ ...attempt, hardening: "nested" as const }))

/** Runs a script as root of a user namespace that was made for it; inside an inner container that is one more. */
function inNamespace(script: string): string {
  return `unshare -Urmpf --kill-child bash -c ${shellWord(script)} && exit 0; bash -c ${shellWord(script)}`
}
