import { type Box, LinkFailed } from "../sandbox/index.ts"

/** Ports of the sandbox's loopback on which something listens, lowest first; `closed` is never among them. */
export async function listeningPorts(box: Box, closed: number): Promise<number[]> {
  try {
    const read = await box.capture(
      { argv: ["cat", "/proc/net/tcp", "/proc/net/tcp6"] },
      { timeoutMs: 5_000, maxOutput: 1 << 20 },
    )
    return portsIn(read.stdout).filter((port) => port !== closed)
  } catch (error) {
    if (error instanceof LinkFailed && error.kind === "limit") return []
    throw error
  }
}

const most = 50
/** `proc_pid_net`: the state of a socket that listens. */
const listens = "0A"

/** From the kernel's tables: one line per socket, `sl local_address rem_address st …`, addresses in hex. */
export function portsIn(tables: string): number[] {
  const ports = tables.split("\n").flatMap((line) => {
    const [, local = "", , state] = line.trim().split(/\s+/)
    const [address = "", port = ""] = local.split(":")
    if (state !== listens || !isReached(address) || !/^[0-9A-F]{4}$/.test(port)) return []
    return [Number.parseInt(port, 16)]
  })
  return [...new Set(ports)].sort((a, b) => a - b).slice(0, most)
}

/** Reached at 127.0.0.1 or ::1: one of these, or any address. Words of four bytes, each in the machine's order. */
const isReached = (address: string): boolean =>
  ["00000000", "0100007F", "0".repeat(32), `${"0".repeat(24)}01000000`, `${"0".repeat(16)}FFFF00000100007F`].includes(
    address,
  )
