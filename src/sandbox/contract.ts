import type { LoopId, UserName } from "../lib/ids.ts"

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

/** One running sandbox, through its link. Every call may fail with LinkFailed when the link or the guest is gone. */
export interface Box {
  readonly loop: LoopId
  /** Aborts when the box is gone: stopped, crashed or unreachable. `reason` says which. */
  readonly gone: AbortSignal
  /** Starts a program as `loopat`; it and everything it started end with the operation. */
  run(request: RunRequest): Promise<BoxProcess>
  /** Runs to the end and collects; for short things. */
  capture(
    request: RunRequest,
    limits?: { timeoutMs?: number; maxOutput?: number },
  ): Promise<{ code: number | null; stdout: string; stderr: string }>
  /** Starts a program that outlives this connection and this server, under an id. */
  keep(id: string, request: RunRequest): Promise<KeptProcess>
  /** Joins one that runs (or ran). Output since the last `acknowledge` is replayed first. Undefined: no such id. */
  attach(id: string): Promise<KeptProcess | undefined>
  kept(): Promise<{ id: string; running: boolean }[]>
  /** TERM, two seconds, KILL to everything that carries the id's mark, detached children included; then forgets it. */
  endKept(id: string): Promise<void>
  files: BoxFiles
  /** A TCP connection to a port on the container's loopback. */
  connect(
    port: number,
  ): Promise<{ readable: ReadableStream<Uint8Array>; writable: WritableStream<Uint8Array>; close(): void }>
  /** Programs inside: pid, parent, command line cut at 4 KiB, kept id if marked. */
  processes(): Promise<{ pid: number; parent: number; command: string; mark?: string }[]>
  /** Bytes and microseconds from the cgroup. */
  stats(): Promise<{ memory: number; cpuMicros: number; pids: number }>
}

export interface RunRequest {
  argv: readonly [string, ...string[]]
  cwd?: string
  env?: Readonly<Record<string, string>>
  pty?: { columns: number; rows: number }
}

export interface BoxProcess extends AsyncDisposable {
  write(bytes: Uint8Array | string): Promise<void>
  closeInput(): Promise<void>
  readonly stdout: ReadableStream<Uint8Array>
  readonly stderr: ReadableStream<Uint8Array>
  /** Resolves once; null code with a signal, or both null when the link was lost. Never rejects. */
  readonly exited: Promise<{ code: number | null; signal: string | null }>
  signal(name: "SIGINT" | "SIGTERM" | "SIGKILL"): Promise<void>
  resize(columns: number, rows: number): Promise<void>
}

export interface KeptProcess extends BoxProcess {
  readonly id: string
  /** True when output before the first replayed byte was dropped because its buffer was full. */
  readonly overflowed: boolean
  /** Everything up to here is safe on the server: the guest may drop `bytes` more of stdout from the start of its buffer. */
  acknowledge(bytes: number): Promise<void>
  /** Leaves without ending it. Disposing detaches too. */
  detach(): void
}

/** Paths are relative to a named root and resolved inside the sandbox without leaving it. */
export interface BoxFiles {
  read(root: Root, path: string, options?: { offset?: number; maxBytes?: number }): Promise<Uint8Array>
  write(root: Root, path: string, content: Uint8Array | string): Promise<void>
  list(root: Root, path: string, options?: { maxEntries?: number }): Promise<{ entries: FileEntry[]; more: boolean }>
  stat(root: Root, path: string): Promise<FileEntry | undefined>
  makeFolder(root: Root, path: string): Promise<void>
  move(root: Root, from: string, to: string): Promise<void>
  remove(root: Root, path: string): Promise<void>
}

export type Root = "workdir" | "home" | "claude-state"

export interface FileEntry {
  name: string
  kind: "file" | "folder" | "link" | "other"
  size: number
  /** Milliseconds since the epoch, as claimed from inside. */
  modified: number
}

export class LinkFailed extends Error {
  override readonly name = "LinkFailed"

  constructor(
    readonly kind: "gone" | "timeout" | "refused" | "protocol" | "limit",
    message: string,
    /** With `refused`: what the guest found, as `missing`, `exists`, `denied`, `escape`, `kind`, `limit`… */
    readonly because?: string,
  ) {
    super(message)
  }
}
