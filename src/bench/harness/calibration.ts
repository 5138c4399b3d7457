/** A fixed little work before and after each bench: when it takes another time, the machine was busy with something else. */
import { open, rm } from "node:fs/promises"
import { join } from "node:path"

export interface Calibration {
  /** Milliseconds. */
  arithmetic: number
  fsyncs: number
  processes: number
}

/** Apart by more than this, and only counts are worth anything. */
const noisyFrom = 1.25

export async function calibrate(folder: string): Promise<Calibration> {
  return {
    arithmetic: timeOf(arithmetic),
    fsyncs: await timeOfAsync(() => fsyncs(folder)),
    processes: timeOf(processes),
  }
}

export function isNoisy(before: Calibration, after: Calibration): boolean {
  return (["arithmetic", "fsyncs", "processes"] as const).some((name) => {
    const [low, high] = [before[name], after[name]].sort((a, b) => a - b)
    return (high ?? 1) / Math.max(0.01, low ?? 1) > noisyFrom
  })
}

function timeOf(work: () => void): number {
  const begun = performance.now()
  work()
  return performance.now() - begun
}

async function timeOfAsync(work: () => Promise<void>): Promise<number> {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}

/** About 200 ms on a server processor of the year 2021. */
function arithmetic(): void {
  let sum = 0
  for (let n = 1; n < 60_000_000; n++) sum = (sum + Math.imul(n, 2_654_435_761)) | 0
  if (sum === 0.5) throw new Error("the sum is a whole number")
}

async function fsyncs(folder: string): Promise<void> {
  const path = join(folder, "calibration")
  const file = await open(path, "w")
  try {
    for (let n = 0; n < 20; n++) {
      await file.write(Buffer.alloc(4_096, n))
      await file.sync()
    }
  } finally {
    await file.close()
  }
  await rm(path)
}

function processes(): void {
  for (let n = 0; n < 20; n++) Bun.spawnSync(["true"])
}
