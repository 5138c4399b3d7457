import { readdirSync, readFileSync, readlinkSync } from "node:fs"
import { pidsIn } from "./marks.ts"

/** Name of the program in this container that made the connection from a port of the loopback; empty when not found. */
export function programAt(port: number): string {
  const socket = socketAt(port)
  if (socket === undefined) return ""
  const pid = pidsIn("/proc").find((one) => holds(one, socket))
  return pid === undefined ? "" : (textOf(`/proc/${pid}/comm`)?.trim() ?? "")
}

/** As links below `/proc/<pid>/fd` name it, from the kernel's tables of connections. */
function socketAt(port: number): string | undefined {
  const hex = port.toString(16).toUpperCase().padStart(4, "0")
  for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    for (const line of textOf(table)?.split("\n") ?? []) {
      const [, local = "", , , , , , , , inode = "0"] = line.trim().split(/\s+/)
      if (local.endsWith(`:${hex}`) && inode !== "0") return `socket:[${inode}]`
    }
  }
  return undefined
}

function holds(pid: number, socket: string): boolean {
  try {
    const folder = `/proc/${pid}/fd`
    return readdirSync(folder).some((name) => readlinkSync(`${folder}/${name}`) === socket)
  } catch (error) {
    // It ended meanwhile, closed the descriptor, or belongs to root.
    if (error instanceof Error && "code" in error) return false
    throw error
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "latin1")
  } catch (error) {
    if (error instanceof Error && "code" in error) return undefined
    throw error
  }
}
