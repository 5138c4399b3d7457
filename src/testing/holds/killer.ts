import { readdirSync, readFileSync } from "node:fs"

export type Victim = "server" | "claude" | "guest" | "container" | "conmon"

/** A process of some container, with the part that it plays there. */
export interface Found {
  pid: number
  part: Exclude<Victim, "server">
  loop: string
}

interface Running {
  pid: number
  parent: number
  argv: string[]
}

/**
 * Processes of the containers whose mounts come from `home`, which no other program's containers have: the container's
 * monitor, its first process, the guest and the agent.
 */
export function processesOf(home: string): Found[] {
  const all = everything()
  const children = Map.groupBy(all, ({ parent }) => parent)
  return all.flatMap((first): Found[] => {
    const loop = first.argv[0] === "/run/podman-init" && loopOf(first.pid, home)
    if (!loop) return []
    const monitor = all.find(({ pid, argv }) => pid === first.parent && argv[0]?.endsWith("conmon"))
    const found: Omit<Found, "loop">[] = [{ pid: first.pid, part: "container" }, ...inside(first, children)]
    if (monitor) found.push({ pid: monitor.pid, part: "conmon" })
    return found.map((one) => ({ ...one, loop }))
  })
}

function inside({ pid }: Running, children: Map<number, Running[]>): Omit<Found, "loop">[] {
  return (children.get(pid) ?? []).flatMap((one) => [...partOf(one), ...inside(one, children)])
}

function partOf({ pid, argv }: Running): Omit<Found, "loop">[] {
  if (argv.length === 2 && argv[1] === "guest") return [{ pid, part: "guest" }]
  return argv[0]?.endsWith("/claude") ? [{ pid, part: "claude" }] : []
}

/** The loop whose working folder a process sees, if it lies in this home. */
function loopOf(pid: number, home: string): string | undefined {
  const mounts = ifThere(() => readFileSync(`/proc/${pid}/mountinfo`, "utf8")) ?? ""
  // Written from the root of its file system on, so that only the end of the home's path is sure to be there.
  const loops = `/${home.split("/").slice(-2).join("/")}/loops/`
  const at = mounts.indexOf(loops)
  return at < 0 ? undefined : mounts.slice(at + loops.length, at + loops.length + 36)
}

function everything(): Running[] {
  return readdirSync("/proc").flatMap((name): Running[] => {
    if (!/^\d+$/.test(name)) return []
    const stat = ifThere(() => readFileSync(`/proc/${name}/stat`, "utf8"))
    const line = ifThere(() => readFileSync(`/proc/${name}/cmdline`, "utf8"))
    const parent = Number(stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[1])
    return line ? [{ pid: Number(name), parent, argv: line.split("\0").slice(0, -1) }] : []
  })
}

/** A process may end while it is being looked at: its files then give one of these. */
function ifThere<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch (error) {
    if (error instanceof Error && "code" in error && ["ENOENT", "ESRCH", "EINVAL"].includes(String(error.code)))
      return undefined
    throw error
  }
}
