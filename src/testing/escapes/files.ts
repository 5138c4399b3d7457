import { type Attempt, plain, syscall, type Targets } from "./attempt.ts"

/** A piece of a word that finds the word, but not itself, wherever the attempts' own text stands. */
const hidden = (word: string) => `${word.slice(0, -3)}[${word.at(-3)}]${word.slice(-2)}`

const pattern = ({ canaries }: Targets) => `'${canaries.map(hidden).join("|")}'`

const searched =
  "find / \\( -path /proc -o -path /sys -o -path /opt/loopat/bin \\) -prune -o -type f -size -200k -print0"

export const files: readonly Attempt[] = [
  {
    number: 1,
    name: "list the server's folder by its path on the host",
    script: ({ serverFolder }) => `ls -A '${serverFolder}' | grep -q .`,
  },
  {
    number: 1,
    name: "reach it through any process's root or working folder",
    script: ({ serverFolder }) =>
      `for p in /proc/[0-9]*; do for d in root cwd; do ls -A $p/$d/'${serverFolder}' | grep -q . && exit 0; done; done; exit 1`,
  },
  syscall(
    1,
    "open the root of the file system below a mount by its handle",
    `
open(my $file, "<", "/opt/loopat/bin/claude");
for my $inode (2, 128, 256, 64) {
  my $handle = pack("LlQ", 8, 1, $inode);
  out(1) if call("open_by_handle_at", fileno($file), $handle, 0) >= 0;
}
out(0)`,
  ),
  {
    number: 1,
    name: "find a word of the server in any file",
    script: (targets) => `${searched} | xargs -0 grep -sIlE ${pattern(targets)} | grep -q .`,
  },
  {
    number: 2,
    name: "open the other loop's folder",
    script: ({ other }) =>
      `ls -d /loopat/loop/${other} /loopat/loop/*/../${other} /proc/1/root/loopat/loop/${other} | grep -q .`,
  },
  plain(2, "see a process of the other loop", "pgrep -f 'sleep 73[1]'"),
  {
    number: 2,
    name: "read the other loop's environment or the server's",
    script: (targets) => `grep -slzE ${pattern(targets)} /proc/[0-9]*/environ | grep -q .`,
  },
  plain(
    2,
    "share memory, semaphores or message queues with anybody",
    "ipcs -a | grep -q ^0x || ls /dev/mqueue | grep -q .",
  ),
  plain(
    2,
    "find sockets of another loop",
    "ls /run/loopat | grep -v -x -e link.sock -e gateway.sock -e proxy.sock -e hosts -e gitconfig | grep -q .",
  ),
  {
    number: 3,
    name: "read a value of a vault that was not chosen",
    script: (targets) => `grep -rsIlE ${pattern(targets)} /loopat /home /run /tmp /opt/loopat/objects | grep -q .`,
  },
  {
    number: 4,
    name: "find a withheld variable in any process, file descriptor or error output",
    script: (targets) =>
      `cat /proc/[0-9]*/{environ,cmdline} /proc/self/mountinfo /etc/environment | tr '\\0' '\\n' | grep -qE ${pattern(targets)}`,
  },
]
