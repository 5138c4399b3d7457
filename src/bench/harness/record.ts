/** Where results go: `.bench/<time>.json` for this run, one line per id in `record.jsonl` for the history. */
import { appendFile, mkdir, readFile } from "node:fs/promises"
import { cpus, release, totalmem } from "node:os"
import { join } from "node:path"
import { output, root } from "./programs.ts"
import type { Line } from "./report.ts"

const recordFile = join(root, "src/bench/record.jsonl")

export interface Machine {
  cpu: string
  cores: number
  memoryGiB: number
  kernel: string
  fileSystem: string
  podman: string
  git: string
  runtime: string
}

export async function describeMachine(folder: string): Promise<Machine> {
  const version = (argv: string[]) =>
    output(argv).then(
      (text) => /\d+(\.\d+)+/.exec(text)?.[0] ?? "?",
      () => "none",
    )
  return {
    cpu: cpus()[0]?.model ?? "?",
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    fileSystem: (await output(["stat", "-f", "-c", "%T", folder])).trim(),
    podman: await version(["podman", "--version"]),
    git: await version(["git", "--version"]),
    runtime: `bun ${Bun.version}`,
  }
}

export interface Run {
  at: string
  commit: string
  quick: boolean
  machine: Machine
  /** Ids whose calibration before and after differed too much. */
  noisy: readonly string[]
  lines: readonly Line[]
}

export async function writeRun(run: Run): Promise<string> {
  const folder = join(root, ".bench")
  await mkdir(folder, { recursive: true })
  const path = join(folder, `${run.at.replaceAll(":", "-")}.json`)
  await Bun.write(path, `${JSON.stringify(run, null, 2)}\n`)
  return path
}

export interface RecordLine {
  id: string
  at: string
  commit: string
  machine: Machine
  noisy: boolean
  quick: boolean
  results: { kind: string; name: string; value?: number; budget?: number; verdict: string }[]
}

export function recordLines({ at, commit, machine, noisy, quick, lines }: Run): RecordLine[] {
  const ids = [...new Set(lines.map(({ id }) => id))]
  return ids.map((id) => ({
    id,
    at,
    commit,
    machine,
    noisy: noisy.includes(id),
    quick,
    results: lines
      .filter((line) => line.id === id && line.kind !== "note")
      .map(({ kind, name, value, budget, verdict }) => ({
        kind,
        name,
        ...(value !== undefined && { value: Number(value.toPrecision(4)) }),
        ...(budget !== undefined && { budget }),
        verdict,
      })),
  }))
}

export async function appendRecord(run: Run): Promise<void> {
  const text = recordLines(run)
    .map((line) => `${JSON.stringify(line)}\n`)
    .join("")
  await appendFile(recordFile, text)
}

/** Walls that are more than this above the last record of the same machine deserve a look. */
const drift = 1.3

export async function drifts(run: Run): Promise<string[]> {
  const text = await readFile(recordFile, "utf8").catch(() => "")
  const records = text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as RecordLine)
    .filter(({ machine }) => machine.cpu === run.machine.cpu && machine.cores === run.machine.cores)
  return run.lines
    .filter(({ kind }) => kind === "wall")
    .flatMap(({ id, name, value }) => {
      const last = records
        .findLast((record) => record.id === id)
        ?.results.find((one) => one.kind === "wall" && one.name === name)?.value
      if (last === undefined || value === undefined || value <= last * drift) return []
      return [`${id} ${name}: ${Math.round(value)} ms, last time ${Math.round(last)} ms`]
    })
}
