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
  const program = programOf(fitting, targets)
  const env = { NETWORK: mode.network, HOST_PORT: String(targets.hostPort) }
  const result: Tried = { tried: 0, gotOut: [] }
  for (const [who, argv] of [
    ["loopat", ["bash", "-c", program]],
    ...(mode.hardening === "standard" ? [["root", ["sudo", "-E", "bash", "-c", program]] as const] : []),
  ] as const) {
    const { stdout, stderr } = await box.capture({ argv: [...argv], env }, { timeoutMs: limitMs })
    const lines = stdout.split("\n").filter(Boolean)
    if (lines.length !== fitting.length) throw new Error(`${lines.length} of ${fitting.length} were tried: ${stderr}`)
    result.tried += lines.length
    result.gotOut.push(...lines.filter((line) => line.startsWith("out ")).map((line) => `${who}: ${line.slice(4)}`))
  }
  return result
}

/** One line of output for each attempt: `out` or `in`, its number and its name. */
function programOf(all: readonly Attempt[], targets: Targets): string {
  const one = ({ number, name, script }: Attempt) =>
    `if timeout -k 1 30 bash -c ${shellWord(script(targets))} >/dev/null 2>&1 </dev/null; then echo ${shellWord(`out ${number} ${name}`)}; else echo ${shellWord(`in ${number} ${name}`)}; fi`
  return all.map(one).join("\n")
}
