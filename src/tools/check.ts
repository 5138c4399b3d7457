/** `npm run check`: every static check at once, one verdict. It takes seconds, so that it can run on every save. */
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { findInText } from "./architecture/text.ts"
import { type Bars, compareBars, measure } from "./bars.ts"
import { checkArchitecture } from "./check-architecture.ts"
import { checkBenches } from "./check-benches.ts"
import { checkDocs } from "./check-docs.ts"
import { checkDuplicates } from "./check-duplicates.ts"
import { checkEvidence } from "./check-evidence.ts"
import { checkDependencies, checkSizes } from "./check-sizes.ts"
import { printFinding } from "./rule.ts"
import { parseSource } from "./source.ts"

const tools = join(import.meta.dirname, "../../node_modules/.bin")
/** The repository to check; another one only when a test says so. */
const root = process.argv[2] ?? join(import.meta.dirname, "../..")
const barsFile = "src/tools/bars.json"

interface Verdict {
  name: string
  passed: boolean
  report: string
}

const programs: Record<string, string[]> = {
  types: ["bun", "check", "--no-script"],
  format: ["bun", "fmt", "--no-script", "--check", "src", "views", "public"],
  lint: ["oxlint", "--type-aware", "--deny-warnings", "--quiet", "src", "views", "public"],
  "dead code": ["knip", "--no-progress"],
}

const started = performance.now()
const verdicts = await Promise.all([...Object.entries(programs).map(runProgram), houseRules()])
for (const { name, passed, report } of verdicts) {
  if (report !== "") console.log(report)
  console.log(`${passed ? "ok    " : "FAILED"} ${name}`)
}
console.log(`checked in ${((performance.now() - started) / 1000).toFixed(1)} s`)
process.exitCode = verdicts.every(({ passed }) => passed) ? 0 : 1

async function runProgram([name, [program = "", ...args]]: [string, string[]]): Promise<Verdict> {
  const child = Bun.spawn([join(tools, program), ...args], {
    cwd: root,
    stdout: "pipe",
    stderr: "pipe",
  })
  const [out, complaints, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  return { name, passed: code === 0, report: code === 0 ? "" : `${out}${complaints}`.trim() }
}

async function houseRules(): Promise<Verdict> {
  const paths = await repositoryFiles()
  const texts = await Promise.all(paths.map(async (path) => ({ path, text: await readFile(join(root, path), "utf8") })))
  const sources = texts.filter(({ path }) => /\.tsx?$/.test(path)).map(({ path, text }) => parseSource(path, text))
  const textOf = (path: string) => texts.find((one) => one.path === path)?.text ?? ""
  const evidence = checkEvidence(texts, sources)
  const bars = await checkBars({ ...measure(sources), ...evidence.measured }, textOf(barsFile))
  const findings = [
    ...checkArchitecture(sources),
    ...checkSizes(sources),
    ...checkDuplicates(sources),
    ...texts.flatMap(({ path, text }) => findInText(path, text)),
    ...checkDependencies(JSON.parse(textOf("package.json")), textOf("src/decisions/012-runtime-dependencies.md")),
    ...checkDocs(texts, paths),
    // The budgets are this program's own: a small repository of a test has none.
    ...(textOf("src/bench/budgets.ts") === "" ? [] : checkBenches(texts)),
    ...evidence.findings,
    ...bars.findings,
  ]
  const report = [...findings.map(printFinding), ...bars.warnings.map((text) => `warning: ${text}`)].join("\n")
  return { name: `house rules (${sources.length} files)`, passed: findings.length === 0, report }
}

/** Tracked and new files, without what .gitignore leaves out and what is no text. */
async function repositoryFiles(): Promise<string[]> {
  const child = Bun.spawn(["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"], {
    cwd: root,
    stdout: "pipe",
  })
  const names = (await new Response(child.stdout).text()).split("\0").filter(Boolean)
  const present = await Promise.all(names.map((name) => Bun.file(join(root, name)).exists()))
  return names.filter((name, index) => present[index] && !/\.(png|jpg|webp|woff2?|ico|gz|br|zst)$/.test(name)).sort()
}

async function checkBars(measured: Readonly<Record<string, number>>, text: string) {
  const outcome = compareBars(JSON.parse(text) as Bars, measured)
  const better = JSON.stringify(outcome.bars) !== JSON.stringify(JSON.parse(text))
  if (better && outcome.findings.length === 0) await Bun.write(join(root, barsFile), printBars(outcome.bars))
  return outcome
}

function printBars(bars: Bars): string {
  const lines = Object.entries(bars).map(([name, { value, better, goal }]) => {
    const rest = goal === undefined ? "" : `, "goal": ${goal}`
    return `  ${JSON.stringify(name)}: { "value": ${value}, "better": "${better}"${rest} }`
  })
  return `{\n${lines.join(",\n")}\n}\n`
}
