import { type Attempt, givenTo, plain, syscall } from "./attempt.ts"

export const kernel: readonly Attempt[] = [
  plain(
    17,
    "find podman's socket or storage",
    "ls -A /run/podman /run/user/0/podman /var/lib/containers/storage/overlay /var/lib/containers/storage/vfs /run/containers | grep -q .",
  ),
  plain(
    17,
    "connect to any socket that is not the loop's",
    "find / -xdev -type s ! -path '/run/loopat/*' ! -path '/tmp/*' ! -path '/home/*' | grep -q .",
  ),
  plain(18, "mount a file system", "mount -t tmpfs none /mnt || mount --bind / /mnt || mount -t proc none /mnt"),
  plain(
    18,
    "unmount or loosen a mount",
    "umount -l /run/loopat || mount -o remount,rw /run/loopat || mount -o remount,rw,bind /opt/loopat/bin/claude",
  ),
  givenTo("nested", plain(18, "make a user namespace", "unshare -Ur true")),
  givenTo(
    "inner",
    plain(
      18,
      "make a mount, network or process namespace",
      "unshare -m true || unshare -n true || unshare -pf true || unshare -C true",
    ),
  ),
  syscall(
    18,
    "join the namespaces of the first process",
    `opendir(my $all, "/proc"); for my $pid (1, grep { /^[0-9]+$/ } readdir $all) { open(my $ns, "<", "/proc/$pid/ns/user") or next; out(1) if call("setns", fileno($ns), 0) == 0 } out(0)`,
  ),
  givenTo(
    "inner",
    syscall(
      18,
      "change the root with pivot_root or the newer mount calls",
      `out(call("pivot_root", "/tmp", "/tmp") == 0 || call("fsopen", "tmpfs", 0) >= 0 || call("mount_setattr", -100, "/run/loopat", 0, "\\0" x 32, 32) == 0)`,
    ),
  ),
  syscall(
    18,
    "load a module or another kernel",
    `out(call("init_module", "", 0, "") == 0 || call("finit_module", 0, "", 0) == 0 || call("kexec_load", 0, 0, 0, 0) == 0)`,
  ),
  syscall(
    18,
    "use bpf, performance counters or page faults of user space",
    `
my $map = pack("L4", 1, 4, 4, 1) . "\\0" x 112;
my $perf = pack("LL", 1, 112) . "\\0" x 104;
out(call("bpf", 0, $map, 72) >= 0 || call("perf_event_open", $perf, -1, 0, -1, 0) >= 0 || call("userfaultfd", 0) >= 0)`,
  ),
  givenTo("nested", syscall(18, "use the kernel's keyrings", `out(call("keyctl", 0, -3, 1, 0, 0) >= 0)`)),
  syscall(18, "put a key into the kernel's keyrings", `out(call("add_key", "user", "x", "y", 1, -3) >= 0)`),
  syscall(
    18,
    "set the clock, the host's name or swap, or restart the machine",
    `
my $then = pack("qq", 1, 0);
out(call("clock_settime", 0, $then) == 0 || call("settimeofday", $then, 0) == 0 || call("sethostname", "x", 1) == 0 || call("swapon", "/tmp", 0) == 0 || call("acct", "/tmp/acct") == 0)`,
  ),
  plain(
    18,
    "make or open a device of the host",
    "mknod /tmp/disk b 8 0 || mknod /tmp/mem c 1 1 || mknod /tmp/fuse c 10 229 || head -c1 /dev/mem || head -c1 /dev/kmsg || ls /dev/sda /dev/vda /dev/kvm | grep -q .",
  ),
  givenTo(
    "nested",
    plain(18, "see a device for file systems or networks of its own", "ls /dev/fuse /dev/net/tun | grep -q ."),
  ),
  plain(
    19,
    "write to what the engine protects in /proc",
    "for f in /proc/sys/kernel/core_pattern /proc/sysrq-trigger /proc/sys/kernel/modprobe /proc/sys/vm/panic_on_oom /proc/sys/fs/binfmt_misc/register /proc/irq/default_smp_affinity; do echo 1 >$f && exit 0; done; exit 1",
  ),
  givenTo("inner", plain(19, "allow itself more namespaces", "echo 1 >/proc/sys/user/max_user_namespaces")),
  plain(
    19,
    "read what the engine hides in /proc and /sys",
    "head -c1 /proc/kcore | grep -q . || head -c1 /proc/timer_list | grep -q . || head -c1 /proc/sched_debug | grep -q . || ls -A /sys/firmware | grep -v : | grep -q .",
  ),
  givenTo(
    "nested",
    plain(
      19,
      "see names that the engine hides in /proc",
      "head -c1 /proc/keys | grep -q . || ls -A /proc/scsi /proc/acpi | grep -v : | grep -q .",
    ),
  ),
  plain(
    19,
    "write anywhere below /sys",
    "find /sys -type f -writable 2>/dev/null | head -200 | while read f; do echo 0 >$f && echo wrote; done | grep -q wrote",
  ),
  plain(
    19,
    "have the host run a program by way of a control group, or make one",
    `mkdir /tmp/cg && mount -t cgroup -o memory cgroup /tmp/cg && exit 0; echo /x >/sys/kernel/uevent_helper && exit 0
     for d in /sys/fs/cgroup /sys/fs/cgroup/*; do case $(stat -fc %T $d) in cgroup*) echo /x >$d/release_agent && exit 0; mkdir $d/x && exit 0;; esac; done; exit 1`,
  ),
  plain(
    19,
    "raise a limit or save itself from the memory killer",
    "ulimit -Hn $(($(ulimit -Hn) + 1)) || echo -500 >/proc/self/oom_score_adj || nice -n -5 true && test $(nice -n -5 nice) -lt 0",
  ),
  plain(
    22,
    "change the agent, the guest or the managed settings where they lie",
    "for f in /opt/loopat/bin/claude /opt/loopat/bin/loopat /etc/claude-code/managed-settings.json /etc/gitconfig; do (echo x >>$f || touch $f || rm -f $f && ! test -e $f || chmod u+w $f || mv $f /tmp/) && exit 0; done; exit 1",
  ),
  givenTo("inner", plain(22, "give a name another address", "echo '192.0.2.1 x' >>/etc/hosts || rm /etc/hosts")),
  plain(
    22,
    "write into the object stores that its repository borrows from",
    "for d in /opt/loopat/objects/*; do touch $d/x && exit 0; rm -rf $d/* && ! ls -A $d | grep -q . && exit 0; done; exit 1",
  ),
  plain(
    22,
    "plant or remove anything in the folder of its sockets",
    "touch /run/loopat/x || rm -f /run/loopat/link.sock && ! test -e /run/loopat/link.sock || ln -s /run/podman/podman.sock /run/loopat/other.sock || mv /run/loopat /run/elsewhere",
  ),
]

export const strict: readonly Attempt[] = [
  plain(
    0,
    "become root by any program that is there",
    "sudo -n true || su -c true </dev/null || pkexec true || newuidmap $$ 0 0 1",
  ),
  plain(
    0,
    "become root by a call",
    "python3 -c 'import os; os.setuid(0)' || setpriv --reuid=0 true || capsh --user=root -- -c true",
  ),
  plain(
    0,
    "change a file of the system",
    "for d in / /etc /usr /usr/bin /opt /opt/loopat /var /var/tmp /root /opt/loopat-mise /run; do touch $d/x && exit 0; done; exit 1",
  ),
  plain(
    0,
    "have a capability",
    "! grep -q '^CapEff:.0*$' /proc/self/status || ! grep -q '^CapBnd:.0*$' /proc/self/status || ! grep -q '^NoNewPrivs:.1' /proc/self/status",
  ),
].map((attempt) => ({ ...attempt, hardening: "strict" as const }))
