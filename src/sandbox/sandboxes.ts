import { dirname, join, relative } from "node:path"
import { createSerial } from "../platform/disk/serial.ts"
import { type Command, CommandFailed } from "../platform/process/command.ts"
import { removeAsNamespaceRoot } from "./args.ts"
import type { ContainerPlan } from "./container.ts"
import { type Containers, createContainers } from "./containers.ts"
import type { LoopId } from "../lib/ids.ts"
import type { Sandboxes, SandboxSpec, StartFailed } from "./contract.ts"
import { deliverVault } from "./delivery.ts"
import { describePlan } from "./describe.ts"
import { inside, inspectionEnvironment, managedSettings } from "./environment.ts"
import { createInspections, inspectionIdleMs, type Inspections } from "./inspections.ts"
import { createLives } from "./lives.ts"
import type { SandboxNeeds } from "./needs.ts"
import { blockedRanges } from "./network.ts"
import { mappingFor, type PodmanHost } from "./podman-host.ts"
import {
  containerName,
  managedSettingsFile,
  networkFor,
  pluginFolder,
  planContainer,
  planInspection,
  sharedCheckouts,
  type PlanNeeds,
  specHash,
} from "./plan.ts"
import { hostAddresses, wayOpener } from "./outbound/way.ts"
import { createPlaced } from "./placed.ts"
import { createPreparing, type Prepared, type Preparing } from "./preparation.ts"
import { forNesting, seccompFile } from "./seccomp.ts"
import { inspectionFolder, openSeat, ownerInside, seatFolder } from "./seat.ts"
import { writeShared } from "./shared-file.ts"
import { sweepImages } from "./sweep.ts"
import { createToolImages, type ToolImages } from "./tool-images.ts"

/** One podman container per loop, spoken to over its link. Image and agent are got ready in the background. */
export function createSandboxes(needs: SandboxNeeds): Sandboxes {
  const { processes, disk, settings, workspace, host, log } = needs
  const stop = new AbortController()
  const preparing = createPreparing(needs, stop.signal)
  const guest = [inside.program, ...host.guestArguments]
  const containers = createContainers({ processes, program: settings.podman, workspace, guest, log })
  const share = createSharing(needs)
  const blocked = () => blockedRanges(hostAddresses(), needs.wayOut?.blockRanges() ?? [])
  const background = (what: string, work: () => Promise<unknown>) => needs.background.run(what, work)
  const planNeeds = (loop: LoopId, prepared: Prepared) => ({
    ...needs,
    ...prepared,
    server: host,
    sockets: seatFolder(needs.socketsFolder, loop),
  })

  const making = { containers, signal: stop.signal, seccomp: share.seccomp, blockedRanges: blocked }
  const tools = createToolImages({ ...needs, ...making, isRunning: (loop) => lives.running(loop) !== undefined })

  /** What a start would make now; undefined while it could make nothing. */
  const planOf = (spec: SandboxSpec) =>
    planNow(preparing, spec, async (prepared) =>
      planNeeds(spec.loop, { ...prepared, ...(await tools.planned(spec.loop, prepared)) }),
    )

  const lives = createLives({
    ...{ containers, log, planNeeds, background },
    async prepare(onStep, loop) {
      const preparation = await preparing.prepare(onStep)
      if (preparation.kind === "failed" || loop === undefined) return preparation
      const { prepared } = preparation
      return { kind: "prepared", prepared: { ...prepared, ...(await tools.furnish(loop, prepared, onStep)) } }
    },
    asFound: async ({ loop, image }, prepared) => ({ ...prepared, ...(await tools.found(loop, image, prepared)) }),
    deliver: (loop, box) => deliverVault(loop, box, needs),
    ...(needs.layOut && { layOut: needs.layOut }),
    async openSeat(sitting, podman, onLost) {
      await share.settings()
      await share.plugin()
      await share.seccomp(podman)
      const { containerIdleMs } = settings
      const seat = { ...needs, server: host, mapping: podman.ids, containerIdleMs, openWay: wayOpener(needs) }
      return openSeat(seat, sitting, onLost)
    },
    clearSeat: (loop) => disk.remove(seatFolder(needs.socketsFolder, loop)),
    blockedRanges: blocked,
  })
  const placed = createPlaced(lives, needs)
  const inspections = createInspecting({ needs, containers, preparing, shareSeccomp: share.seccomp, background })

  const sweep = () => sweepImages({ ...needs, containers, preparing, tools })
  let stopSweeping: (() => void) | undefined
  function sweepAndAgain(): void {
    needs.background.run("sweep unused images", sweep)
    stopSweeping = needs.clock.after(sweepMs, sweepAndAgain)
  }

  const getReady = () => needs.background.run("get sandboxes ready", () => preparing.prepare(() => undefined))

  return {
    start: (spec, options = {}) => abortable(placed.start(spec, options), options.signal),
    running: (loop) => lives.running(loop),
    inspect: (spec, { signal } = {}) => abortable(inspections.open(spec), signal),
    stop: placed.stop,
    async remove(loop) {
      await inspections.close(loop)
      await placed.remove(loop, containerName(workspace, loop))
      tools.forget(loop)
    },
    adopt: placed.adopt,
    giveAway: (folder) => giveAway(needs, preparing, folder),
    erase: (folder) => erase(needs, folder),
    begin() {
      stopSweeping = needs.clock.after(firstSweepMs, sweepAndAgain)
      getReady()
    },
    async checkAgain() {
      tools.lookAgain()
      await preparing.lookAgain()
      getReady()
    },
    describe: async (spec) => {
      const plan = await planOf(spec)
      return plan && describePlan(plan, spec, settings)
    },
    isStale: async (spec) => lives.running(spec.loop) !== undefined && isOld(await planOf(spec), containers),
    count: () => lives.loops().length,
    loops: () => lives.loops(),
    ...lookingAt(tools),
    async tryToolsAgain(loop) {
      const preparation = await preparing.prepare(() => undefined)
      if (preparation.kind === "prepared") await tools.again(loop, preparation.prepared)
    },
    health: preparing.health,
    onHealth: preparing.onHealth,
    sweep,
    async [Symbol.asyncDispose]() {
      stop.abort()
      stopSweeping?.()
      placed[Symbol.dispose]()
      await inspections.closeAll()
      await (settings.keepOnStop ? lives.leave() : lives.stopAll())
      await tools[Symbol.asyncDispose]()
    },
  }
}

