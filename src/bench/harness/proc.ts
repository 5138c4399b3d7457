/** What the kernel says of a process: proc(5), `/proc/<pid>/`. */
import { readdir, readFile, readlink } from "node:fs/promises"
import { median } from "./verdict.ts"

export interface Memory {
  /** Bytes. */
  resident: number
  peak: number
}

export async function memoryOf(pid: number): Promise<Memory> {
  const status = await readFile(`/proc/${pid}/status`, "utf8")
  const bytes = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? Number.NaN) * 1024
  return { resident: bytes("VmRSS"), peak: bytes("VmHWM") }
}

/** Memory that belongs to this process alone, in bytes. */
export async function privateMemoryOf(pid: number): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, "utf8")
  const kilobytes = [...rollup.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB/gm)].map(([, value]) => Number(value))
  return kilobytes.reduce((sum, value) => sum + value, 0) * 1024
}

/** The middle one of three samples. */
export async function steady(sample: () => Promise<number>, { restMs = 3_000 } = {}): Promise<number> {
  const samples: number[] = []
  for (let n = 0; n < 3; n++) {
    await Bun.sleep(restMs / 3)
    samples.push(await sample())
  }
  return median(samples)
}

const ticksPerSecond = 100

/** Milliseconds of processor time, of its own and in the kernel. */
export async function cpuMsOf(pid: number): Promise<number> {
  const fields = await statFields(pid)
  return ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond) * 1_000
}

/** The fields after the name, from the state on. */
async function statFields(pid: number): Promise<string[]> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8")
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")
}

export const descriptorsOf = async (pid: number): Promise<number> => (await readdir(`/proc/${pid}/fd`)).length

/** Times that each thread of these processes gave up the processor by itself: each is a wake-up later. */
export async function wakeUpsOf(pids: readonly number[]): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>()
  for (const pid of pids) {
    const threads = await readdir(`/proc/${pid}/task`).catch(() => [])
    for (const thread of threads) {
      const status = await readFile(`/proc/${pid}/task/${thread}/status`, "utf8").catch(() => "")
      counts.set(`${pid}/${thread}`, Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(status)?.[1] ?? 0))
    }
  }
  return counts
}

/** A thread that has ended meanwhile takes nothing away from the others. */
export const wakeUpsSince = (before: ReadonlyMap<string, number>, now: ReadonlyMap<string, number>): number =>
  [...now].reduce((sum, [thread, count]) => sum + Math.max(0, count - (before.get(thread) ?? 0)), 0)

export interface Child {
  pid: number
  state: string
}

/** Direct children, zombies (`Z`) included. */
export async function childrenOf(parent: number): Promise<Child[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number)
  const all = await Promise.all(
    pids.map(async (pid) => {
      const fields = await statFields(pid).catch(() => [])
      return { pid, state: fields[0] ?? "", parent: Number(fields[1]) }
    }),
  )
  return all.filter((one) => one.parent === parent).map(({ pid, state }) => ({ pid, state }))
}

/** The command line of loopat's own program in a sandbox. */
export const guestLine = /^\/opt\/loopat\/bin\/loopat .*guest/

/** Processes of these containers, by the cgroup they are in, whose command line matches. */
export async function processesIn(containers: readonly string[], pattern = /(?:)/): Promise<number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number)
  const groups = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cgroup`, "utf8").catch(() => "")))
  const inside = pids.filter((_, index) => containers.some((id) => id !== "" && groups[index]?.includes(id)))
  return matching(inside, pattern)
}

/** Whether a process works in a folder whose path holds this. */
export async function isAnybodyIn(part: string): Promise<boolean> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name))
  const folders = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => "")))
  return folders.some((folder) => folder.includes(part))
}

/** Process ids whose command line matches. */
export async function processesLike(pattern: RegExp): Promise<number[]> {
  return matching((await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number), pattern)
}

async function matching(pids: readonly number[], pattern: RegExp): Promise<number[]> {
  const lines = await Promise.all(
    pids.map(
      async (pid) =>
        [pid, (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).replaceAll("\0", " ")] as const,
    ),
  )
  return lines.filter(([, line]) => pattern.test(line)).map(([pid]) => pid)
}
