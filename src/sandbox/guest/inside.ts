import { readFileSync } from "node:fs"
import { environmentOf, isGone, markName, pidsIn } from "./marks.ts"

interface Program {
  pid: number
  parent: number
  command: string
  mark?: string
}

const commandLimit = 4_096
const answerLimit = 900_000

/** What runs in this container, newest last; cut where the answer would not fit into one frame. */
export function programs(): { processes: Program[] } {
  const processes: Program[] = []
  let room = answerLimit
  for (const pid of pidsIn("/proc")) {
    const found = read(pid)
    if (!found) continue
    room -= JSON.stringify(found).length
    if (room < 0) break
    processes.push(found)
  }
  return { processes }
}

function read(pid: number): Program | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1")
    const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1])
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").slice(0, commandLimit).replaceAll("\0", " ").trim()
    const mark = environmentOf(pid)?.find((entry) => entry.startsWith(`${markName}=`))
    return { pid, parent, command, mark: mark?.slice(markName.length + 1, markName.length + 129) }
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
}

/** Memory in bytes, processor time in microseconds and the number of processes, from cgroup v2 or v1. */
export function stats() {
  const cgroup = "/sys/fs/cgroup"
  const usage = /^usage_usec (\d+)/m.exec(textOf(`${cgroup}/cpu.stat`) ?? "")?.[1]
  return {
    memory: firstNumber(`${cgroup}/memory.current`, `${cgroup}/memory/memory.usage_in_bytes`),
    cpuMicros: usage ? Number(usage) : Math.round(firstNumber(`${cgroup}/cpuacct/cpuacct.usage`) / 1_000),
    pids: firstNumber(`${cgroup}/pids.current`, `${cgroup}/pids/pids.current`),
    kills: counted("oom_kill", `${cgroup}/memory.events`, `${cgroup}/memory/memory.oom_control`),
    refusals: counted("max", `${cgroup}/pids.events`, `${cgroup}/pids/pids.events`),
  }
}

/** A named number of the first of these files that there is. */
function counted(name: string, ...paths: string[]): number {
  const text = paths.map(textOf).find((found) => found !== undefined) ?? ""
  return Number(new RegExp(`^${name} (\\d{1,15})$`, "m").exec(text)?.[1] ?? 0)
}

function firstNumber(...paths: string[]): number {
  for (const path of paths) {
    const value = Number(textOf(path))
    if (Number.isSafeInteger(value) && value > 0) return value
  }
  return 0
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "latin1")
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
}
