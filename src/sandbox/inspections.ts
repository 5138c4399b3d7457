import type { LoopId } from "../lib/ids.ts"
import type { Clock } from "../platform/clock.ts"
import { createSerial } from "../platform/disk/serial.ts"
import { bestEffort, type Log } from "../platform/log.ts"
import type { ContainerPlan } from "./container.ts"
import type { Containers } from "./containers.ts"
import type { InspectOutcome, SandboxSpec } from "./contract.ts"
import { startFailed } from "./failures.ts"
import type { Box } from "./link/contract.ts"
import { specHash } from "./plan.ts"
import type { PodmanHost } from "./podman-host.ts"
import type { Preparation, Prepared } from "./preparation.ts"
import type { Seat } from "./seat.ts"

export interface InspectionsNeeds {
  containers: Containers
  clock: Clock
  log: Log
  prepare(): Promise<Preparation>
  plan(spec: SandboxSpec, prepared: Prepared): Promise<ContainerPlan>
  /** `onLost`: the guest went away. */
  openSeat(spec: SandboxSpec, podman: PodmanHost, onLost: () => void): Promise<Seat>
  /** After its seat was left. */
  leaveSeat(loop: LoopId): Promise<void>
  background(what: string, work: () => Promise<unknown>): void
}

/** Sandboxes that only look: for loops whose own does not run, and for people who may not start it. */
export interface Inspections {
  open(spec: SandboxSpec): Promise<InspectOutcome>
  close(loop: LoopId): Promise<void>
  closeAll(): Promise<void>
}

export const inspectionIdleMs = 2 * 60_000
const mostInspections = 4
const greetMs = 10_000
const stopSeconds = 1

interface Inspection {
  name: string
  seat: Seat
  /** Milliseconds of the clock. */
  usedAt: number
  stopWaiting: () => void
}

export function createInspections(needs: InspectionsNeeds): Inspections {
  const { containers, clock, log } = needs
  const serial = createSerial()
  const open = new Map<LoopId, Inspection>()
  /** Places that are taken, those of starts under way too. */
  const places = new Set<LoopId>()
  let over = false

  async function close(loop: LoopId): Promise<void> {
    const inspection = open.get(loop)
    if (!inspection) return
    open.delete(loop)
    inspection.stopWaiting()
    await bestEffort(log, "stop a look into a loop", () => containers.stop(inspection.name, stopSeconds))
    await bestEffort(log, "remove a look into a loop", () => containers.remove(inspection.name))
    await inspection.seat[Symbol.asyncDispose]()
    await needs.leaveSeat(loop)
    places.delete(loop)
  }

  const closeInTurn = (loop: LoopId) => serial(loop, () => close(loop))

  function use(loop: LoopId, inspection: Inspection, box: Box): InspectOutcome {
    inspection.usedAt = clock.now()
    wait(loop, inspection)
    return { kind: "ready", box }
  }

  /** Idle time begins anew with each use, and does not run while something is under way. */
  function wait(loop: LoopId, inspection: Inspection): void {
    inspection.stopWaiting()
    inspection.stopWaiting = clock.after(inspectionIdleMs, () => {
      if (inspection.seat.link.isBusy()) return wait(loop, inspection)
      needs.background("end an idle look into a loop", () => closeInTurn(loop))
    })
  }

  /** False: all places are in use. The one that nobody has used for longest makes room. */
  async function takePlace(loop: LoopId): Promise<boolean> {
    if (places.size >= mostInspections) {
      const idle = [...open].filter(([, { seat }]) => seat.link.current() && !seat.link.isBusy())
      const [oldest] = idle.sort(([, a], [, b]) => a.usedAt - b.usedAt)
      if (oldest) await closeInTurn(oldest[0])
    }
    if (places.size >= mostInspections || over) return false
    places.add(loop)
    return true
  }

  async function start(spec: SandboxSpec): Promise<InspectOutcome> {
    const { loop } = spec
    const there = open.get(loop)
    const box = there?.seat.link.current()
    if (there && box) return use(loop, there, box)
    await close(loop)
    const preparation = await needs.prepare()
    if (preparation.kind === "failed") return preparation
    if (!(await takePlace(loop))) return { kind: "no-place" }
    try {
      return await bringUp(spec, preparation.prepared)
    } catch (error) {
      await close(loop)
      places.delete(loop)
      const failed = startFailed(error)
      log.warn("a look into a loop did not start", { loop, reason: failed.reason, detail: failed.detail })
      return failed
    }
  }

  async function bringUp(spec: SandboxSpec, prepared: Prepared): Promise<InspectOutcome> {
    const { loop } = spec
    const plan = await needs.plan(spec, prepared)
    const lost = () => needs.background("clear away a look that ended", () => closeInTurn(loop))
    const seat = await needs.openSeat(spec, prepared.podman, lost)
    const inspection: Inspection = { name: plan.name, seat, usedAt: clock.now(), stopWaiting: () => undefined }
    open.set(loop, inspection)
    await containers.create(plan, specHash(plan))
    await containers.start(plan, [], prepared.podman)
    return use(loop, inspection, await seat.link.greeted(greetMs))
  }

  return {
    open: (spec) => serial(spec.loop, () => start(spec)),
    close: closeInTurn,
    async closeAll() {
      over = true
      await Promise.all([...new Set([...places, ...open.keys()])].map(closeInTurn))
    },
  }
}
