import { shellWord } from "../../lib/shell-word.ts"
import type { Box } from "../../sandbox/index.ts"
import { type Attempt, controls, type Hardening, type NetworkMode, type Targets } from "./attempt.ts"
import { attempts } from "./table.ts"

export interface Tried {
  tried: number
  /** `<who>: <number> <name>` of each that got out. */
  gotOut: string[]
}

const limitMs = 120_000

/** Runs everything that applies, as the sandbox's user and, where there is a way, as root inside. */
export async function tryEverything(
  box: Box,
  targets: Targets,
  mode: { network: NetworkMode; hardening: Hardening; only?: readonly number[] },
): Promise<Tried> {
  const fitting = attempts.filter(
    ({ number, networks, hardening }) =>
      (mode.only?.includes(number) ?? true) &&
      (networks?.includes(mode.network) ?? true) &&
      (hardening === undefined || hardening === mode.hardening),
  )
  for (const control of controls) {
    const { code, stderr } = await box.capture({ argv: ["bash", "-c", control] })
    if (code !== 0) throw new Error(`what attempts are made of does not work: ${control}\n${stderr}`)
  }
  const env = { NETWORK: mode.network, HOST_PORT: String(targets.hostPort) }
  const result: Tried = { tried: 0, gotOut: [] }
  for (const { name, argv, own } of triers(mode.hardening)) {
    const all = fitting.filter(own)
    const [first, ...rest] = argv
    const script = ["bash", "-c", programOf(all, targets)] as const
    const started = { argv: first === undefined ? script : ([first, ...rest, ...script] as const), env }
    const { stdout, stderr } = await box.capture(started, { timeoutMs: limitMs })
    const lines = stdout.split("\n").filter(Boolean)
    if (lines.length !== all.length) throw new Error(`${lines.length} of ${all.length} were tried: ${stderr}`)
    result.tried += lines.length
    result.gotOut.push(...lines.filter((line) => line.startsWith("out ")).map((line) => `${name}: ${line.slice(4)}`))
  }
  return result
}

interface Trier {
  name: string
  argv: readonly string[]
  /** What this one tries. */
  own(attempt: Attempt): boolean
}

/** The sandbox's user and, where there is a way, root inside; of a loop with containers also the root of one of those. */
function triers(hardening: Hardening): Trier[] {
  const nested = hardening === "nested"
  // Whatever else a nested loop could try is no other than in the loops without containers.
  const own = ({ number, given }: Attempt) => !nested || (differs.has(number) && given !== "nested")
  return [
    { name: "loopat", argv: [], own },
    ...(hardening === "strict" ? [] : [{ name: "root", argv: ["sudo", "-E"], own }]),
    ...(nested ? [{ name: "inner root", argv: innerRoot, own: ({ given }: Attempt) => given === undefined }] : []),
  ]
}

const differs = new Set([16, 17, 18, 19, 22, 30])

/** As much as a container inside may be given, with everything of the loop in its place. */
const innerRoot = [
  ...[
    "podman",
    "--log-level=error",
    "run",
    "--rm",
    "--rootfs",
    "--privileged",
    "--net=host",
    "--env=NETWORK",
    "--env=HOST_PORT",
  ],
  ...["/usr", "/etc/claude-code", "/etc/gitconfig", "/opt", "/run", "/home", "/loopat", "/tmp", "/var"].map(
    (path) => `--volume=${path}:${path}`,
  ),
  "/home/loopat/inner",
]

/** One line of output for each attempt: `out` or `in`, its number and its name. */
function programOf(all: readonly Attempt[], targets: Targets): string {
  const one = ({ number, name, script }: Attempt) =>
    `if timeout -k 1 30 bash -c ${shellWord(script(targets))} >/dev/null 2>&1 </dev/null; then echo ${shellWord(`out ${number} ${name}`)}; else echo ${shellWord(`in ${number} ${name}`)}; fi`
  return all.map(one).join("\n")
}
