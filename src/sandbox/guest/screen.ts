import { type Exit, frame, limits, type View } from "../link/protocol.ts"
import type { Wire } from "../link/wire.ts"
import { Modes } from "./modes.ts"
import { Ring } from "./ring.ts"

/** Somebody who looks at a terminal. */
interface Viewer {
  wire: Wire
  /** Place up to which it was sent, and up to which it has said that it took it. */
  sent: number
  taken: number
  /** How far the two may be apart. Without one the connection's own pace counts. */
  window: number | undefined
}

/** A piece of output that holds its program back until it was taken. */
interface Waiting {
  upTo: number
  go: () => void
}

/**
 * The output of a terminal that outlives its viewers: the last 256 KiB, and each viewer at its own pace. The quickest
 * one sets the pace of the program; who falls behind further than twice as much is let go and comes back.
 */
export class Screen {
  readonly #ring = new Ring(limits.catchUp)
  readonly #gone = new Modes()
  readonly #viewers = new Map<Wire, Viewer>()
  #waiting: Waiting[] = []
  #exit: Exit | undefined

  constructor(public size: { columns: number; rows: number }) {}

  /** Resolves when the quickest viewer has taken it, or when nobody looks. */
  push(bytes: Uint8Array): Promise<void> {
    this.#forget(bytes.length)
    this.#ring.push(bytes)
    for (const viewer of this.#viewers.values()) this.#send(viewer)
    if (this.#isTaken(this.#ring.total)) return Promise.resolve()
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiting.push({ upTo: this.#ring.total, go: resolve })
    return promise
  }

  attach(wire: Wire, { from = 0, window }: View): void {
    const { columns, rows } = this.size
    const overflowed = from < this.#start
    const begin = overflowed ? this.#cleanStart() : Math.min(from, this.#ring.total)
    const modes = overflowed ? this.#gone.sequence() : ""
    const screen = { from: begin, total: this.#ring.total, columns, rows, modes }
    void wire.sendJson(frame.started, { overflowed, screen })
    const viewer = { wire, sent: begin, taken: begin, window }
    this.#viewers.set(wire, viewer)
    this.#send(viewer)
  }

  /** The viewer on this connection has shown that many bytes more. */
  acknowledge(wire: Wire, bytes: number): void {
    const viewer = this.#viewers.get(wire)
    if (!viewer) return
    viewer.taken = Math.min(viewer.sent, viewer.taken + bytes)
    this.#send(viewer)
    this.#wake()
  }

  detach(wire: Wire): void {
    this.#viewers.delete(wire)
    this.#wake()
  }

  exited(exit: Exit): void {
    this.#exit = exit
    for (const viewer of this.#viewers.values()) this.#send(viewer)
  }

  #send(viewer: Viewer): void {
    const { wire } = viewer
    const room = viewer.window ?? limits.terminalUnsent
    if (viewer.sent < this.#ring.start) return this.#letGo(viewer)
    while (viewer.sent < this.#ring.total && viewer.sent - viewer.taken < room) {
      const most = Math.min(limits.piece, room - (viewer.sent - viewer.taken))
      const bytes = this.#ring.read(viewer.sent, most)
      viewer.sent += bytes.length
      const left = wire.send(frame.stdout, bytes)
      if (viewer.window === undefined) void left.then(() => this.acknowledge(wire, bytes.length))
    }
    if (this.#exit && viewer.sent === this.#ring.total) {
      void wire.sendJson(frame.exit, this.#exit)
      this.detach(wire)
    }
  }

  #letGo({ wire }: Viewer): void {
    this.detach(wire)
    wire.finish()
  }

  /** Where somebody begins who has seen nothing. */
  get #start(): number {
    return Math.max(0, this.#ring.total - limits.scrollback)
  }

  /** What nobody will begin at any more after a push of this many bytes is looked at once more. */
  #forget(coming: number): void {
    const until = Math.min(this.#ring.total, this.#ring.total + coming - limits.scrollback)
    for (let at = this.#start; at < until;) {
      const bytes = this.#ring.read(at, until - at)
      this.#gone.take(bytes)
      at += bytes.length
    }
  }

  /** Not in the middle of a character or a sequence, where a line's end is near. */
  #cleanStart(): number {
    const start = this.#start
    const newline = this.#ring.read(start, nearBytes).indexOf(0x0a)
    return newline < 0 ? start : start + newline + 1
  }

  #isTaken(upTo: number): boolean {
    return this.#viewers.size === 0 || [...this.#viewers.values()].some(({ taken }) => taken >= upTo)
  }

  #wake(): void {
    const still: Waiting[] = []
    for (const one of this.#waiting) {
      if (this.#isTaken(one.upTo)) one.go()
      else still.push(one)
    }
    this.#waiting = still
  }
}

const nearBytes = 4 << 10
