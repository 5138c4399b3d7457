import { forgetDelivered } from "../sandbox/guest/deliver.ts"
import { endLeftovers, furnishHome, runGuest } from "../sandbox/guest/guest.ts"
import { type RootReach, signalMarked } from "../sandbox/guest/marks.ts"

const linkSocket = "/run/loopat/link.sock"
const gatewaySocket = "/run/loopat/gateway.sock"
const relayPort = 4180
const way = { socket: "/run/loopat/proxy.sock", port: 4181 }
const home = "/home/loopat"
const vaultHome = "/run/loopat-vault/home"
const firstIdleMs = 30 * 60_000

/**
 * `loopat guest` runs inside a sandbox and imports nothing else of the program. `loopat guest --signal <mark> <name>`
 * is how it reaches marked programs of the container's root, through sudo.
 */
export async function guestCommand(args: readonly string[], program: readonly string[], build: string): Promise<void> {
  const [flag, mark, name] = args
  if (flag === "--signal") {
    if (mark && (name === "SIGTERM" || name === "SIGKILL")) signalMarked(mark, name)
    return
  }
  const asRoot = signalAsRoot(program)
  await endLeftovers(asRoot)
  await furnishHome(home, "/etc/skel")
  await forgetDelivered(home, vaultHome)
  await runGuest({
    linkSocket,
    gatewaySocket,
    relayPort,
    way,
    build,
    guest: crypto.randomUUID(),
    idleMs: firstIdleMs,
    asRoot,
  })
}

function signalAsRoot(program: readonly string[]): RootReach {
  const pids = new Set<number>()
  return {
    pids,
    async signal(mark, signal) {
      const sudo = Bun.spawn(["sudo", "-n", "--", ...program, "guest", "--signal", mark, signal], {
        stdin: "ignore",
        stdout: "ignore",
        stderr: "ignore",
      })
      pids.add(sudo.pid)
      await sudo.exited
      pids.delete(sudo.pid)
    },
  }
}
