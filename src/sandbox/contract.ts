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
  /**
   * A sandbox to look into the loop's working folder with, for people without its driver's credentials: read-only, no
   * network, no home, no vault, no gateway. Ends by itself after two idle minutes; joined when it is there already.
   */
  inspect(spec: SandboxSpec, options?: { signal?: AbortSignal }): Promise<InspectOutcome>
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
  /** Starts getting podman, image and agent binary ready; until then nothing is started or asked. */
  begin(): void
  /** Looks at this host again and tries again what failed. Resolves when podman was looked at. */
  checkAgain(): Promise<void>
  /** What this loop's sandbox is made of; undefined while this host cannot have one. */
  describe(spec: SandboxSpec): Promise<SandboxDescription | undefined>
  /** It runs, and was made before something changed: a restart would make it anew. */
  isStale(spec: SandboxSpec): Promise<boolean>
  /** How many run right now. */
  count(): number
  /** Which ones. */
  loops(): LoopId[]
  /** How it is with the loop's tools; undefined while there is nothing to say. */
  tools(loop: LoopId): ToolsState | undefined
  /** Versions of the tools its container was made with, by their names; empty: not known. */
  toolVersions(loop: LoopId): ReadonlyMap<string, string>
  /** With each loop of which something about its tools has changed. */
  onTools(listener: (loop: LoopId) => void): () => void
  /** Makes the image of a loop's tools again after a failure, in the background. */
  tryToolsAgain(loop: LoopId): Promise<void>
  /** What stands in the way of sandboxes here, and the base image. */
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
  /** Absent: the loop has no checkouts of shared contexts. */
  contexts?: ContextMounts
  /** Host folder of the records of other loops, to read only; there once `layOut` has resolved. */
  allLoops?: string
  /** Lie read-only on top of the agent's own state: name there → host path. */
  snapshot?: Readonly<Record<string, string>>
  network: "open" | "allow-list" | "gateway-only"
  nested: boolean
  /** Asked for this loop, where the workspace's own hardening is less. */
  hardening?: "strict"
  /** Instead of the usual ones; memory in bytes. */
  limits?: { cpus?: number; memory?: number }
  /** For /etc/gitconfig. */
  identity: { displayName: string; email: string }
  /** Outside addresses that git inside fetches from the server instead, and pushes to as ever. */
  copies?: readonly { address: string; here: string }[]
}

export interface ContextMounts {
  /** Host folders of the checkouts, mounted at /loopat/context/<name>; they are there once `layOut` has resolved. */
  folders: Readonly<Record<"knowledge" | "notes" | "personal" | "repos", string>>
  /** Object stores that they borrow from, mounted read-only at /opt/loopat/objects/@<name>. No repository is called so. */
  objects: Readonly<Record<"knowledge" | "notes" | "personal", string>>
}

/** The tools that a loop is to have: texts of its composed `mise.toml` and `mise.lock`, and who names them. */
export interface ToolChain {
  config: string
  lock?: string
  tier: "team"
}

/** Why there is no image with a loop's tools. */
export type ToolsFault = Obstacle<
  "unreadable" | "no-installer" | "no-network" | "not-installed" | "timeout" | "no-space" | "other"
>

/** The building of an image with tools, for everybody who waits for it. */
export interface ToolsRun {
  startedAt: number
  step?: { name: "begin" | "tool" | "links" | "store"; tool?: string; number: number; of: number; at: number }
  /** No output since then, for a minute or longer. */
  quietSince?: number
  /** How long the last image of this kind took, in milliseconds. */
  lastTook?: number
  /** The whole log; it grows. */
  log: readonly string[]
}

/** Why a loop's tools did not come to be, so that it works without them. */
export interface ToolsFailure {
  at: number
  fault: ToolsFault
  /** The one that was not to be had; undefined: none in particular. */
  tool?: string
  /** The last lines of the build. */
  lines: readonly string[]
  tier: ToolChain["tier"]
}

/** How it is with a loop's tools, where that is worth a word. */
export type ToolsState =
  | { state: "building"; run: ToolsRun }
  | { state: "failed"; failure: ToolsFailure }
  /** They are there by now, and the running sandbox was made without them. */
  | { state: "restart" }

/** What a place inside is. `link` is how it is spoken to, `loopat` belongs to the program, `memory` is gone with a stop. */
export type MountOrigin =
  | "workdir"
  | "knowledge"
  | "notes"
  | "personal"
  | "repos"
  | "loops"
  | "agent-state"
  | "snapshot"
  | "home"
  | "repository"
  | "link"
  | "agent"
  | "settings"
  | "identity"
  | "tools"
  | "loopat"
  | "memory"

