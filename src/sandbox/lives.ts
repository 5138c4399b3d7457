import type { LoopId } from "../lib/ids.ts"
import { createSerial } from "../platform/disk/serial.ts"
import { bestEffort } from "../platform/log.ts"
import type { ContainerPlan, Network } from "./container.ts"
import type { FoundContainer } from "./containers.ts"
import type { Adopted, SandboxSpec, StartOutcome } from "./contract.ts"
import { hindered, startFailed } from "./failures.ts"
import { type Box, LinkFailed } from "./link/contract.ts"
import type { LostWhy } from "./link/loop-link.ts"
import type { Lives, LivesNeeds, OnStep } from "./lives-needs.ts"
import { containerName, networkFor, planContainer, specHash } from "./plan.ts"
import type { PodmanHost } from "./podman-host.ts"
import type { Prepared } from "./preparation.ts"
import { endPrograms, leaveAgain, type Seat, type Sitting } from "./seat.ts"
import { createSlots } from "./slots.ts"

export const createLives = (needs: LivesNeeds): Lives => new RunningLives(needs)

interface Life {
  name: string
  seat: Seat
  /** Set once the routes stand and the guest has greeted: only then may others see the box. */
  ready: boolean
  ending: boolean
}

interface BringingUp {
  spec: SandboxSpec
  network: Network
  prepared: Prepared
  onStep: OnStep
}

const greetMs = { first: 5_000, again: 10_000, restarted: 45_000 }
const startsAtOnce = 4
const stopSeconds = 5

class RunningLives implements Lives {
  readonly #needs: LivesNeeds
  readonly #serial = createSerial()
  readonly #slots = createSlots(startsAtOnce)
  readonly #lives = new Map<LoopId, Life>()
  readonly #starting = new Map<LoopId, { promise: Promise<StartOutcome>; listeners: Set<OnStep> }>()
  /** What podman has by our own doing, by container name; undefined before the first look. */
  #found: Promise<Map<string, FoundContainer>> | undefined
  /** What runs belongs to the next server. */
  #left = false

  constructor(needs: LivesNeeds) {
    this.#needs = needs
  }

