/** What the attempts aim at; made anew for every run. */
export interface Targets {
  /** A folder of this machine that belongs to the server: its `LOOPAT_HOME`, sources and all. */
  serverFolder: string
  /** Ids of the loop the attempts run in and of another one that runs beside it. */
  own: string
  other: string
  /** Words that stand in files and environments of the server, of its people's vaults and of the other loop. */
  canaries: readonly string[]
  /** Address and port on this machine where a server listens that must not be reached. */
  hostPort: number
  hostAddresses: readonly string[]
  /** The other loop listens on this port on all its addresses. */
  otherPort: number
}

export type NetworkMode = "open" | "allow-list" | "gateway-only"
export type Hardening = "standard" | "strict" | "nested"

/** One way out. The script runs in bash with errors hidden; it ends with code 0 when it got out. */
export interface Attempt {
  /** Of the specification's list of attempts that must fail; 0 for what the strict hardening adds. */
  number: number
  name: string
  script(targets: Targets): string
  networks?: readonly NetworkMode[]
  hardening?: Hardening
  /** What a loop with containers inside is given on purpose, or only those containers: within them it leads no further. */
  given?: "nested" | "inner"
}

export const givenTo = (whom: "nested" | "inner", attempt: Attempt): Attempt => ({ ...attempt, given: whom })

/** System calls by number, x86-64 and arm64, from perl: it is in every base image, a compiler or ctypes is not. */
const calls = `
use strict; use POSIX qw(uname);
my $x86 = (uname())[4] eq "x86_64";
my %numbers = (
  finit_module => [313, 273], init_module => [175, 105], bpf => [321, 280], keyctl => [250, 219], add_key => [248, 217],
  userfaultfd => [323, 282], perf_event_open => [298, 241], setns => [308, 268], pivot_root => [155, 41], kexec_load => [246, 104],
  swapon => [167, 224], acct => [163, 89], settimeofday => [164, 170], clock_settime => [227, 112], open_by_handle_at => [304, 265],
  fsopen => [430, 430], mount_setattr => [442, 442], sethostname => [170, 161], io_uring_setup => [425, 425], clone3 => [435, 435], getpid => [39, 172],
);
sub call { my ($name, @values) = @_; return syscall($numbers{$name}[$x86 ? 0 : 1], @values) }
sub out { exit($_[0] ? 0 : 1) }
`
const perl = (body: string): string => `perl - <<'PL'\n${calls}\n${body}\nPL`
export const python = (body: string): string => `python3 - <<'PY'\nimport os, socket, sys\n${body}\nPY`
export const syscall = (number: number, name: string, body: string): Attempt => ({
  number,
  name,
  script: () => perl(body),
})
export const plain = (number: number, name: string, line: string): Attempt => ({ number, name, script: () => line })

/** What the attempts are made of: each must work inside, or an attempt could fail for want of a tool. */
export const controls: readonly string[] = [
  perl("out(call('getpid') == $$)"),
  python("import fcntl, struct\nsys.exit(0)"),
  "curl -sm 4 http://127.0.0.1:4180/ | grep -q asked",
  "curl -sm 4 --unix-socket /run/loopat/gateway.sock http://localhost/ | grep -q asked",
  "ipcs -a | grep -q Semaphore",
  "pgrep -f guest",
  'test -n "$(command -v unshare mount umount nsenter setpriv nice sysctl mknod | sed -n 8p)"',
]
