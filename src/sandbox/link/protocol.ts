import {
  dictionary,
  fields,
  list,
  nullable,
  NotThisShape,
  oneOf,
  optional,
  type Shape,
  text,
  whole,
  yesNo,
} from "./shape.ts"

/**
 * What the server and the guest say to each other, for both ends. One operation is one connection. A frame is one byte
 * of type, four bytes of length (big endian) and the payload; the first frame on every connection is the guest's hello.
 */
export const protocolVersion = 1

/** Numbers stay what they are for ever; 32 and up are free for requests on repositories. */
export const frame = {
  hello: 1,
  welcome: 2,
  /** Server to guest on control: dial one more connection for this one-time number. */
  open: 3,
  ping: 4,
  pong: 5,
  start: 16,
  /** The operation runs; streams follow. */
  started: 17,
  stdin: 18,
  stdinEnd: 19,
  stdout: 20,
  stderr: 21,
  resize: 22,
  signal: 23,
  exit: 24,
  failed: 25,
  /** Bytes of a file or a TCP connection. */
  data: 26,
  end: 27,
  /** The whole answer of a short operation. */
  result: 28,
  acknowledge: 29,
} as const
export type FrameType = (typeof frame)[keyof typeof frame]

const known = new Set<number>(Object.values(frame))
export const isFrameType = (type: number): type is FrameType => known.has(type)

/** Bytes, milliseconds and counts that both ends keep to. */
export const limits = {
  frame: 1 << 20,
  /** Longest piece that either end puts into one stream frame. */
  piece: 64 << 10,
  /** Longest first frame of a connection nobody knows yet. */
  hello: 4 << 10,
  helloMs: 5_000,
  heartbeatMs: 15_000,
  missedHeartbeats: 3,
  /** Control connections that may be lost within a time before none is taken any more. */
  losses: 10,
  lossesWithinMs: 60_000,
  /** Connections of one loop at a time, greeted or not. */
  connections: 256,
  /** Bytes one end may hold unsent for a peer that does not read before it cuts the connection. */
  unsent: 32 << 20,
  /** A terminal's output is held back while its quickest viewer has more than this before it. */
  terminalUnsent: 256 << 10,
  /** Output kept for a program that outlives its connection: pipes until acknowledged, terminals as scrollback. */
  keptPipes: 16 << 20,
  keptErrors: 64 << 10,
  scrollback: 256 << 10,
  /** So much of a terminal is there for whoever has to catch up: what comes before its program stops is much. */
  catchUp: 512 << 10,
  kept: 64,
  /** TERM, then KILL after this. */
  killAfterMs: 2_000,
  listEntries: 10_000,
  fileBytes: 256 << 20,
  uploadBytes: 1 << 30,
  /** A longer file is not looked through for its checksum. */
  checkedBytes: 16 << 20,
  /** Of one vault, and the bytes of all of them. */
  vaultFiles: 1_000,
  vaultBytes: 16 << 20,
  /** Changes that come within this time are told at once. */
  watchMs: 150,
} as const

export type Hello =
  { kind: "control"; protocol: number; build: string; guest: string } | { kind: "operation"; number: string }

export const helloShape: Shape<Hello> = (value) => {
  const { kind } = fields({ kind: oneOf("control", "operation") })(value)
  if (kind === "operation") return { kind, ...fields({ number: text(64) })(value) }
  return { kind, ...fields({ protocol: whole(1_000), build: text(100), guest: text(64) })(value) }
}

const root = oneOf("workdir", "home", "claude-state", "knowledge", "notes", "personal", "repos")
const path = text(4_096)
const id = text(128)
const argument = text(256 << 10)

export const welcomeShape = fields({
  roots: fields({
    ...{ workdir: path, home: path, "claude-state": path },
    ...{ knowledge: path, notes: path, personal: path, repos: path },
  }),
  /** Without a server for this long the guest ends everything. */
  idleMs: whole(7 * 86_400_000),
})
export type Welcome = ReturnType<typeof welcomeShape>

export const openShape = fields({ number: text(64) })
export const sizeShape = fields({ columns: whole(1_000), rows: whole(1_000) })
export const signalShape = fields({ name: oneOf("SIGINT", "SIGTERM", "SIGKILL") })
export const acknowledgeShape = fields({ bytes: whole(Number.MAX_SAFE_INTEGER) })

const within = fields({ root, path })
const sha256 = text(64)

const program = {
  argv: list(argument, 4_096),
  cwd: optional(path),
  env: dictionary(argument, 2_000),
  pty: optional(sizeShape),
  /** Where it starts, in the place of `cwd`: found beneath a root, through no link. */
  within: optional(within),
}
export interface Program {
  argv: string[]
  cwd?: string
  env: Record<string, string>
  pty?: { columns: number; rows: number }
  within?: { root: Root; path: string }
}
type Root = keyof Welcome["roots"]