  start(spec: SandboxSpec, onStep: OnStep): Promise<StartOutcome> {
    const under = this.#starting.get(spec.loop)
    if (under) {
      under.listeners.add(onStep)
      return under.promise
    }
    const listeners = new Set([onStep])
    const tell: OnStep = (step) => {
      for (const listener of listeners) listener(step)
    }
    const promise = this.#serial(spec.loop, () => this.#start(spec, tell)).finally(() =>
      this.#starting.delete(spec.loop),
    )
    this.#starting.set(spec.loop, { promise, listeners })
    return promise
  }

  running(loop: LoopId): Box | undefined {
    const life = this.#lives.get(loop)
    return life?.ready && !life.ending ? life.seat.link.current() : undefined
  }

  loops(): LoopId[] {
    return [...this.#lives.keys()].filter((loop) => this.running(loop))
  }

  stop(loop: LoopId, reason: string): Promise<void> {
    return this.#serial(loop, async () => {
      if (this.#lives.has(loop)) this.#needs.log.info("a sandbox stops", { loop, reason })
      await this.#end(loop)
    })
  }

  remove(loop: LoopId, name: string): Promise<void> {
    return this.#serial(loop, async () => {
      await this.#end(loop)
      await this.#removeContainer(name)
      // Before the next start of this loop, which opens its seat in the same folder.
      await this.#needs.clearSeat(loop)
    })
  }

  async adopt(known: (loop: LoopId) => Promise<SandboxSpec | undefined>): Promise<Adopted[]> {
    const found = [...(await this.#look()).values()]
    if (found.length === 0) return []
    const preparation = await this.#needs.prepare(() => undefined)
    const prepared = preparation.kind === "prepared" ? preparation.prepared : undefined
    const adopted = await Promise.all(found.map((one) => this.#adoptOne(one, known, prepared)))
    return adopted.filter((one) => one !== undefined)
  }

  async leave(): Promise<void> {
    this.#left = true
    const all = [...this.#lives.values()]
    this.#lives.clear()
    for (const life of all) life.ending = true
    await Promise.all(all.map((life) => life.seat[Symbol.asyncDispose]()))
  }

  async stopAll(): Promise<void> {
    this.#left = true
    await Promise.all([...this.#lives.keys()].map((loop) => this.#serial(loop, () => this.#end(loop))))
  }

  async #start(spec: SandboxSpec, onStep: OnStep): Promise<StartOutcome> {
    const box = this.running(spec.loop)
    if (box) return { kind: "ready", box }
    const preparation = await this.#needs.prepare(onStep, spec.loop)
    if (preparation.kind === "failed") return preparation
    const { prepared } = preparation
    const network = networkFor(spec, prepared.podman)
    if (network.kind === "impossible") return hindered(network.obstacle.code, network.obstacle)
    try {
      return await this.#slots(() => this.#bringUp({ spec, network: network.by, prepared, onStep }))
    } catch (error) {
      await bestEffort(this.#needs.log, "clean up after a failed start", () => this.#end(spec.loop))
      const failed = startFailed(error)
      this.#needs.log.warn("a sandbox did not start", { loop: spec.loop, reason: failed.reason, detail: failed.detail })
      return failed
    }
  }

  async #bringUp({ spec, network, prepared, onStep }: BringingUp): Promise<StartOutcome> {
    await this.#needs.layOut?.(spec.loop)
    const life = this.#lives.get(spec.loop) ?? (await this.#sit(spec, prepared))
    const plan = planContainer(spec, network, this.#needs.planNeeds(spec.loop, prepared))
    const before = (await this.#look()).get(plan.name)
    const reused = before?.spec === specHash(plan)
    if (before && !reused) onStep({ step: "container", text: "The container's settings changed; it is made anew." })
    if (!reused) await this.#make(plan, spec, onStep)
    let box: Box
    try {
      box = await this.#run(plan, life, prepared.podman)
    } catch (error) {
      if (!reused) throw error
      onStep({ step: "container", text: "The container did not start again; it is made anew." })
      this.#needs.log.warn("a stopped container did not start again", { loop: spec.loop, error })
      await this.#make(plan, spec, onStep)
      box = await this.#run(plan, life, prepared.podman)
    }
    await this.#needs.deliver(spec.loop, box)
    life.ready = true
    onStep({ step: "ready", text: "The sandbox is ready." })
    return { kind: "ready", box }
  }

  /** A new container in the place of whatever has its name. */
  async #make(plan: ContainerPlan, { loop, driver }: SandboxSpec, onStep: OnStep): Promise<void> {
    const { name, image } = plan
    const spec = specHash(plan)
    const found = await this.#look()
    if (found.has(name)) await this.#removeContainer(name)
    onStep({ step: "container", text: "Creating the container." })
    await this.#needs.containers.create(plan, spec)
    found.set(name, { name, loop, driver, spec, image, running: false })
  }

  async #run(plan: ContainerPlan, life: Life, podman: PodmanHost): Promise<Box> {
    await this.#needs.containers.start(plan, this.#needs.blockedRanges(), podman)
    return life.seat.link.greeted(greetMs.first)
  }

  async #sit(sitting: Sitting, prepared: Prepared): Promise<Life> {
    const { loop } = sitting
    const lost = (why: LostWhy) => {
      if (!life.ready || life.ending) return
      this.#needs.background(`look after the sandbox of ${loop}`, () => this.#recover(loop, life, why))
    }
    const { config } = prepared
    const seated = { ...sitting, ...(config !== undefined && { config }) }
    const seat = await this.#needs.openSeat(seated, prepared.podman, lost)
    if (this.#left) return leaveAgain(seat)
    const name = containerName(this.#needs.planNeeds(loop, prepared).workspace, loop)
    const life: Life = { name, seat, ready: false, ending: false }
    this.#lives.set(loop, life)
    return life
  }

  /** The link ended without our doing: the guest crashed and comes back by itself, or the container is gone. */
  async #recover(loop: LoopId, life: Life, why: LostWhy): Promise<void> {
    const { containers, log } = this.#needs
    if (why === "unhealthy") await bestEffort(log, "end a guest that hangs", () => containers.killGuest(life.name))
    try {
      await life.seat.link.greeted(why === "unhealthy" ? greetMs.restarted : greetMs.again)
      log.warn("a sandbox's guest was started again", { loop, why })
    } catch (error) {
      if (!(error instanceof LinkFailed)) throw error
      await this.#serial(loop, async () => {
        if (this.#lives.get(loop) !== life || life.seat.link.current()) return
        log.warn("a sandbox was lost", { loop, state: await containers.state(life.name) })
        await this.#end(loop)
      })
    }
  }

  /** Stops the container and leaves the seat. */
  async #end(loop: LoopId): Promise<void> {
    const life = this.#lives.get(loop)
    if (!life) return
    // Left also when podman fails: the next start begins with a seat of its own.
    await using seat = life.seat
    const box = seat.link.current()
    life.ending = true
    if (box) await bestEffort(this.#needs.log, "end what runs in a sandbox", () => endPrograms(box))
    await this.#needs.containers.stop(life.name, stopSeconds).finally(() => this.#lives.delete(loop))
  }

  async #removeContainer(name: string): Promise<void> {
    await this.#needs.containers.remove(name)
    ;(await this.#look()).delete(name)
  }

  #look(): Promise<Map<string, FoundContainer>> {
    this.#found ??= this.#needs.containers.list().then(
      (all) => new Map(all.map((one) => [one.name, one])),
      (error) => {
        this.#found = undefined
        throw error
      },
    )
    return this.#found
  }

  async #adoptOne(
    found: FoundContainer,
    known: (loop: LoopId) => Promise<SandboxSpec | undefined>,
    prepared: Prepared | undefined,
  ): Promise<Adopted | undefined> {
    const { loop } = found
    const spec = loop && (await known(loop))
    const attached = spec && prepared && (await this.#serial(spec.loop, () => this.#attach(spec, found, prepared)))
    if (attached === "kept for later") return undefined
    if (attached && attached !== "outdated") return attached
    await this.#removeContainer(found.name)
    this.#needs.log.info("a container without a use was removed", { name: found.name })
    return loop && { loop, outcome: "removed", kept: [], ...(attached && { outdated: true }) }
  }

  /** A container of an earlier server: stopped and fit for a later start, attached, or undefined when it must go. */
  async #attach(
    spec: SandboxSpec,
    found: FoundContainer,
    prepared: Prepared,
  ): Promise<Adopted | "kept for later" | "outdated" | undefined> {
    // Somebody was quicker: a message has started it since it was found.
    if (this.#lives.has(spec.loop)) return "kept for later"
    const network = networkFor(spec, prepared.podman)
    if (network.kind === "impossible") return undefined
    const furnished = await this.#needs.asFound({ ...found, loop: spec.loop }, prepared)
    const planFor = (one: Prepared) => planContainer(spec, network.by, this.#needs.planNeeds(spec.loop, one))
    const plan = asItWas(furnished, found)
      .map(planFor)
      .find((one) => specHash(one) === found.spec)
    if (!plan) return undefined
    if (!found.running) return "kept for later"
    try {
      const life = await this.#sit(spec, furnished)
      const box = await life.seat.link.greeted(greetMs.again)
      await this.#needs.containers.fence(plan, this.#needs.blockedRanges(), prepared.podman)
      const kept = (await box.kept()).filter(({ running }) => running).map(({ id }) => id)
      life.ready = true
      return { loop: spec.loop, outcome: "attached", kept }
    } catch (error) {
      if (this.#left) return "kept for later"
      this.#needs.log.warn("a running container did not answer", { loop: spec.loop, error })
      await this.#end(spec.loop)
      return error instanceof LinkFailed && error.kind === "version" ? "outdated" : undefined
    }
  }
}

/**
 * Another base image, or tools that its configuration names by now, are no reason to end what runs: they apply to the
 * next start.
 */
function asItWas({ config, ...prepared }: Prepared, { running, image }: FoundContainer): Prepared[] {
  const rest = { ...prepared, ...(running && { image }) }
  if (!running) return [{ ...rest, ...(config !== undefined && { config }) }]
  return [rest, { ...rest, config: config ?? "" }]
}
