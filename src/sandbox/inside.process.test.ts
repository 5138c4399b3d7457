import { describe, expect, test } from "bun:test"
import { networkInterfaces } from "node:os"
import { until } from "../testing/link-world.ts"
import { sandboxWorld } from "../testing/sandbox-world.ts"
import { capabilities } from "./args.ts"
import type { Box, SandboxSpec } from "./index.ts"

const output = async (box: Box, line: string): Promise<string> =>
  (await box.capture({ argv: ["sh", "-c", line] }, { timeoutMs: 60_000 })).stdout

/** Numbers of capability bits, capabilities(7). */
const bits = {
  CHOWN: 0,
  DAC_OVERRIDE: 1,
  FOWNER: 3,
  FSETID: 4,
  KILL: 5,
  SETGID: 6,
  SETUID: 7,
  SETPCAP: 8,
  NET_BIND_SERVICE: 10,
  SYS_CHROOT: 18,
  SETFCAP: 31,
}

function capabilitySet(status: string, name: string): string[] {
  const value = BigInt(`0x${new RegExp(`^${name}:\\s+(\\w+)$`, "m").exec(status)?.[1]}`)
  const found = Object.entries(bits).filter(([, bit]) => (value >> BigInt(bit)) & 1n)
  const named = found.reduce((sum, [, bit]) => sum | (1n << BigInt(bit)), 0n)
  return value === named ? found.map(([capability]) => capability).sort() : ["one that is not in the list"]
}

interface Mounted {
  at: string
  mode: string
  type: string
}

const mountTable = (text: string): Mounted[] =>
  text
    .trim()
    .split("\n")
    .map((line) => {
      const [left = "", right = ""] = line.split(" - ")
      const [, , , , at = "", options = ""] = left.split(" ")
      return { at, mode: options.split(",")[0] ?? "", type: right.split(" ")[0] ?? "" }
    })

/** The whole list of what a loop gets mounted; what the engine itself mounts below /proc, /sys and /dev is looked at apart. */
const ownMounts = ({ loop, network }: SandboxSpec, hardening: Hardening) => {
  const system = hardening === "strict" ? "ro" : "rw"
  return [
    `/ ${system}`,
    "/etc/gitconfig ro",
    `/etc/hostname ${system}`,
    "/etc/hosts ro",
    ...(network === "open" ? [`/etc/resolv.conf ${system}`] : []),
    "/etc/claude-code/managed-settings.json ro",
    "/home/loopat rw",
    ...["knowledge", "notes", "personal", "repos"].map((name) => `/loopat/context/${name} rw`),
    `/loopat/loop/${loop}/.claude rw`,
    `/loopat/loop/${loop}/.claude/skills ro`,
    `/loopat/loop/${loop}/workdir rw`,
    "/opt/loopat/bin/claude ro",
    "/opt/loopat/bin/loopat ro",
    "/opt/loopat/guest.js ro",
    ...["@knowledge", "@notes", "@personal"].map((name) => `/opt/loopat/objects/${name} ro`),
    "/opt/loopat/objects/app ro",
    "/opt/loopat/plugins/loopat ro",
    `/run/.containerenv ${system}`,
    "/run/loopat ro",
    "/run/loopat-vault rw",
    "/run/podman-init ro",
    "/run/user/2000 rw",
    "/tmp rw",
  ].sort()
}

type Network = "open" | "gateway-only"
type Hardening = "standard" | "strict"

for (const network of ["open", "gateway-only"] as const) {
  for (const hardening of ["standard", "strict"] as const) {
    describe(`seen from inside, with network ${network} and hardening ${hardening}`, () => {
      test("mounts, ids, capabilities, seccomp, devices and network are exactly the specified ones", () =>
        asSpecified(network, hardening))
    })
  }
  describe(`seen from inside, with network ${network}`, () => {
    test("the environment is the published one and the limits stand", () => environmentAndLimits(network))
    test("git has the driver's name, sudo works, and the agent starts", () => everydayThings(network))
  })
}