export interface SandboxDescription {
  /** `name`: of the repository; `size`: of memory, as in the settings. */
  mounts: { to: string; mode: "rw" | "ro"; origin: MountOrigin; name?: string; size?: string }[]
  /** Names of what every program gets. */
  variables: string[]
  /** Absent where this host cannot enforce it. `memory` in bytes. */
  limits: { cpus?: number; memory?: number; pids?: number; openFiles: number; tmp: string }
  /** `nested`: containers can be started inside. */
  hardening: "standard" | "strict" | "nested"
  hostname: string
  image: string
  identity: SandboxSpec["identity"]
}

export interface StartStep {
  /** `image`, `program`, `tools`, `container`, `link`, `routes`, `ready` */
  step: string
  /** Words for a log line and a fold-out, in English. */
  text: string
}

export type StartOutcome = { kind: "ready"; box: Box } | StartFailed

/** `no-place`: as many loops as may be looked at are being looked at. */
export type InspectOutcome = StartOutcome | { kind: "no-place" }

export interface StartFailed {
  kind: "failed"
  reason:
    | (HostObstacle | NetworkObstacle)["code"]
    | "image-missing"
    | "agent-missing"
    | "no-space"
    | "no-memory"
    | "start-failed"
    | "link-failed"
    | "link-version"
    | "stopped"
  /** The last line from below, English, without secrets. */
  detail: string
  /** The exact command or setting that helps, if there is one. */
  remedy?: string
}

export interface Adopted {
  loop: LoopId
  outcome: "attached" | "removed"
  /** It was removed because another version of this program runs in it. */
  outdated?: true
  /** Ids of kept processes that still run inside. */
  kept: string[]
}

/** What stands in the way of sandboxes. The code picks the words that people read; the rest has no language. */
export interface Obstacle<Code extends string = string> {
  code: Code
  /** The last line from below, as the program below said it. */
  detail: string
  /** A shell line that helps. */
  command?: string
}

export type HostObstacle = Obstacle<"podman-missing" | "podman-old" | "podman-broken" | "ids-missing" | "path-long">
export type NetworkObstacle = Obstacle<"no-user-network" | "no-tunnel">

export interface SandboxHealth {
  podman: PodmanHealth
  image: ImageHealth
  agent: AgentHealth
}

export type PodmanHealth =
  | { state: "unknown" }
  | {
      state: "ok"
      version: string
      rootless: boolean
      /** First of the 65,536 host ids that containers get; undefined: the server's own user and its subordinate ids. */
      firstId?: number
      network?: NetworkObstacle
      /** Limits that this host cannot enforce. */
      unlimited: readonly ("cpu" | "memory" | "pids")[]
    }
  | { state: "unusable"; version?: string; obstacle: HostObstacle }

export type ImageSource = "registry" | "mirror" | "host" | "file" | "given"
/** Steps of making a base image, in their order; which of them a source needs is the recipe's matter. */
export type ImageStep =
  | "get"
  | "collect"
  | "unpack"
  | "user"
  | "packages"
  | "root"
  | "containers"
  | "folders"
  | "tools"
  | "hosts"
  | "check"
  | "pack"
  | "store"

/** Why a source gave no image. */
export type ImageFault = Obstacle<
  "unreachable" | "refused" | "unknown-image" | "no-program" | "no-file" | "no-space" | "checksum" | "timeout" | "other"
>

/** A source that was tried; `fault` when it did not work. `from`: the reference, mirror or file that was asked. */
export interface ImageTry {
  source: ImageSource
  from?: string
  fault?: ImageFault
}

export type ImageHealth =
  | { state: "waiting" }
  | {
      state: "building"
      startedAt: number
      /** The last one is under way. */
      tries: readonly ImageTry[]
      step?: { name: ImageStep; number: number; of: number; at: number }
      /** No output since then, for a minute or longer. */
      quietSince?: number
      /** How long the last image of this source took, in milliseconds. */
      lastTook?: number
      /** The whole log of this run; it grows. */
      log: readonly string[]
    }
  | {
      state: "ready"
      source: ImageSource
      from?: string
      tag: string
      /** podman's id, whole. */
      id?: string
      madeAt?: number
      took?: number
      tries: readonly ImageTry[]
      log: readonly string[]
    }
  | { state: "failed"; at: number; fault: ImageFault; tries: readonly ImageTry[]; log: readonly string[] }

export type AgentHealth =
  | { state: "waiting" }
  | { state: "fetching"; version: string; startedAt: number }
  /** `verified`: it has the published checksum. `given`: the operator's own choice, taken as it is. */
  | { state: "ready"; version?: string; path: string; proof: "verified" | "given" }
  | { state: "failed"; version?: string; fault: Obstacle<"no-binary" | "not-fetched" | "checksum" | "no-space"> }
