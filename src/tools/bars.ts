import { isProduct, isServer, isTest } from "./architecture/features.ts"
import type { Finding } from "./rule.ts"
import { enclosing, functionKinds, type Placed, type Source } from "./source.ts"

/** A measure of the whole code base that may only get better. */
export interface Bar {
  value: number
  better: "higher" | "lower"
  /** Until the value has come this far, falling behind it is only a warning. */
  goal?: number
}

export type Bars = Readonly<Record<string, Bar>>

export interface BarOutcome {
  bars: Bars
  findings: Finding[]
  warnings: string[]
}

/** Holds what was measured against the bars, and moves each bar the good way as far as its goal. */
export function compareBars(bars: Bars, measured: Readonly<Record<string, number>>): BarOutcome {
  const moved: Record<string, Bar> = {}
  const findings: Finding[] = []
  const warnings: string[] = []
  for (const [name, bar] of Object.entries(bars)) {
    const now = measured[name]
    if (now === undefined) {
      findings.push(barFinding(`${name} is not measured any more: remove the bar or measure it`))
      continue
    }
    moved[name] = { ...bar, value: betterOf(bar, now) }
    const reached = bar.goal === undefined || !isWorse(bar, bar.value, bar.goal)
    if (isWorse(bar, now, reached ? bar.value : (bar.goal ?? bar.value))) {
      const text = `${name} is ${now}, the bar is ${reached ? bar.value : bar.goal} (${bar.better} is better)`
      if (reached) findings.push(barFinding(text))
      else warnings.push(text)
    }
  }
  for (const name of Object.keys(measured)) {
    if (!(name in bars)) findings.push(barFinding(`${name} has no bar: write where it stands today into bars.json`))
  }
  return { bars: moved, findings, warnings }
}

const barFinding = (message: string): Finding => ({ path: "src/tools/bars.json", line: 1, rule: "bar", message })

const isWorse = ({ better }: Bar, now: number, than: number): boolean => (better === "higher" ? now < than : now > than)

function betterOf(bar: Bar, now: number): number {
  const best = isWorse(bar, now, bar.value) ? bar.value : now
  return bar.goal !== undefined && isWorse(bar, bar.goal, best) ? bar.goal : best
}

export function measure(sources: readonly Source[]): Record<string, number> {
  return {
    testLinesPerSourceLine: Math.floor(testRatio(sources) * 100) / 100,
    assertionsAwayFromTheirProof: sources.filter(({ path }) => isServer(path)).flatMap(unprovedAssertions).length,
  }
}

function testRatio(sources: readonly Source[]): number {
  const linesOf = (wanted: (path: string) => boolean) =>
    sources.filter(({ path }) => wanted(path)).reduce((sum, { lines }) => sum + lines, 0)
  const isTestCode = (path: string) =>
    (isTest(path) && !path.startsWith("src/tools/")) || /^src\/(testing|e2e)\//.test(path)
  return linesOf(isTestCode) / Math.max(1, linesOf(isProduct))
}

/** Functions whose name says that they prove a type or give it to something new. */
const proving = /^(parse|is|as|read|new|decode|to)([A-Z]|$)|^parser$|Schema$|^area$/

/** `as` outside a function that proves it. `as const` claims nothing. */
export function unprovedAssertions(source: Source): Placed[] {
  return source.of("TSAsExpression", "TSTypeAssertion").filter((placed) => {
    const { typeAnnotation } = placed.node
    if (
      typeAnnotation.type === "TSTypeReference" &&
      source.text.slice(typeAnnotation.start, typeAnnotation.end) === "const"
    )
      return false
    return !namesAround(placed).some((name) => proving.test(name))
  })
}

function namesAround(placed: Placed): string[] {
  const names: string[] = []
  for (
    let up = enclosing(placed, ...functionKinds, "VariableDeclarator");
    up;
    up = enclosing(up, ...functionKinds, "VariableDeclarator")
  ) {
    const { node } = up
    if ("id" in node && node.id?.type === "Identifier") names.push(node.id.name)
  }
  return names
}