const lookingAt = (tools: ToolImages): Pick<Sandboxes, "tools" | "toolVersions" | "onTools"> => ({
  tools: (loop) => tools.state(loop),
  toolVersions: (loop) => tools.versions(loop),
  onTools: (listener) => tools.onChange(listener),
})

/** The files that containers of all loops mount: for all of them the same, also when many start at once. */
function createSharing({ disk, host, runtimeFolder, plugin }: SandboxNeeds) {
  const serial = createSerial()
  const share = (path: string, content: string) =>
    serial(path, () => writeShared({ disk, server: host }, path, content))
  return {
    settings: () => share(managedSettingsFile(runtimeFolder), managedSettings),
    async plugin() {
      const root = pluginFolder(runtimeFolder)
      const folders = new Set([root, ...Object.keys(plugin).flatMap((path) => foldersAbove(join(root, path), root))])
      for (const folder of folders) {
        await disk.makeFolder(folder, 0o755)
        await disk.own(folder, host, 0o755)
      }
      for (const [path, text] of Object.entries(plugin)) await share(join(root, path), text)
    },
    /** Its path; undefined where containers get the engine's own. */
    async seccomp({ seccomp }: PodmanHost): Promise<string | undefined> {
      if (seccomp === undefined) return undefined
      const nested = forNesting(seccomp)
      await share(seccompFile(runtimeFolder, nested), nested)
      const path = seccompFile(runtimeFolder, seccomp)
      await share(path, seccomp)
      return path
    },
  }
}

/** From the outermost below `root` inwards. */
function foldersAbove(path: string, root: string): string[] {
  const folder = dirname(path)
  return relative(root, folder) === "" ? [] : [...foldersAbove(folder, root), folder]
}

async function giveAway(
  { processes, settings, host }: SandboxNeeds,
  preparing: Preparing,
  folder: string,
): Promise<void> {
  // A loop that is made before podman is there will have one once it is.
  const mapping = await mappingFor(await preparing.podman(), settings, host.uid)
  if (mapping.kind === "keep") return
  const [uid, gid] = ownerInside({ server: host, mapping })
  await processes.run({
    argv: ["chown", "--recursive", "--no-dereference", `${uid}:${gid}`, "--", folder],
    timeoutMs: 300_000,
  })
}

