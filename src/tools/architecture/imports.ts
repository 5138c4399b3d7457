import { dirname, join } from "node:path"
import type { Rule } from "../rule.ts"
import type { ImportedModule, Source } from "../source.ts"
import { featureOf, isProduct, type Layer, layerOf, layers, mayUse } from "./features.ts"

/** The file an import points to, for imports inside the repository. */
const targetOf = (source: Source, one: ImportedModule): string | undefined =>
  one.from.startsWith(".") ? join(dirname(source.path), one.from) : undefined

/** Style sheets, recipes and the like are carried along as text. */
const isCode = (path: string) => /\.(tsx?|m?js)$/.test(path)

const inside = (source: Source) =>
  source.imports.flatMap((one) => {
    const target = targetOf(source, one)
    return target === undefined ? [] : [{ ...one, target }]
  })

export const importRules: Rule[] = [
  {
    name: "layers",
    keeps: "architecture, which way things point",
    instead: "move the code down to the layer that both may use, or pass it in as an argument",
    covers: isProduct,
    find(source) {
      const layer = layerOf(source.path)
      if (!layer) return []
      const allowed: readonly Layer[] = layers[layer]
      return inside(source).flatMap(({ at, target }) => {
        if (!isCode(target)) return []
        const other = layerOf(target)
        if (other && allowed.includes(other)) return []
        return [{ at, what: `${layer} imports ${other ?? "code that is not shipped"} (${target})` }]
      })
    },
  },
  {
    name: "feature-order",
    keeps: "style 21",
    instead:
      "announce an event instead of calling up, or add the arrow to the feature table together with a decision record",
    covers: (path) => layerOf(path) === "feature",
    find(source) {
      const feature = featureOf(source.path)
      return inside(source).flatMap(({ at, target }) => {
        const other = featureOf(target)
        if (layerOf(target) !== "feature" || other === feature || mayUse(feature, other)) return []
        return [{ at, what: `${feature} may not use ${other}` }]
      })
    },
  },
  {
    name: "door",
    keeps: "style 21",
    instead: "import from the feature's index.ts; a contract.ts may be imported for its types",
    covers: (path) => isProduct(path) && path !== "src/cli/guest.ts",
    find(source) {
      const own = layerOf(source.path) === "feature" ? featureOf(source.path) : undefined
      return inside(source).flatMap(({ at, target, typeOnly }) => {
        if (layerOf(target) !== "feature" || featureOf(target) === own) return []
        const file = target.split("/").slice(2).join("/")
        if (file === "index.ts" || (file === "contract.ts" && typeOnly)) return []
        return [{ at, what: `${target} is not a door` }]
      })
    },
  },
  {
    name: "re-export",
    keeps: "style 21",
    instead: "import from where it is made; only a feature's index.ts passes things on",
    covers: (path) => isProduct(path) && !/^src\/[^/]+\/(.+\/)?index\.ts$/.test(path),
    find: (source) =>
      source.imports.filter((one) => one.reExport).map(({ at, from }) => ({ at, what: `${from} is exported again` })),
  },
  {
    name: "agent-sdk",
    keeps: "architecture, folders",
    instead: "ask agent/claude.ts for it",
    covers: (path) => isProduct(path) && path !== "src/agent/claude.ts",
    find: (source) =>
      source.imports
        .filter(({ from }) => from.startsWith("@anthropic-ai/claude-agent-sdk"))
        .map(({ at }) => ({ at, what: "the Agent SDK is imported" })),
  },
  {
    name: "no-database",
    keeps: "decision 002",
    instead: "keep it in a file through platform/disk",
    covers: isProduct,
    find: (source) =>
      source.imports
        .filter(({ from }) => /^(bun:sqlite|node:sqlite|better-sqlite3)$/.test(from))
        .map(({ at, from }) => ({ at, what: `${from} is imported` })),
  },
]

/** A path from folder to folder that comes back to where it started, if there is one. */
export function folderCycle(sources: readonly Source[]): string[] | undefined {
  const arrows = new Map<string, Set<string>>()
  for (const source of sources) {
    if (!isProduct(source.path)) continue
    const from = dirname(source.path)
    for (const one of source.imports) {
      const target = targetOf(source, one)
      if (!target || !isCode(target) || one.typeOnly || isNear(from, target)) continue
      arrows.set(from, (arrows.get(from) ?? new Set()).add(dirname(target)))
    }
  }
  const walk = { arrows, finished: new Set<string>() }
  for (const start of arrows.keys()) {
    const cycle = search(start, walk, [])
    if (cycle) return cycle
  }
  return undefined
}

/** The same folder, or the contract of the feature that a folder is a part of: words that the whole feature shares. */
const isNear = (folder: string, target: string) =>
  dirname(target) === folder || (folder.startsWith(`${dirname(target)}/`) && target.endsWith("/contract.ts"))

interface Walk {
  arrows: ReadonlyMap<string, ReadonlySet<string>>
  finished: Set<string>
}

function search(folder: string, walk: Walk, trail: string[]): string[] | undefined {
  if (trail.includes(folder)) return [...trail.slice(trail.indexOf(folder)), folder]
  if (walk.finished.has(folder)) return undefined
  for (const next of walk.arrows.get(folder) ?? []) {
    const cycle = search(next, walk, [...trail, folder])
    if (cycle) return cycle
  }
  walk.finished.add(folder)
  return undefined
}
