import { asvsIds, negativeIds } from "./evidence/ids.ts"
import type { Finding } from "./rule.ts"
import type { Source } from "./source.ts"

const negativePath = "src/tools/evidence/negative.tsv"
const asvsPath = "src/tools/evidence/asvs.tsv"

interface EvidenceOutcome {
  findings: Finding[]
  /** Measures for the bars; empty where there are no tables. */
  measured: Record<string, number>
}

/**
 * The two tables that name the test of each security statement. Every id stands in its table, every named test exists and
 * runs, what has no test has a reason, and what was once shown stays shown.
 */
export function checkEvidence(
  texts: readonly { path: string; text: string }[],
  sources: readonly Source[],
): EvidenceOutcome {
  const textOf = (path: string) => texts.find((one) => one.path === path)?.text
  const [negative, asvs] = [textOf(negativePath), textOf(asvsPath)]
  if (negative === undefined && asvs === undefined) return { findings: [], measured: {} }
  const tests = new Set(sources.flatMap(namedTests))
  const statements = readTable(negativePath, negative ?? "").map(statementOf)
  const requirements = readTable(asvsPath, asvs ?? "").map(requirementOf)
  return {
    findings: [
      ...missing(negativePath, negativeIds, statements),
      ...missing(asvsPath, [...asvsIds.keys()], requirements),
      ...twice(asvsPath, requirements),
      ...[...statements, ...requirements].flatMap((row) => flawsOf(row, tests)),
    ],
    measured: {
      statementsShown: new Set(statements.filter(({ verdict }) => verdict === "met").map(({ id }) => id)).size,
      asvsMet: requirements.filter(({ verdict }) => verdict === "met").length,
    },
  }
}

interface Line {
  path: string
  line: number
  cells: string[]
}

interface Row {
  path: string
  line: number
  id: string
  known: boolean
  verdict: string
  /** A test, `file › name`, when the verdict is `met`; else a reason. */
  ground: string
  /** The level and date of a requirement are wrong. */
  flaw?: string
}

/** The first line names the columns. */
function readTable(path: string, text: string): Line[] {
  return text
    .split("\n")
    .map((row, index) => ({ path, line: index + 1, cells: row.split("\t") }))
    .filter(({ line, cells }) => line > 1 && cells.join("") !== "")
}

/** Columns: id, test (`file › name` or `planned`), note. */
function statementOf({ path, line, cells: [id = "", test = "", note = "", ...more] }: Line): Row {
  const planned = test === "planned"
  return {
    ...{ path, line, id, known: negativeIds.includes(id) },
    verdict: planned ? "planned" : "met",
    ground: planned ? note : test,
    ...(more.length > 0 && { flaw: "has more than three columns" }),
  }
}

/** Columns: id, level, verdict, test or reason, date. */
function requirementOf({ path, line, cells: [id = "", level = "", verdict = "", ground = "", date = ""] }: Line): Row {
  const known = asvsIds.get(id)
  const row = { path, line, id, known: known !== undefined, verdict, ground }
  if (known !== undefined && level !== String(known)) return { ...row, flaw: `is of level ${known}` }
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return { ...row, flaw: "has no date" }
  return row
}

function missing(path: string, ids: readonly string[], rows: readonly Row[]): Finding[] {
  const there = new Set(rows.map(({ id }) => id))
  return ids
    .filter((id) => !there.has(id))
    .map((id) => finding({ path, line: 1 }, `${id} is missing: say how it stands`))
}

function twice(path: string, rows: readonly Row[]): Finding[] {
  const seen = new Set<string>()
  return rows.flatMap(({ id, line }) => {
    if (seen.has(id)) return [finding({ path, line }, `${id} stands here twice: keep one line`)]
    seen.add(id)
    return []
  })
}

function flawsOf(row: Row, tests: ReadonlySet<string>): Finding[] {
  const { id, known, verdict, ground, flaw } = row
  if (!known) return [finding(row, `${id} is no id of this table: look it up`)]
  if (flaw !== undefined) return [finding(row, `${id} ${flaw}`)]
  if (!["met", "gap", "n/a", "planned"].includes(verdict)) return [finding(row, `${id}: ${verdict} is no verdict`)]
  if (verdict !== "met") return ground.trim().length < 10 ? [finding(row, `${id}: ${verdict} needs a reason`)] : []
  return tests.has(ground) ? [] : [finding(row, `${id}: there is no such test, or it does not run: ${ground}`)]
}

const finding = ({ path, line }: Pick<Finding, "path" | "line">, message: string): Finding => ({
  ...{ path, line, rule: "evidence", message },
})

/** Tests that run, as `file › name`. One that is skipped has another callee. */
function namedTests(source: Source): string[] {
  if (!/\.(test|e2e)\.tsx?$/.test(source.path)) return []
  return source.of("CallExpression").flatMap(({ node }) => {
    const [name] = node.arguments
    const isTest = node.callee.type === "Identifier" && /^(test|it)$/.test(node.callee.name)
    const text = name?.type === "Literal" && typeof name.value === "string" ? name.value : undefined
    return isTest && text !== undefined ? [`${source.path} › ${text}`] : []
  })
}