const place = whole(Number.MAX_SAFE_INTEGER)

/** How somebody looks at a kept terminal. */
export interface View {
  from?: number
  window?: number
}

/** One shape per operation; `op` says which. */
const requests = {
  run: fields({ ...program, mark: id }),
  keep: fields({ ...program, id }),
  /** Of a terminal: from which byte of all its output on, and how much may be under way unacknowledged. */
  attach: fields({ id, from: optional(place), window: optional(whole(limits.unsent)) }),
  kept: fields({}),
  "end-kept": fields({ id }),
  read: fields({ root, path, offset: whole(Number.MAX_SAFE_INTEGER), maxBytes: whole(Number.MAX_SAFE_INTEGER) }),
  /** `size`: exactly so much; without it at most `most`. `expected`: what is replaced has this SHA-256, or is `absent`. */
  write: fields({
    root,
    path,
    size: optional(whole(limits.fileBytes)),
    most: optional(whole(limits.uploadBytes)),
    expected: optional(sha256),
  }),
  /** Folders first, then by name as people count. `skip`: names that are left out. */
  list: fields({
    root,
    path,
    maxEntries: whole(limits.listEntries),
    offset: optional(whole(Number.MAX_SAFE_INTEGER)),
    skip: optional(list(text(255), 16)),
  }),
  /** Until its connection ends, an empty `data` frame after each change in a folder. */
  watch: fields({ root, path }),
  stat: fields({ root, path }),
  "make-folder": fields({ root, path }),
  move: fields({ root, from: path, to: path }),
  remove: fields({ root, path }),
  /** The bytes of all files follow, one after the other. `to`: an absolute path that becomes a folder with just these. */
  deliver: fields({
    to: path,
    files: list(fields({ path: text(400), size: whole(limits.vaultBytes), executable: yesNo }), limits.vaultFiles),
  }),
  connect: fields({ port: whole(65_535) }),
  processes: fields({}),
  stats: fields({}),
}
type Requests = typeof requests
export type RequestOf<Op extends keyof Requests> = { op: Op } & ReturnType<Requests[Op]>
export type Request = { [Op in keyof Requests]: RequestOf<Op> }[keyof Requests]

export const requestShape: Shape<Request> = (value) => {
  const { op } = fields({ op: text(32) })(value)
  if (!Object.hasOwn(requests, op)) throw new NotThisShape("not a request")
  // `op` was just found among the keys, and the shape of that key read the rest.
  return { op, ...requests[op as keyof Requests](value) } as Request
}

/** Why the other end could not do it. `escape`: the path leaves its root or goes through a link. */
const failureKinds = [
  "missing",
  "exists",
  "changed",
  "denied",
  "escape",
  "kind",
  "limit",
  "program",
  "refused",
  "broken",
] as const
export const failedShape = fields({ kind: oneOf(...failureKinds), message: text(4_096) })
export type Failure = ReturnType<typeof failedShape>

/** What a viewer of a terminal begins with: where its bytes stand in all there were, and how the terminal is now. */
const screenShape = fields({ from: place, total: place, columns: whole(1_000), rows: whole(1_000), modes: text(1_000) })
export const startedShape = fields({ overflowed: optional(yesNo), screen: optional(screenShape) })
export const exitShape = fields({ code: nullable(whole(255)), signal: nullable(text(32)) })
export type Exit = ReturnType<typeof exitShape>

const size = whole(Number.MAX_SAFE_INTEGER)
export const entryShape = fields({
  name: text(1_024),
  kind: oneOf("file", "folder", "link", "other"),
  size,
  modified: size,
  /** Where a link leads, when one entry was asked for. */
  target: optional(text(4_096)),
})
export type Entry = ReturnType<typeof entryShape>
export const listShape = fields({ entries: list(entryShape, limits.listEntries), more: yesNo })
export const statShape = fields({ entry: nullable(entryShape) })
export const keptShape = fields({ kept: list(fields({ id, running: yesNo }), limits.kept) })
export const processesShape = fields({
  processes: list(
    fields({ pid: whole(1 << 23), parent: whole(1 << 23), command: text(4_096), mark: optional(id) }),
    10_000,
  ),
})
export const statsShape = fields({
  ...{ memory: size, cpuMicros: size, pids: size },
  /** Since the container's start: programs ended for want of memory, and refused for want of processes. */
  ...{ kills: optional(size), refusals: optional(size) },
})
/** `moved`: what had the name of an entry in the home, and where below the home it is now. */
export const deliveredShape = fields({
  moved: list(fields({ entry: text(400), to: text(500) }), limits.vaultFiles),
  leftOut: list(fields({ path: text(400), why: text(300) }), limits.vaultFiles * 2),
})
export type Delivered = ReturnType<typeof deliveredShape>
export const nothingShape = fields({})
