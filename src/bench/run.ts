/**
 * `npm run bench -- [ID…] [--quick] [--record] [--profile] [--no-build] [--minutes N]`: builds, measures, prints one table.
 * `--vs EXECUTABLE` compares this build with another one instead, on the same data and alternately.
 * The exit code is 1 when a budget was missed or a bench failed.
 */
import { mkdtemp, readdir } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { budgets, type BudgetId, isLater } from "./budgets.ts"
import { buildBare } from "./harness/bare.ts"
import type { Bench } from "./harness/bench.ts"
import { calibrate, isNoisy } from "./harness/calibration.ts"
import { environment, output, pinMyself, root } from "./harness/programs.ts"
import { printProfile } from "./harness/profile.ts"
import { appendRecord, describeMachine, drifts, writeRun } from "./harness/record.ts"
import { createReport, printTable, type Report } from "./harness/report.ts"
import { versus } from "./harness/versus.ts"
import { createWorld } from "./harness/world.ts"

const { values: given, positionals: wanted } = readArguments()
for (const id of wanted)
  if (!Object.hasOwn(budgets, id)) stop(`${id}: no such id; there are ${Object.keys(budgets).join(" ")}`)

const quick = given.quick === true
const minutes = Number(given.minutes ?? 60)
/** Longest a bench should take, and when the run goes on without it: other work on the machine can stretch it. */
const wantedMs = 90_000
const limitMs = 300_000

if (given["no-build"] !== true)
  await output([process.execPath, "run", "src/tools/build.ts"], { ...environment("build") })
await buildBare()
const mark = crypto.randomUUID()
const folder = await mkdtemp(join(tmpdir(), "loopat-bench-"))
const janitor = Bun.spawn([process.execPath, join(import.meta.dir, "programs/janitor.ts"), folder, mark], {
  stdin: "pipe",
  stdout: "inherit",
  stderr: "inherit",
  // A Ctrl-C at the terminal must not reach who cleans up after it.
  detached: true,
})
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(130))
pinMyself()

const started = performance.now()
const report = createReport()
const noisy: string[] = []
const benches = await loadBenches()
const chosen = benches.filter(({ bench }) =>
  bench.ids.some((id) => (wanted.length === 0 ? !isSeparate(id) : wanted.includes(id))),
)
if (given.vs !== undefined) await compareBuilds(given.vs)
for (const { name, bench } of chosen) await runBench(name, bench)
addLater()
await finish()

async function compareBuilds(executable: string): Promise<never> {
  const world = await createWorld({ report, quick, minutes, folder: join(folder, "versus"), mark })
  try {
    await versus(world, executable)
  } finally {
    await world.stack.disposeAsync()
  }
  await janitor.stdin.end()
  await janitor.exited
  return process.exit(0)
}

async function loadBenches(): Promise<{ name: string; bench: Bench }[]> {
  const files = (await readdir(import.meta.dir)).filter((file) => file.endsWith(".bench.ts")).sort()
  return Promise.all(
    files.map(async (file) => {
      const { bench }: { bench: Bench } = await import(join(import.meta.dir, file))
      return { name: file.replace(".bench.ts", ""), bench }
    }),
  )
}

/** The soak takes an hour and has a command of its own. */
function isSeparate(id: BudgetId): boolean {
  return id === "S5"
}

async function runBench(name: string, bench: Bench): Promise<void> {
  const begun = performance.now()
  const before = await calibrate(folder)
  const world = await createWorld({
    report,
    quick,
    minutes,
    folder: join(folder, name),
    mark,
    ...(given.profile && { profile: join(root, ".bench/profiles", name) }),
  })
  const id = bench.ids[0] ?? "P5"
  try {
    await withinTime(bench.run(world), bench.ids.some(isSeparate) ? minutes * 60_000 + limitMs : limitMs)
  } catch (error) {
    console.error(error)
    report.failed(id, String(error).split("\n")[0]?.slice(0, 200) ?? "")
  } finally {
    await world.stack
      .disposeAsync()
      .catch((error: unknown) => report.failed(id, `could not clean up: ${String(error)}`))
  }
  if (given.profile) console.log(await printProfile(join(root, ".bench/profiles", name)))
  report.close(bench.ids)
  if (isNoisy(before, await calibrate(folder))) noisy.push(...bench.ids)
  if (performance.now() - begun > wantedMs && !bench.ids.some(isSeparate))
    report.note(id, `took longer than the ${wantedMs / 1_000} s that a bench should`)
  const seconds = ((performance.now() - begun) / 1_000).toFixed(1)
  console.log(`${bench.ids.join(" ")}  ${seconds} s${noisy.includes(id) ? "  noisy" : ""}`)
  console.log(printTable(report.lines.filter((line) => bench.ids.some((one) => one === line.id))))
}

async function withinTime(work: Promise<void>, ms: number): Promise<void> {
  const late = Promise.withResolvers<void>()
  const timer = setTimeout(() => late.reject(new Error(`it took more than ${ms / 1_000} s`)), ms)
  try {
    await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

function addLater(): void {
  const all: Report["lines"] = Object.entries(budgets).flatMap(([id, budget]) =>
    isLater(budget) && (wanted.length === 0 || wanted.includes(id))
      ? [{ id, kind: "note" as const, name: budget.path, measured: budget.later, verdict: "later" as const }]
      : [],
  )
  if (all.length > 0) console.log(printTable(all))
}

async function finish(): Promise<never> {
  const commit = (await output(["git", "-C", root, "rev-parse", "--short=12", "HEAD"]).catch(() => "unknown")).trim()
  const run = {
    at: new Date().toISOString(),
    commit,
    quick,
    machine: await describeMachine(folder),
    noisy,
    lines: report.lines,
  }
  console.log(`\n${printTable(report.lines)}\n`)
  for (const text of await drifts(run)) console.log(`look: ${text}`)
  console.log(`written to ${await writeRun(run)}`)
  if (given.record) await appendRecord(run)
  await janitor.stdin.end()
  await janitor.exited
  // On a machine that was busy with something else only counts decide.
  const bad = report.lines.filter(
    ({ id, kind, verdict }) =>
      verdict === "failed" || (verdict === "missed" && (kind === "count" || !noisy.includes(id))),
  )
  const counts = (verdict: string) => report.lines.filter((line) => line.verdict === verdict).length
  console.log(
    `met ${counts("met")}, missed ${counts("missed")}, inconclusive ${counts("inconclusive")}, failed ${counts("failed")}, not measured ${counts("not measured")}; ${Math.round((performance.now() - started) / 1_000)} s`,
  )
  process.exit(bad.length === 0 ? 0 : 1)
}

function readArguments() {
  const options = {
    quick: { type: "boolean" },
    record: { type: "boolean" },
    profile: { type: "boolean" },
    "no-build": { type: "boolean" },
    minutes: { type: "string" },
    vs: { type: "string" },
  } as const
  try {
    return parseArgs({ options, allowPositionals: true })
  } catch (error) {
    return stop(error instanceof Error ? error.message : String(error))
  }
}

function stop(why: string): never {
  console.error(why)
  process.exit(2)
}
