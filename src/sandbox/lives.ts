import type { LoopId } from "../lib/ids.ts"
import { createSerial } from "../platform/disk/serial.ts"
import { bestEffort, type Log } from "../platform/log.ts"
import type { Network } from "./args.ts"
import type { Containers, FoundContainer } from "./containers.ts"
import { type Adopted, type Box, LinkFailed, type SandboxSpec, type StartOutcome, type StartStep } from "./contract.ts"
import { startFailed } from "./failures.ts"
import { containerName, networkFor, planContainer, type PlanNeeds, specHash } from "./plan.ts"
import type { PodmanHost } from "./podman-host.ts"
import type { Seat } from "./seat.ts"

/** What must be there before a container can start; each may take a while and reports its steps. */
export interface Prepared {
  podman: PodmanHost
  image: string
  claude: string
}
export type Preparation = { kind: "prepared"; prepared: Prepared } | Extract<StartOutcome, { kind: "failed" }>

export interface LivesNeeds {
  containers: Containers
  log: Log
  prepare(onStep: (step: StartStep) => void): Promise<Preparation>
  /** As `prepare`, without waiting for anything to be fetched or built. */
  prepared(): Promise<Prepared | undefined>
  planNeeds(loop: LoopId, prepared: Prepared): PlanNeeds
  openSeat(loop: LoopId, podman: PodmanHost, onLost: (why: "closed" | "unhealthy") => void): Promise<Seat>
  blockedRanges(): string[]
  background(what: string, work: () => Promise<unknown>): void
}

/** The running containers of this server, each with its seat. */
export interface Lives {
  start(spec: SandboxSpec, onStep: (step: StartStep) => void): Promise<StartOutcome>
  running(loop: LoopId): Box | undefined
  stop(loop: LoopId, reason: string): Promise<void>
  remove(loop: LoopId, name: string): Promise<void>
  adopt(known: (loop: LoopId) => Promise<SandboxSpec | undefined>): Promise<Adopted[]>
  /** Leaves all seats; containers go on until their idle time. */
  leave(): Promise<void>
  stopAll(): Promise<void>
}

interface Life {
  name: string
  seat: Seat
  /** Set once the routes stand and the guest has greeted: only then may others see the box. */
  ready: boolean
  ending: boolean
}

const greetMs = 5_000
const regreetMs = 10_000
const restartGreetMs = 45_000
const atOnce = 4

