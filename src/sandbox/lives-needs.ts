import type { LoopId } from "../lib/ids.ts"
import type { Log } from "../platform/log.ts"
import type { Containers, FoundContainer } from "./containers.ts"
import type { Adopted, SandboxSpec, StartOutcome, StartStep } from "./contract.ts"
import type { Box } from "./link/contract.ts"
import type { LostWhy } from "./link/loop-link.ts"
import type { PlanNeeds } from "./plan.ts"
import type { PodmanHost } from "./podman-host.ts"
import type { Preparation, Prepared } from "./preparation.ts"
import type { Seat, Sitting } from "./seat.ts"

export interface LivesNeeds {
  containers: Containers
  log: Log
  /**
   * May take minutes on a new machine, and says what it does meanwhile. With the image that this loop is to have; without
   * a loop with the base image.
   */
  prepare(onStep: OnStep, loop?: LoopId): Promise<Preparation>
  /** As a container of an earlier server was prepared, as far as the loop's tools say so now. */
  asFound(container: FoundContainer & { loop: LoopId }, prepared: Prepared): Promise<Prepared>
  layOut?(loop: LoopId): Promise<void>
  /** Before anybody may see the box of a start. */
  deliver(loop: LoopId, box: Box): Promise<void>
  planNeeds(loop: LoopId, prepared: Prepared): PlanNeeds
  openSeat(sitting: Sitting, podman: PodmanHost, onLost: (why: LostWhy) => void): Promise<Seat>
  /** Removes what a seat leaves behind, once nothing has it mounted any more. */
  clearSeat(loop: LoopId): Promise<void>
  blockedRanges(): string[]
  background(what: string, work: () => Promise<unknown>): void
}

export type OnStep = (step: StartStep) => void

/** The running containers of this server, each with its seat. */
export interface Lives {
  start(spec: SandboxSpec, onStep: OnStep): Promise<StartOutcome>
  running(loop: LoopId): Box | undefined
  loops(): LoopId[]
  stop(loop: LoopId, reason: string): Promise<void>
  remove(loop: LoopId, name: string): Promise<void>
  adopt(known: (loop: LoopId) => Promise<SandboxSpec | undefined>): Promise<Adopted[]>
  /** Leaves all seats; containers go on until their idle time. */
  leave(): Promise<void>
  stopAll(): Promise<void>
}