/**
 * Removes a folder and follows nothing. By the system's own program, because a tree of many thousand folders within
 * each other takes the runtime's own removal minutes.
 */
const removeTree = (folder: string): Command => ({ argv: ["rm", "-rf", "--", folder], timeoutMs: 300_000 })

async function erase({ processes, settings }: SandboxNeeds, folder: string): Promise<void> {
  try {
    await processes.run(removeTree(folder))
  } catch (error) {
    // What root inside made belongs to an id that only the user namespace may touch.
    if (!(error instanceof CommandFailed && /permission denied|not permitted/i.test(error.stderr))) throw error
    await processes.run(removeAsNamespaceRoot(settings.podman, folder))
  }
}

/** Whether there is a container in this plan's place that was made by another one. */
async function isOld(plan: ContainerPlan | undefined, containers: Containers): Promise<boolean> {
  const found = plan && (await containers.list()).find(({ name }) => name === plan.name)
  return plan !== undefined && found !== undefined && found.spec !== specHash(plan)
}

async function planNow(
  preparing: Preparing,
  spec: SandboxSpec,
  needsWith: (prepared: Prepared) => Promise<PlanNeeds>,
): Promise<ContainerPlan | undefined> {
  const found = await preparing.podman()
  const { image, agent } = preparing.health()
  if (found.kind !== "usable") return undefined
  const network = networkFor(spec, found.host)
  if (network.kind === "impossible") return undefined
  const { tag, id: imageId = tag } = image.state === "ready" ? image : { tag: "" }
  const claude = agent.state === "ready" ? agent.path : ""
  return planContainer(spec, network.by, await needsWith({ podman: found.host, image: tag, imageId, claude }))
}

interface Inspecting {
  needs: SandboxNeeds
  containers: Containers
  preparing: Preparing
  shareSeccomp(podman: PodmanHost): Promise<unknown>
  background(what: string, work: () => Promise<unknown>): void
}

/** The sandboxes that only look, each at a seat of its own beside its loop's. */
function createInspecting({ needs, containers, preparing, shareSeccomp, background }: Inspecting): Inspections {
  const { host: server, clock, log, disk } = needs
  const folderOf = (loop: LoopId) => inspectionFolder(needs.socketsFolder, loop)
  return createInspections({
    ...{ containers, clock, log, background },
    prepare: () => preparing.prepare(() => undefined),
    async plan(spec, prepared) {
      const checkouts = await madeCheckouts(spec, disk)
      return planInspection(spec, { ...needs, ...prepared, server, sockets: folderOf(spec.loop), checkouts })
    },
    async openSeat({ loop, identity }, podman, onLost) {
      await shareSeccomp(podman)
      const seat = { ...needs, server, mapping: podman.ids, serveGateway: undefined, containerIdleMs: inspectionIdleMs }
      const place = { folder: folderOf(loop), environment: inspectionEnvironment(loop) }
      return openSeat(seat, { loop, identity, ...place }, onLost)
    },
    leaveSeat: (loop) => disk.remove(folderOf(loop)),
  })
}

/** A loop that was never started since there are checkouts may have none. */
async function madeCheckouts({ contexts }: SandboxSpec, disk: Pick<SandboxNeeds["disk"], "exists">) {
  if (!contexts) return []
  const made = await Promise.all(sharedCheckouts.map((name) => disk.exists(contexts.folders[name])))
  return sharedCheckouts.filter((_, at) => made[at])
}

/** Not at once: a start has better things to do. */
const firstSweepMs = 10 * 60_000
const sweepMs = 24 * 3_600_000

/** Whoever loses interest stops waiting; the start itself goes on for the others. */
async function abortable<T>(start: Promise<T>, signal: AbortSignal | undefined): Promise<T | StartFailed> {
  if (!signal) return start
  const stopped = Promise.withResolvers<StartFailed>()
  const leave = () => stopped.resolve({ kind: "failed", reason: "stopped", detail: "The start was given up." })
  if (signal.aborted) leave()
  signal.addEventListener("abort", leave, { once: true })
  try {
    return await Promise.race([start, stopped.promise])
  } finally {
    signal.removeEventListener("abort", leave)
  }
}
