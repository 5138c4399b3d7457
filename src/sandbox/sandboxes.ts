import { networkInterfaces } from "node:os"
import { createSerial } from "../platform/disk/serial.ts"
import { bestEffort } from "../platform/log.ts"
import { CommandFailed } from "../platform/process/command.ts"
import { removeAsNamespaceRoot, removeImage, removeTree } from "./args.ts"
import { createContainers } from "./containers.ts"
import type { Sandboxes, StartOutcome } from "./contract.ts"
import { inside, managedSettings } from "./environment.ts"
import { existingTags } from "./image.ts"
import { createLives } from "./lives.ts"
import type { SandboxNeeds } from "./needs.ts"
import { blockedRanges } from "./network.ts"
import { mappingFor } from "./podman-host.ts"
import { containerName, managedSettingsFile } from "./plan.ts"
import { createPreparing } from "./preparation.ts"
import { seccompFile } from "./seccomp.ts"
import { openSeat, ownerInside, seatFolder } from "./seat.ts"
import { writeShared } from "./shared-file.ts"

/** One podman container per loop, spoken to over its link. Image and agent are got ready in the background. */
export function createSandboxes(needs: SandboxNeeds): Sandboxes {
  const { processes, disk, settings, workspace, host, log } = needs
  const stop = new AbortController()
  const preparing = createPreparing(needs, stop.signal)
  const containers = createContainers({
    processes,
    program: settings.podman,
    workspace,
    guest: [inside.program, ...host.guestArguments],
    log,
  })
  const serial = createSerial()
  /** For all loops the same file, also when many start at once. */
  const share = (path: string, content: string) =>
    serial(path, () => writeShared({ disk, server: host }, path, content))

  const lives = createLives({
    containers,
    log,
    prepare: preparing.prepare,
    planNeeds: (loop, prepared) => ({
      ...needs,
      ...prepared,
      server: host,
      sockets: seatFolder(needs.socketsFolder, loop),
    }),
    async openSeat(sitting, podman, onLost) {
      await share(managedSettingsFile(needs.runtimeFolder), managedSettings)
      if (podman.seccomp !== undefined) await share(seccompFile(needs.runtimeFolder, podman.seccomp), podman.seccomp)
      const { containerIdleMs } = settings
      return openSeat({ ...needs, server: host, mapping: podman.ids, containerIdleMs }, sitting, onLost)
    },
    blockedRanges: () => blockedRanges(hostAddresses(), settings.blockRanges),
    background: (what, work) => needs.background.run(what, work),
  })

  async function sweep(): Promise<void> {
    const { image: base } = preparing.health()
    if (base.state !== "ready") return
    const used = new Set((await containers.list()).map(({ image }) => image))
    for (const image of await existingTags(needs)) {
      if (image === base.tag || used.has(image)) continue
      await bestEffort(log, "remove an unused image", () => processes.run(removeImage(settings.podman, image)))
      log.info("an unused image was removed", { image })
    }
  }

  let stopSweeping: (() => void) | undefined
  function sweepAndAgain(): void {
    needs.background.run("sweep unused images", sweep)
    stopSweeping = needs.clock.after(sweepMs, sweepAndAgain)
  }

  const getReady = () => needs.background.run("get sandboxes ready", () => preparing.prepare(() => undefined))

  return {
    start: (spec, { signal, onStep = () => undefined } = {}) => abortable(lives.start(spec, onStep), signal),
    running: (loop) => lives.running(loop),
    stop: (loop, reason) => lives.stop(loop, reason),
    async remove(loop) {
      await lives.remove(loop, containerName(workspace, loop))
      await disk.remove(seatFolder(needs.socketsFolder, loop))
    },
    adopt: (known) => lives.adopt(known),
    async giveAway(folder) {
      // A loop that is made before podman is there will have one once it is.
      const mapping = await mappingFor(await preparing.podman(), settings, host.uid)
      if (mapping.kind === "keep") return
      const [uid, gid] = ownerInside({ server: host, mapping })
      await processes.run({
        argv: ["chown", "--recursive", "--no-dereference", `${uid}:${gid}`, "--", folder],
        timeoutMs: 300_000,
      })
    },
    async erase(folder) {
      try {
        await processes.run(removeTree(folder))
      } catch (error) {
        // What root inside made belongs to an id that only the user namespace may touch.
        if (!(error instanceof CommandFailed && /permission denied|not permitted/i.test(error.stderr))) throw error
        await processes.run(removeAsNamespaceRoot(settings.podman, folder))
      }
    },
    begin() {
      stopSweeping = needs.clock.after(firstSweepMs, sweepAndAgain)
      getReady()
    },
    async checkAgain() {
      await preparing.lookAgain()
      getReady()
    },
    count: () => lives.count(),
    health: preparing.health,
    onHealth: preparing.onHealth,
    sweep,
    async [Symbol.asyncDispose]() {
      stop.abort()
      stopSweeping?.()
      await (settings.keepOnStop ? lives.leave() : lives.stopAll())
    },
  }
}

/** Not at once: a start has better things to do. */
const firstSweepMs = 10 * 60_000
const sweepMs = 24 * 3_600_000

const hostAddresses = (): string[] =>
  Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).map(({ address }) => address))

/** Whoever loses interest stops waiting; the start itself goes on for the others. */
async function abortable(start: Promise<StartOutcome>, signal: AbortSignal | undefined): Promise<StartOutcome> {
  if (!signal) return start
  const stopped = Promise.withResolvers<StartOutcome>()
  const leave = () => stopped.resolve({ kind: "failed", reason: "stopped", detail: "The start was given up." })
  if (signal.aborted) leave()
  signal.addEventListener("abort", leave, { once: true })
  try {
    return await Promise.race([start, stopped.promise])
  } finally {
    signal.removeEventListener("abort", leave)
  }
}