async function asSpecified(network: Network, hardening: Hardening): Promise<void> {
  await using world = await sandboxWorld({ settings: { hardening } })
  const at = world.folder
  const contexts = {
    folders: { knowledge: at, notes: at, personal: at, repos: at },
    objects: { knowledge: at, notes: at, personal: at },
  }
  const spec = await world.spec({ network, objects: { app: at }, contexts, snapshot: { skills: at } })
  const box = await world.started(spec)

  await seesOnlyItsMounts(box, spec, hardening)
  await hasOnlyItsIdentity(box, hardening)
  await hasOnlyItsNetwork(box, spec)
}

async function seesOnlyItsMounts(box: Box, spec: SandboxSpec, hardening: Hardening): Promise<void> {
  const mounts = mountTable(await output(box, "cat /proc/self/mountinfo"))
  const engine = ({ at }: Mounted) => /^\/(proc|sys|dev)(\/|$)/.test(at)
  expect(
    mounts
      .filter((one) => !engine(one))
      .map(({ at, mode }) => `${at} ${mode}`)
      .sort(),
  ).toEqual(ownMounts(spec, hardening))
  const readOnly = new Set(mounts.filter(({ mode }) => mode === "ro").map(({ at }) => at))
  for (const path of ["/sys", "/proc/sys", "/proc/bus", "/proc/irq", "/proc/fs", "/sys/firmware"])
    expect(readOnly).toContain(path)
  expect(
    mounts
      .filter(({ at, type }) => at.startsWith("/dev/") && type === "devtmpfs")
      .map(({ at }) => at)
      .sort(),
  ).toEqual(["/dev/full", "/dev/null", "/dev/random", "/dev/tty", "/dev/urandom", "/dev/zero"])
  expect((await output(box, "ls /dev")).trim().split("\n")).toEqual([
    "fd",
    "full",
    "mqueue",
    "null",
    "ptmx",
    "pts",
    "random",
    "shm",
    "stderr",
    "stdin",
    "stdout",
    "tty",
    "urandom",
    "zero",
  ])
}

async function hasOnlyItsIdentity(box: Box, hardening: Hardening): Promise<void> {
  expect(await output(box, "id; awk '{ print $1, $3 }' /proc/self/uid_map /proc/self/gid_map")).toBe(
    "uid=2000(loopat) gid=2000(loopat) groups=2000(loopat)\n0 65536\n0 65536\n",
  )
  const [hostId = 0] = (await output(box, "awk '{ print $2 }' /proc/self/uid_map")).split("\n").map(Number)
  expect(hostId).toBeGreaterThanOrEqual(65_536)

  const mine = await output(box, "cat /proc/self/status")
  for (const set of ["CapInh", "CapPrm", "CapEff", "CapAmb"]) expect(capabilitySet(mine, set)).toEqual([])
  expect(/^Seccomp:\s+(\d)$/m.exec(mine)?.[1]).toBe("2")
  const roots = await output(box, "sudo -n cat /proc/self/status")
  if (hardening === "strict") {
    expect(/^NoNewPrivs:\s+(\d)$/m.exec(mine)?.[1]).toBe("1")
    expect(capabilitySet(mine, "CapBnd")).toEqual([])
    expect(roots).toBe("")
    return
  }
  for (const status of [mine, roots]) expect(capabilitySet(status, "CapBnd")).toEqual([...capabilities].sort())
  expect(/^Seccomp:\s+(\d)$/m.exec(roots)?.[1]).toBe("2")
  expect(capabilitySet(roots, "CapEff")).toEqual([...capabilities].sort())
}

async function hasOnlyItsNetwork(box: Box, { loop, network }: SandboxSpec): Promise<void> {
  const devices = (await output(box, "tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '")).trim().split("\n").sort()
  expect(devices).toEqual(network === "open" ? ["lo", "tap0"] : ["lo"])
  expect(await output(box, "cat /proc/sys/kernel/hostname /etc/hosts")).toBe(
    `loop-${loop.slice(0, 8)}\n127.0.0.1 localhost loop-${loop.slice(0, 8)}\n::1 localhost\n`,
  )
}