export function createLives(needs: LivesNeeds): Lives {
  const { containers, log } = needs
  const serial = createSerial()
  const lives = new Map<LoopId, Life>()
  const starting = new Map<LoopId, Promise<StartOutcome>>()
  const slots = createSlots(atOnce)
  /** What podman had when we last looked, by container name; absent before the first look. */
  let known: Map<string, FoundContainer> | undefined

  const running = (loop: LoopId): Box | undefined => {
    const life = lives.get(loop)
    return life?.ready && !life.ending ? life.seat.link.current() : undefined
  }

  async function look(): Promise<Map<string, FoundContainer>> {
    known ??= new Map((await containers.list()).map((found) => [found.name, found]))
    return known
  }

  async function startNow(spec: SandboxSpec, onStep: (step: StartStep) => void): Promise<StartOutcome> {
    const box = running(spec.loop)
    if (box) return { kind: "ready", box }
    const preparation = await needs.prepare(onStep)
    if (preparation.kind === "failed") return preparation
    const { prepared } = preparation
    const network = networkFor(spec, prepared.podman)
    if (!network) return noNetwork
    try {
      return await slots(() => bringUp(spec, network, prepared, onStep))
    } catch (error) {
      await bestEffort(log, "clean up after a failed start", () => end(spec.loop))
      return startFailed(error)
    }
  }

  async function bringUp(
    spec: SandboxSpec,
    network: Network,
    prepared: Prepared,
    onStep: (step: StartStep) => void,
  ): Promise<StartOutcome> {
    const life = lives.get(spec.loop) ?? (await sit(spec, prepared))
    const plan = planContainer(spec, network, needs.planNeeds(spec.loop, prepared))
    const hash = specHash(plan)
    const before = (await look()).get(plan.name)
    if (before && before.spec !== hash) {
      onStep({ step: "container", text: "The container's settings changed; it is made anew." })
      await containers.remove(plan.name)
      known?.delete(plan.name)
    }
    if (!known?.has(plan.name)) {
      onStep({ step: "container", text: "Creating the container." })
      await containers.create(plan, hash)
    }
    const found = {
      name: plan.name,
      loop: spec.loop,
      driver: spec.driver,
      spec: hash,
      image: plan.image,
      running: true,
    }
    known?.set(plan.name, found)
    onStep({ step: "link", text: "Starting the container." })
    await containers.start(plan, needs.blockedRanges(), prepared.podman)
    const box = await life.seat.link.greeted(greetMs)
    life.ready = true
    onStep({ step: "ready", text: "The sandbox is ready." })
    return { kind: "ready", box }
  }

  async function sit(spec: Pick<SandboxSpec, "loop">, prepared: Prepared): Promise<Life> {
    const { loop } = spec
    const seat = await needs.openSeat(loop, prepared.podman, (why) => {
      if (!life.ending && life.ready)
        needs.background(`look after the sandbox of ${loop}`, () => recover(loop, life, why))
    })
    const life: Life = {
      name: containerName(needs.planNeeds(loop, prepared).workspace, loop),
      seat,
      ready: false,
      ending: false,
    }
    lives.set(loop, life)
    return life
  }

  /** The link ended without our doing: the guest crashed and comes back by itself, or the container is gone. */
  async function recover(loop: LoopId, life: Life, why: "closed" | "unhealthy"): Promise<void> {
    if (why === "unhealthy") await bestEffort(log, "end a guest that hangs", () => containers.killGuest(life.name))
    try {
      await life.seat.link.greeted(why === "unhealthy" ? restartGreetMs : regreetMs)
      log.warn("a sandbox's guest was started again", { loop })
    } catch (error) {
      if (!(error instanceof LinkFailed)) throw error
      if (life.ending || lives.get(loop) !== life) return
      log.warn("a sandbox was lost", { loop, state: await containers.state(life.name) })
      await serial(loop, () => end(loop))
    }
  }

  /** Stops the container and leaves the seat. */
  async function end(loop: LoopId): Promise<void> {
    const life = lives.get(loop)
    if (!life) return
    const box = life.seat.link.current()
    life.ending = true
    if (box) await bestEffort(log, "end what runs in a sandbox", () => endPrograms(box))
    await containers.stop(life.name, stopSeconds)
    const found = known?.get(life.name)
    if (found) known?.set(life.name, { ...found, running: false })
    lives.delete(loop)
    await life.seat[Symbol.asyncDispose]()
  }

  return {
    start(spec, onStep) {
      const under = starting.get(spec.loop)
      if (under) return under
      const mine = serial(spec.loop, () => startNow(spec, onStep)).finally(() => starting.delete(spec.loop))
      starting.set(spec.loop, mine)
      return mine
    },
    running,
    stop: (loop, reason) =>
      serial(loop, async () => {
        if (lives.has(loop)) log.info("a sandbox stops", { loop, reason })
        await end(loop)
      }),
    remove: (loop, name) =>
      serial(loop, async () => {
        await end(loop)
        await containers.remove(name)
        known?.delete(name)
      }),
    async adopt(isKnown) {
      const prepared = await needs.prepared()
      const adopted: Adopted[] = []
      for (const found of (await look()).values()) {
        const { loop } = found
        const spec = loop && (await isKnown(loop))
        const one = loop && spec && prepared && (await serial(loop, () => attach(spec, found, prepared)))
        if (one === "stopped") continue
        if (one) {
          adopted.push(one)
          continue
        }
        await containers.remove(found.name)
        known?.delete(found.name)
        log.info("a container without a use was removed", { name: found.name })
        if (loop) adopted.push({ loop, outcome: "removed", kept: [] })
      }
      return adopted
    },
    async leave() {
      const all = [...lives.values()]
      lives.clear()
      for (const life of all) life.ending = true
      await Promise.all(all.map((life) => life.seat[Symbol.asyncDispose]()))
    },
    async stopAll() {
      await Promise.all([...lives.keys()].map((loop) => serial(loop, () => end(loop))))
    },
  }

  /** A container of an earlier server: `stopped` and fit for a later start, attached, or undefined when it must go. */
  async function attach(
    spec: SandboxSpec,
    found: FoundContainer,
    prepared: Prepared,
  ): Promise<Adopted | "stopped" | undefined> {
    const network = networkFor(spec, prepared.podman)
    // Another base image is no reason to end what runs: it applies to the next start.
    const image = found.running ? found.image : prepared.image
    const plan = network && planContainer(spec, network, needs.planNeeds(spec.loop, { ...prepared, image }))
    if (!plan || specHash(plan) !== found.spec) return undefined
    if (!found.running) return "stopped"
    const life = await sit(spec, prepared)
    try {
      const box = await life.seat.link.greeted(regreetMs)
      if (plan.network !== "none") await containers.block(plan.name, needs.blockedRanges(), prepared.podman)
      const kept = (await box.kept()).filter(({ running: runs }) => runs).map(({ id }) => id)
      life.ready = true
      return { loop: spec.loop, outcome: "attached", kept }
    } catch (error) {
      log.warn("a running container did not answer", { loop: spec.loop, error })
      await end(spec.loop)
      return undefined
    }
  }
}

const stopSeconds = 5

const noNetwork: StartOutcome = {
  kind: "failed",
  reason: "start-failed",
  detail: "this host has no user-mode network for containers",
  remedy: "sudo apt-get install slirp4netns",
}

/** TERM and then KILL to everything that was kept; the rest ends with its connections. */
async function endPrograms(box: Box): Promise<void> {
  const kept = await box.kept()
  await Promise.all(kept.map(({ id }) => box.endKept(id)))
}

/** Twenty starts at once must not mean twenty containers being set up at once. */
function createSlots(count: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = count
  const queue: (() => void)[] = []
  return async (work) => {
    if (free > 0) free--
    else await new Promise<void>((resolve) => queue.push(resolve))
    try {
      return await work()
    } finally {
      const next = queue.shift()
      if (next) next()
      else free++
    }
  }
}
