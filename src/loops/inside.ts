import { posix } from "node:path"
import type { Box } from "../sandbox/index.ts"

/** What a look into a running sandbox finds. All of it is a claim from inside. */
export interface InsideLook {
  tools: { name: string; version: string; path: string }[]
  /** Names of the variables that a program started now would have. */
  variables: string[]
  /** Bytes; undefined where the kernel does not tell. */
  memory?: number
  processes: number
  /** Whether containers can be started inside, of a loop that may; `detail`: what podman there says. */
  containers?: { kind: "work" | "missing" | "fail"; detail: string }
}

const asked = [
  ...["claude", "git", "node", "npm", "bun", "python3", "pip", "go", "cargo", "rustc", "java", "ruby", "php"],
  ...["gcc", "make", "cmake", "mise", "rg", "jq", "curl", "podman"],
]
const mostVariables = 200
const limits = { timeoutMs: 10_000, maxOutput: 100_000 }

/** Runs programs of the loop in the loop; nothing of what they say is more than text. */
export async function lookInside(box: Box, { nested = false } = {}): Promise<InsideLook> {
  const [found, names, stats, containers] = await Promise.all([
    box.capture({ argv: ["which", ...asked] }, limits),
    box.capture({ argv: ["awk", "BEGIN { for (name in ENVIRON) print name }"] }, limits),
    box.stats(),
    nested ? tryContainers(box) : undefined,
  ])
  const paths = linesOf(found.stdout).filter((path) => path.startsWith("/") && asked.includes(posix.basename(path)))
  return {
    tools: await Promise.all(paths.slice(0, asked.length).map((path) => versionOf(box, path))),
    variables: linesOf(names.stdout)
      .filter((name) => /^\w{1,100}$/.test(name) && !ownNames.has(name))
      .sort()
      .slice(0, mostVariables),
    ...(stats.memory > 0 && { memory: stats.memory }),
    processes: stats.pids,
    ...(containers && { containers }),
  }
}

/** What every container inside begins with. */
async function tryContainers(box: Box): Promise<NonNullable<InsideLook["containers"]>> {
  const { code, stderr } = await box.capture({ argv: ["timeout", "8", "podman", "unshare", "true"] }, limits)
  if (code === 0) return { kind: "work", detail: "" }
  const detail = linesOf(stderr).at(-1) ?? ""
  return { kind: code === notThere ? "missing" : "fail", detail: detail.slice(0, 300) }
}

/** Of a program that a shell or `timeout` does not find. */
const notThere = 127

/** One that hangs is given two seconds. */
async function versionOf(box: Box, path: string): Promise<InsideLook["tools"][number]> {
  const { code, stdout } = await box.capture({ argv: ["timeout", "2", path, "--version"] }, limits)
  const [first = ""] = linesOf(stdout)
  return { name: posix.basename(path), path: path.slice(0, 200), version: code === 0 ? first.slice(0, 120) : "" }
}

const linesOf = (text: string) => text.split("\n").filter(Boolean)

/** Of this look itself. */
const ownNames = new Set(["LOOPAT_MARK", "PWD", "OLDPWD", "SHLVL", "_"])
