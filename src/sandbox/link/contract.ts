import type { LoopId } from "../../lib/ids.ts"
import type { Delivered } from "./protocol.ts"

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
  /**
   * Joins one that runs (or ran). Output since the last `acknowledge` is replayed first; of a terminal its last 256 KiB,
   * or what came after `from`. Undefined: no such id.
   */
  attach(id: string, view?: TerminalView): Promise<KeptProcess | undefined>
  kept(): Promise<{ id: string; running: boolean }[]>
  /** TERM, two seconds, KILL to everything that carries the id's mark, detached children included; then forgets it. */
  endKept(id: string): Promise<void>
  files: BoxFiles
  /**
   * Makes the folder `to` hold exactly these, for the sandbox's user alone, and links each top-level entry from the home.
   * What was moved away from there for it, and what could not be put there, as claimed from inside.
   */
  deliver(to: string, files: readonly VaultFile[]): Promise<Delivered>
  /** A TCP connection to a port on the container's loopback. */
  connect(
    port: number,
  ): Promise<{ readable: ReadableStream<Uint8Array>; writable: WritableStream<Uint8Array>; close(): void }>
  /** Programs inside: pid, parent, command line cut at 4 KiB, mark of what the guest started. */
  processes(): Promise<{ pid: number; parent: number; command: string; mark?: string }[]>
  /**
   * Bytes and microseconds from the cgroup. `kills`: programs that were ended for want of memory; `refusals`: programs
   * that did not start for want of processes; both since the container's start.
   */
  stats(): Promise<{
    memory: number
    cpuMicros: number
    pids: number
    kills?: number | undefined
    refusals?: number | undefined
  }>
}

/** A file of a vault: `path` below the home. */
export interface VaultFile {
  path: string
  content: Uint8Array
  executable: boolean
}

export interface RunRequest {
  argv: readonly [string, ...string[]]
  cwd?: string
  env?: Readonly<Record<string, string>>
  pty?: { columns: number; rows: number }
  /** Where it starts, in the place of `cwd`: found inside beneath a root, through no link. */
  within?: { root: Root; path: string }
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

/** How to look at a kept terminal. */
export interface TerminalView {
  /** Place in all its output, in bytes, from which on it is wanted. */
  from?: number
  /** How many bytes may be under way that nobody has acknowledged. Above it the terminal waits for its quickest viewer. */
  window?: number
}

/** Where a terminal was when somebody began to look at it. */
export interface ScreenStart {
  /** Places of the first byte that follows and of the first one that is new, in all the output there was. */
  from: number
  total: number
  columns: number
  rows: number
  /** Sequence that sets the modes which output before `from` has left on; empty when `from` is as wanted. */
  modes: string
}

export interface KeptProcess extends BoxProcess {
  readonly id: string
  /** Only of a terminal. */
  readonly screen?: ScreenStart
  /** True when output before the first replayed byte was dropped because its buffer was full. */
  readonly overflowed: boolean
  /**
   * Everything up to here is safe on the server: the guest may drop `bytes` more of stdout from the start of its buffer.
   * With a `window`: that many more were shown, so as many more may come.
   */
  acknowledge(bytes: number): Promise<void>
  /** Leaves without ending it. Disposing detaches too. */
  detach(): void
}

/** Paths are relative to a named root and resolved inside the sandbox without leaving it. */
export interface BoxFiles {
  read(root: Root, path: string, options?: { offset?: number; maxBytes?: number }): Promise<Uint8Array>
  /** The same as a stream at the reader's pace, of any length. Fails at once when there is nothing to read. */
  open(root: Root, path: string, options?: { offset?: number; maxBytes?: number }): Promise<ReadableStream<Uint8Array>>
  write(root: Root, path: string, content: Uint8Array | string): Promise<void>
  /**
   * Beside it first, then in its place at once. `expected`: refused as `changed` unless what is replaced has this
   * SHA-256 (hex), or as `exists` unless it is `absent`. A stream may bring at most `most` bytes, else it is a `limit`.
   */
  put(root: Root, path: string, put: Put): Promise<void>
  /** Folders first, then by name as people count. `skip`: names to leave out. */
  list(
    root: Root,
    path: string,
    options?: { maxEntries?: number; offset?: number; skip?: readonly string[] },
  ): Promise<{ entries: FileEntry[]; more: boolean }>
  /** Calls when something in a folder changed, at most a few times a second, until closed; `ended` when it cannot any more. */
  watch(root: Root, path: string, told: { changed(): void; ended(): void }): Promise<{ close(): void }>
  stat(root: Root, path: string): Promise<FileEntry | undefined>
  makeFolder(root: Root, path: string): Promise<void>
  move(root: Root, from: string, to: string): Promise<void>
  remove(root: Root, path: string): Promise<void>
}

export interface Put {
  content: Uint8Array | string | ReadableStream<Uint8Array>
  expected?: string
  most?: number
}

/** The working folder, what only the driver has, and the checkouts of shared contexts; below `repos` one of each name. */
export type Root = "workdir" | "home" | "claude-state" | "knowledge" | "notes" | "personal" | "repos"

export interface FileEntry {
  name: string
  kind: "file" | "folder" | "link" | "other"
  size: number
  /** Milliseconds since the epoch, as claimed from inside. */
  modified: number
  /** Where a link leads, as it says itself; from `stat` only. */
  target?: string | undefined
}

export class LinkFailed extends Error {
  override readonly name = "LinkFailed"

  constructor(
    /** `version`: it is a guest, of another version of the link. */
    readonly kind: "gone" | "timeout" | "refused" | "protocol" | "limit" | "version",
    message: string,
    /** With `refused`: what the guest found, as `missing`, `exists`, `denied`, `escape`, `kind`, `limit`… */
    readonly because?: string,
  ) {
    super(message)
  }
}
