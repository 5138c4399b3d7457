import type { Rule } from "../rule.ts"
import { dotted, enclosing, type Of, type Placed, type Source } from "../source.ts"
import { isTest } from "./features.ts"
import { calls } from "./places.ts"

const clocks = /^(performance\.now|Date\.now|Bun\.nanoseconds|process\.hrtime(\.bigint)?)$/
const comparing = /^to(Be(Less|Greater)Than(OrEqual)?|BeCloseTo|BeWithin)$/
const durationName = /^(elapsed|took|duration|waited)(Ms)?$|[a-z]Duration(Ms)?$/

export const testRules: Rule[] = [
  {
    name: "no-skipped-test",
    keeps: "tests, rule 10",
    instead: "assert what happens today and say why in a `TODO:`",
    covers: isTest,
    find: (source) =>
      source
        .of("MemberExpression")
        .filter(({ node }) =>
          /^(test|it|describe)\.(only|skip|skipIf|todo|todoIf|if|failing)$/.test(dotted(node) ?? ""),
        )
        .map(({ node }) => ({ at: node.start, what: `${dotted(node)} is used` })),
  },
  {
    name: "no-asserted-duration",
    keeps: "budgets, must be shown 7",
    instead: "count calls, bytes or renders; durations belong to src/bench",
    covers: (path) => path.startsWith("src/") && !path.startsWith("src/bench/"),
    find(source) {
      const measured = measuredNames(source)
      return calls(source, (name) => name === "expect")
        .filter(
          (placed) =>
            comparing.test(matcherOf(placed)) &&
            placed.node.arguments.some((one) => speaksOfTime(source, one, measured)),
        )
        .map(({ node }) => ({ at: node.start, what: "a duration is asserted" }))
    },
  },
  {
    name: "no-sleep",
    keeps: "tests, rule 9",
    instead: "wait for a condition or an event, or move the fake clock",
    covers: (path) => isTest(path),
    find: (source) =>
      calls(source, (name) => /^(Bun\.sleep(Sync)?|setTimeout)$/.test(name))
        .filter((placed) => !enclosing(placed, "WhileStatement", "ForStatement", "DoWhileStatement", "ForOfStatement"))
        .map(({ node }) => ({ at: node.start, what: "a test sleeps" })),
  },
  {
    name: "test-names",
    keeps: "tests, rule 1",
    instead: "write the subject and what a person would see, as a sentence",
    covers: isTest,
    find: (source) =>
      calls(source, (name) => name === "test" || name === "it").flatMap(({ node }) => {
        const [name] = node.arguments
        if (name?.type !== "Literal" || typeof name.value !== "string") return []
        const complaint = whyNoSentence(name.value)
        return complaint ? [{ at: node.start, what: complaint }] : []
      }),
  },
]

function whyNoSentence(name: string): string | undefined {
  if (/\bshould\b/i.test(name)) return "a test is named with `should`"
  return name.trim().split(/\s+/).length < 3 ? `the test name "${name}" is no sentence` : undefined
}

/** Variables that were made from a reading of a clock. */
function measuredNames(source: Source): ReadonlySet<string> {
  const names = new Set<string>()
  for (const { node } of source.of("VariableDeclarator")) {
    if (node.id.type !== "Identifier" || !node.init) continue
    if (durationName.test(node.id.name) || readsClock(source, node.init) || isDifference(node.init, names))
      names.add(node.id.name)
  }
  return names
}

function readsClock(source: Source, { start, end }: { start: number; end: number }): boolean {
  return calls(source, (name) => clocks.test(name)).some(
    (placed) => placed.node.start >= start && placed.node.end <= end && !enclosingFunctionWithin(placed, start),
  )
}

/** A clock read inside a function that is only passed on measures nothing here. */
function enclosingFunctionWithin(placed: Placed, start: number): boolean {
  const around = enclosing(placed, "ArrowFunctionExpression", "FunctionExpression")
  return around !== undefined && around.node.start >= start
}

const isDifference = (node: { type: string; start: number; end: number }, names: ReadonlySet<string>): boolean =>
  node.type === "BinaryExpression" && "left" in node && isNamed(node.left, names)

const isNamed = (node: unknown, names: ReadonlySet<string>): boolean =>
  typeof node === "object" && node !== null && "name" in node && typeof node.name === "string" && names.has(node.name)

function speaksOfTime(
  source: Source,
  argument: { start: number; end: number },
  measured: ReadonlySet<string>,
): boolean {
  if (readsClock(source, argument)) return true
  return source
    .of("Identifier")
    .some(
      ({ node }) =>
        node.start >= argument.start &&
        node.end <= argument.end &&
        (measured.has(node.name) || durationName.test(node.name)),
    )
}

/** The matcher that follows `expect(…)`, also after `.not` or `.resolves`. */
function matcherOf(placed: Placed<Of<"CallExpression">>): string {
  let name = ""
  for (let up = placed.parent; up?.node.type === "MemberExpression"; up = up.parent)
    name = dotted(up.node.property) ?? ""
  return name
}
