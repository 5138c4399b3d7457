import type { Tier, TierFault, TierFile } from "./tier.ts"

export interface Composed {
  /** By path, sorted: `CLAUDE.md`, `agents/…`, `skills/…`. */
  files: { path: string; file: TierFile }[]
  faults: TierFault[]
  /** SHA-256 over paths, modes and contents: the same tiers always give the same. */
  hash: string
}

const most = { files: 2_000, bytes: 20 << 20 }

/**
 * Tiers become one folder, the weakest first. Instructions follow each other; a skill of a later tier takes the place of
 * an earlier one of its name with all of its files; of agents the later file counts.
 */
export function compose(tiers: readonly Tier[]): Composed {
  const files = new Map<string, TierFile>()
  for (const tier of tiers) {
    for (const skill of new Set([...tier.files.keys()].map(skillOf))) if (skill !== undefined) forget(files, skill)
    for (const [path, file] of tier.files) if (path !== "CLAUDE.md") files.set(path, file)
  }
  const instructions = joined(tiers)
  if (instructions !== undefined) files.set("CLAUDE.md", instructions)
  const sorted = [...files.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, file]) => ({ path, file }))
  const kept = withinLimits(sorted)
  const faults = sorted.slice(kept.length).map(({ path }) => ({ tier: "", path, why: "too-many" as const }))
  return { files: kept, faults, hash: hashOf(kept) }
}

const skillOf = (path: string): string | undefined => /^skills\/[^/]+\//.exec(path)?.[0]

function forget(files: Map<string, TierFile>, folder: string): void {
  for (const path of [...files.keys()]) if (path.startsWith(folder)) files.delete(path)
}

function joined(tiers: readonly Tier[]): TierFile | undefined {
  const parts = tiers.flatMap(({ name, files }) => {
    const file = files.get("CLAUDE.md")
    const text = file && withoutFrontMatter(new TextDecoder().decode(file.content)).trim()
    return text ? [`<!-- loopat tier: ${name} -->\n${text}\n`] : []
  })
  if (parts.length === 0) return undefined
  return { executable: false, content: new TextEncoder().encode(parts.join("\n")) }
}

const withoutFrontMatter = (text: string): string => text.replace(/^---\r?\n[\s\S]*?\r?\n---[ \t]*(\r?\n|$)/, "")

function withinLimits(files: Composed["files"]): Composed["files"] {
  let bytes = 0
  const end = files.findIndex(({ file }, index) => index >= most.files || (bytes += file.content.length) > most.bytes)
  return end < 0 ? files : files.slice(0, end)
}

function hashOf(files: Composed["files"]): string {
  const hash = new Bun.CryptoHasher("sha256")
  for (const { path, file } of files) {
    const content = new Bun.CryptoHasher("sha256").update(file.content).digest("hex")
    hash.update(`${JSON.stringify([path, file.executable ? "755" : "644", content])}\n`)
  }
  return hash.digest("hex")
}