async function environmentAndLimits(network: Network): Promise<void> {
  await using world = await sandboxWorld()
  const spec = await world.spec({ network })
  const box = await world.started(spec)
  const names = (await output(box, "env | cut -d= -f1 | grep -v -e PWD -e LOOPAT_MARK")).trim().split("\n").sort()
  expect(names).toEqual(
    [
      ...[
        "ANTHROPIC_API_KEY",
        "ANTHROPIC_BASE_URL",
        "CLAUDE_CONFIG_DIR",
        "HOME",
        "LANG",
        "LOOPAT_GATEWAY",
        "LOOPAT_LOOP_ID",
      ],
      ...["MISE_CACHE_DIR", "MISE_CONFIG_DIR", "MISE_DATA_DIR", "PATH", "USER"],
    ].sort(),
  )
  expect(await output(box, "ulimit -n; df --output=size -B1M /tmp | tail -1 | tr -d ' '")).toBe("4096\n64\n")
  const memory = await output(
    box,
    "cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null",
  )
  expect(memory.trim()).toBe(String(1 << 30))
  const pids = await output(box, "cat /sys/fs/cgroup/pids.max /sys/fs/cgroup/pids/pids.max 2>/dev/null")
  expect(pids.trim()).toBe("512")
}

async function everydayThings(network: Network): Promise<void> {
  await using world = await sandboxWorld()
  const identity = { displayName: 'Al "ice" \\ [user]\nname = Eve', email: "alice@loopat.local" }
  const box = await world.started(await world.spec({ network, identity }))
  expect(await output(box, "git config user.name; git config user.email; sudo id -un")).toBe(
    'Al "ice" \\ [user] name = Eve\nalice@loopat.local\nroot\n',
  )
  expect(await output(box, "ls -A /home/loopat /etc/skel | sort | uniq -d")).toContain(".bashrc")
  expect(await output(box, "claude --version")).toContain("Claude Code")
  expect(await output(box, "sudo apt-get --version | head -1")).toContain("apt")
}

test("a strict sandbox is still one to work in: the agent starts, git commits, programs install into the home", async () => {
  await using world = await sandboxWorld({ settings: { hardening: "strict" } })
  const spec = await world.spec({ network: "gateway-only" })
  const box = await world.started(spec)
  expect(await output(box, "claude --version")).toContain("Claude Code")
  const work =
    "git init -q . && echo 1 >a && git add a && git commit -qm first && git log --format=%an && mkdir -p ~/.local/bin && cp /bin/true ~/.local/bin/mine && ~/.local/bin/mine && mktemp >/dev/null && echo worked"
  expect(await output(box, work)).toBe("Alice\nworked\n")
  await box.run({ argv: ["pkill", "-KILL", "-f", "^/opt/loopat/bin/loopat .*guest$"] })
  await until("the box is gone", () => box.gone.aborted)
  await until("a guest is there again", () => world.sandboxes.running(spec.loop))
  await world.sandboxes.stop(spec.loop, "test")
  expect(await output(await world.started(spec), "cat a")).toBe("1\n")
})

test("no container is told a host name, an address or a variable of this machine", async () => {
  await using world = await sandboxWorld()
  await world.started(await world.spec())
  const containers = await world.podman("ps", "--all", "--quiet", `--filter=label=loopat.workspace=${world.workspace}`)
  const description = await world.podman("inspect", ...containers.trim().split("\n"))
  const addresses = Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address))
  for (const address of addresses.filter((one) => !one.startsWith("127.") && one !== "::1")) {
    expect(description).not.toContain(address)
  }
  const { Env } = JSON.parse(description)[0].Config
  expect(Env.map((entry: string) => entry.split("=")[0]).sort()).toEqual([
    "HOME",
    "HOSTNAME",
    "LANG",
    "PATH",
    "TERM",
    "container",
  ])
})
