import type { LoopId, UserName } from "../lib/ids.ts"
import type { Box } from "./link/contract.ts"

/**
 * What the rest of the program may know of sandboxes. Nothing above assumes podman, or that a loop's files can be
 * opened as host paths once its sandbox has run: everything goes through a Box.
 */
export interface Sandboxes extends AsyncDisposable {
  /** Starts the loop's container or joins a start under way; 50 askers share one start. Never throws for what can go wrong. */
  start(
    spec: SandboxSpec,
    options?: { signal?: AbortSignal; onStep?: (step: StartStep) => void },
  ): Promise<StartOutcome>
  /** The running, linked box, if there is one. */
  running(loop: LoopId): Box | undefined
  /** TERM, five seconds, KILL; the container is kept for the next start. No-op when it does not run. */
  stop(loop: LoopId, reason: string): Promise<void>
  /** Stops and removes container, sockets and tmpfs. The loop's folders stay. */
  remove(loop: LoopId): Promise<void>
  /** After a server start: attach to containers of known loops with the same spec, remove the others. */
  adopt(known: (loop: LoopId) => Promise<SandboxSpec | undefined>): Promise<Adopted[]>
  /** Gives a folder the server made (never yet touched by a sandbox) to the sandbox user. */
  giveAway(folder: string): Promise<void>
  /** Removes a loop's folder, files of container root included. */
  erase(folder: string): Promise<void>
  /** What stands in the way of sandboxes on this host, and how the base image is coming along. */
  health(): SandboxHealth
  onHealth(listener: (health: SandboxHealth) => void): () => void
  /** Removes containers, images and folders of this workspace that nothing uses any more. */
  sweep(): Promise<void>
}

export interface SandboxSpec {
  loop: LoopId
  driver: UserName
  /** Host folders of this loop; all exist before the first start. */
  folders: { workdir: string; claudeState: string; home: string }
  /** Bare object stores the workdir borrows from: name → host path of `objects`. Mounted read-only at /opt/loopat/objects/<name>. */
  objects: Record<string, string>
  network: "open" | "allow-list" | "gateway-only"
  nested: boolean
  /** For /etc/gitconfig. */
  identity: { displayName: string; email: string }
}

export interface StartStep {
  /** `image`, `container`, `link`, `routes`, `ready` */
  step: string
  /** Words for a log line and a fold-out, in English. */
  text: string
}

export type StartOutcome = { kind: "ready"; box: Box } | StartFailed

export interface StartFailed {
  kind: "failed"
  reason:
    | "podman-missing"
    | "image-missing"
    | "agent-missing"
    | "no-space"
    | "no-memory"
    | "start-failed"
    | "link-failed"
    | "stopped"
  /** The last line from below, English, without secrets. */
  detail: string
  /** The exact command or setting that helps, if there is one. */
  remedy?: string
}

export interface Adopted {
  loop: LoopId
  outcome: "attached" | "removed"
  /** Ids of kept processes that still run inside. */
  kept: string[]
}

export interface SandboxHealth {
  podman: { state: "unknown" | "ok" | "missing" | "broken"; version?: string; detail?: string; remedy?: string }
  image: {
    state: "waiting" | "building" | "ready" | "failed"
    /** `registry`, `mirror`, `host`, `file`, `given` */
    source?: string
    tag?: string
    step?: string
    startedAt?: number
    log: string[]
    detail?: string
    remedy?: string
  }
  agent: {
    state: "waiting" | "fetching" | "ready" | "failed"
    version?: string
    path?: string
    detail?: string
    remedy?: string
  }
}
