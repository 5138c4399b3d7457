import { existsSync } from "node:fs"
import { join } from "node:path"
import { features, layers } from "./architecture/features.ts"

const marker = { start: "<!-- picture -->", end: "<!-- /picture -->" }

/**
 * The picture of the structure, as the README shows it: printed from the tables that the checks use.
 * `present` says which features exist; the table also orders those that do not yet.
 */
export function picture(present: (feature: string) => boolean): string {
  const layerArrows = Object.entries(layers).flatMap(([layer, allowed]) =>
    allowed.filter((other) => other !== layer && layer !== "client").map((other) => `  ${layer} --> ${other}`),
  )
  const rows = Object.entries(features)
    .filter(([name]) => present(name))
    .map(([name, uses]) => `| ${name} | ${usesOf(uses, present)} |`)
  return [
    "```mermaid",
    "flowchart TD",
    ...reduce(layerArrows),
    "```",
    "",
    "| feature | may use the doors of |",
    "|---|---|",
    ...rows,
  ].join("\n")
}

function usesOf(uses: readonly string[] | "any", present: (feature: string) => boolean): string {
  if (uses === "any") return "any"
  return uses.filter(present).join(", ") || "–"
}

/** Arrows that a longer way already shows are left out, so that the picture can be read. */
function reduce(arrows: readonly string[]): string[] {
  const pairs = arrows.map((arrow) => arrow.trim().split(" --> ") as [string, string])
  const longWay = (from: string, to: string): boolean =>
    pairs.some(([a, b]) => a === from && b !== to && reaches(b, to))
  const reaches = (from: string, to: string): boolean =>
    from === to || pairs.some(([a, b]) => a === from && reaches(b, to))
  return pairs.filter(([from, to]) => !longWay(from, to)).map(([from, to]) => `  ${from} --> ${to}`)
}

/** What a README has to have between its markers; undefined when it has no markers. */
export function pictureIn(readme: string): string | undefined {
  const start = readme.indexOf(marker.start)
  const end = readme.indexOf(marker.end)
  return start < 0 || end < start ? undefined : readme.slice(start + marker.start.length, end).trim()
}

export function withPicture(readme: string, drawn: string): string {
  const start = readme.indexOf(marker.start)
  const end = readme.indexOf(marker.end)
  if (start < 0 || end < start) return readme
  return `${readme.slice(0, start + marker.start.length)}\n\n${drawn}\n\n${readme.slice(end)}`
}

if (import.meta.main) {
  const root = join(import.meta.dirname, "../..")
  const readme = join(root, "README.md")
  const drawn = picture((feature) => existsSync(join(root, "src", feature)))
  await Bun.write(readme, withPicture(await Bun.file(readme).text(), drawn))
}
