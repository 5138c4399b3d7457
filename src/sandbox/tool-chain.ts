import { id8, type WorkspaceId } from "../lib/ids.ts"
import { isTable, readToml, type TomlTable, writeToml } from "../lib/toml.ts"
import type { ToolChain } from "./contract.ts"

/** What an image is made of besides its base. Equal tools, settings and locks are one and the same. */
export interface ToolRecipe {
  /** In the order in which they are installed. */
  tools: readonly string[]
  /** `mise.toml`, of which only what decides about tools is left. */
  config: string
  lock?: string
}

export type ReadToolChain =
  | { kind: "tools"; recipe: ToolRecipe }
  | { kind: "none" }
  /** `file`: `mise.toml` or `mise.lock`. */
  | { kind: "unreadable"; file: string; why: string }

/** All that a build gets; `[env]`, `[tasks]` and `[hooks]` act inside a sandbox and nowhere else. */
const buildTables = ["tools", "settings", "alias", "plugins"] as const

const mostTools = 100
const longestName = 200
const longestFile = 1 << 20

export function readToolChain({ config, lock }: ToolChain): ReadToolChain {
  const read = readFile("mise.toml", config)
  if (read.kind === "unreadable") return read
  const readLock = lock === undefined ? undefined : readFile("mise.lock", lock)
  if (readLock?.kind === "unreadable") return readLock
  const { tools } = read.table
  if (!isTable(tools) || Object.keys(tools).length === 0) return { kind: "none" }
  const names = Object.keys(tools)
  const wrong = names.length > mostTools ? `it names more than ${mostTools} tools` : wrongName(names)
  if (wrong !== undefined) return { kind: "unreadable", file: "mise.toml", why: wrong }
  return {
    kind: "tools",
    recipe: { tools: inOrder(names), config: buildConfig(read.table), ...(lock !== undefined && { lock }) },
  }
}

/** The image of these tools on this base, by podman's id of the base. */
export function toolsTag(workspace: WorkspaceId, base: string, { config, lock }: ToolRecipe): string {
  const content = JSON.stringify([base.replace(/^sha256:/, ""), config, lock ?? null])
  const key = new Bun.CryptoHasher("sha256").update(content).digest("hex").slice(0, 16)
  return `localhost/loopat-${id8(workspace)}-tools:${key}`
}

function readFile(file: string, text: string) {
  if (text.length > longestFile) return { kind: "unreadable", file, why: "it is longer than a megabyte" } as const
  const read = readToml(text)
  return read.kind === "unreadable" ? { ...read, file } : read
}

function wrongName(names: readonly string[]): string | undefined {
  const wrong = names.find((name) => name.length > longestName || !/^[\w@][\w@:/.+[\]=,-]*$/.test(name))
  return wrong === undefined ? undefined : `${JSON.stringify(wrong.slice(0, longestName))} is not the name of a tool`
}

/** Languages before the packages of their package managers, which need them. */
const inOrder = (names: readonly string[]) => [
  ...names.filter((name) => !name.includes(":")),
  ...names.filter((name) => name.includes(":")),
]

function buildConfig(table: TomlTable): string {
  const kept = buildTables.flatMap((name) => {
    const value = table[name]
    return isTable(value) && Object.keys(value).length > 0 ? [[name, value] as const] : []
  })
  return writeToml(Object.fromEntries(kept))
}
