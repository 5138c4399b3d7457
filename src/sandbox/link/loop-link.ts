import type { LoopId, NewId } from "../../lib/ids.ts"
import type { Clock } from "../../platform/clock.ts"
import type { Log } from "../../platform/log.ts"
import { type Box, LinkFailed } from "./contract.ts"
import { createBox } from "./box.ts"
import type { Operate } from "./operations.ts"
import { frame, type Hello, helloShape, limits, protocolVersion, type Welcome } from "./protocol.ts"
import { readJson } from "./shape.ts"
import { Wire, wireCallbacks, type WireEnd } from "./wire.ts"

export interface LoopLinkNeeds {
  loop: LoopId
  /** Path of `link.sock`; nothing listens there. */
  socket: string
  welcome: Welcome
  environment: Readonly<Record<string, string>>
  clock: Clock
  ids: NewId
  log: Log
  /** The control connection ended. `unhealthy`: the guest stopped answering. */
  onLost(why: LostWhy): void
}

export type LostWhy = "closed" | "unhealthy"

/** The server's end of one loop's link. It only accepts; whoever connects has that loop's authority and no more. */
export interface LoopLink extends Disposable {
  current(): Box | undefined
  /** Some operation is under way. */
  isBusy(): boolean
  /** The box as soon as a guest has greeted; LinkFailed when none does in time. */
  greeted(timeoutMs: number): Promise<Box>
}

export const createLoopLink = (needs: LoopLinkNeeds): LoopLink => new ListeningLink(needs)

interface Control {
  wire: Wire
  box: Box
  gone: AbortController
  unanswered: number
  stopBeat: () => void
}

/** Somebody who waits for a guest. */
interface Waiting {
  greeted(box: Box): void
  /** No guest that could be spoken to will come. */
  inVain(why: LinkFailed): void
}

const dialMs = 10_000
const unhealthy = "heartbeats were missed"

class ListeningLink implements LoopLink {
  readonly #needs: LoopLinkNeeds
  readonly #listener: { stop(): void }
  /** Operations that wait for their connection, by one-time number. */
  readonly #expected = new Map<string, (wire: Wire) => void>()
  readonly #waiting = new Set<Waiting>()
  readonly #wires = new Set<Wire>()
  #control: Control | undefined
  /** When guests were lost lately. */
  #losses: number[] = []
  #disposed = false

  constructor(needs: LoopLinkNeeds) {
    this.#needs = needs
    this.#listener = Bun.listen<Wire>({
      unix: needs.socket,
      socket: {
        ...wireCallbacks,
        open: (socket) => {
          const wire: Wire = new Wire(
            socket,
            this.#stranger(() => wire),
          )
          socket.data = wire
          wire.decoder.maxFrame = limits.hello
          if (this.#wires.size >= limits.connections) wire.cut("too many connections")
          else this.#wires.add(wire)
        },
      },
    })
  }

  current(): Box | undefined {
    return this.#control?.box
  }

  isBusy(): boolean {
    return this.#wires.size > (this.#control ? 1 : 0)
  }

  greeted(timeoutMs: number): Promise<Box> {
    if (this.#control) return Promise.resolve(this.#control.box)
    const { promise, resolve, reject } = Promise.withResolvers<Box>()
    const one: Waiting = {
      greeted(box) {
        cancel()
        resolve(box)
      },
      inVain(why) {
        cancel()
        reject(why)
      },
    }
    const cancel = this.#needs.clock.after(timeoutMs, () => {
      this.#waiting.delete(one)
      reject(new LinkFailed("timeout", "the guest did not greet"))
    })
    this.#waiting.add(one)
    return promise
  }

  [Symbol.dispose](): void {
    this.#disposed = true
    this.#listener.stop()
    for (const wire of this.#wires) wire.cut()
    this.#giveUp(new LinkFailed("gone", "the server left the link"))
  }

  /** A connection that has not said what it is. */
  #stranger(wire: () => Wire): WireEnd {
    const tooLate = this.#needs.clock.after(limits.helloMs, () => wire().cut("no greeting"))
    return {
      frame: (type, payload) => {
        tooLate()
        if (type === frame.hello) this.#greet(wire(), readJson(payload, helloShape))
        else wire().cut("no greeting")
      },
      closed: (why) => {
        tooLate()
        this.#wires.delete(wire())
        if (why) this.#needs.log.debug("a connection was cut", { loop: this.#needs.loop, why })
      },
    }
  }

  #greet(wire: Wire, hello: Hello): void {
    if (hello.kind === "control") return this.#takeControl(wire, hello)
    const take = this.#expected.get(hello.number)
    this.#expected.delete(hello.number)
    if (!take) return wire.cut("not asked for")
    wire.decoder.maxFrame = limits.frame
    take(wire)
  }

  #takeControl(wire: Wire, hello: Extract<Hello, { kind: "control" }>): void {
    if (this.#control) return wire.cut("a guest is here already")
    if (hello.protocol !== protocolVersion) return this.#refuse(wire, hello)
    if (this.#isFlapping()) return wire.cut("guests come and go too often")
    const { loop, environment, welcome, clock, ids } = this.#needs
    const gone = new AbortController()
    const operate: Operate = (request, end) => this.#operate(request, end)
    const workdir = welcome.roots.workdir
    const box = createBox({ loop, gone: gone.signal, operate, environment, workdir, clock, ids })
    const control: Control = { wire, box, gone, unanswered: 0, stopBeat: () => undefined }
    this.#control = control
    wire.handOver({
      frame(type) {
        // One that nobody asked for is no sign of life, and a flood of them would be work for everybody's server.
        if (type !== frame.pong || control.unanswered === 0) return wire.cut("not a heartbeat")
        control.unanswered = 0
      },
      closed: (why) => this.#lose(control, why),
    })
    void wire.sendJson(frame.welcome, welcome)
    this.#beat(control)
    for (const one of this.#waiting) one.greeted(box)
    this.#waiting.clear()
  }

  /** Its program is another one than this server's: they cannot understand each other, and waiting helps nobody. */
  #refuse(wire: Wire, { protocol }: Extract<Hello, { kind: "control" }>): void {
    const words = `the sandbox's end of the link speaks version ${protocol}, this server's version ${protocolVersion}`
    wire.cut(words)
    this.#giveUp(new LinkFailed("version", words))
  }

  #giveUp(why: LinkFailed): void {
    for (const one of this.#waiting) one.inVain(why)
    this.#waiting.clear()
  }

  /** A guest that greets and leaves again and again is no guest: without one in time the sandbox counts as lost. */
  #isFlapping(): boolean {
    const now = this.#needs.clock.now()
    // What seems to lie ahead was noted before the clock was set back.
    this.#losses = this.#losses.filter((at) => at > now - limits.lossesWithinMs && at <= now)
    return this.#losses.length >= limits.losses
  }

  #beat(control: Control): void {
    control.stopBeat = this.#needs.clock.after(limits.heartbeatMs, () => {
      if (control.unanswered >= limits.missedHeartbeats) return control.wire.cut(unhealthy)
      control.unanswered++
      void control.wire.send(frame.ping)
      this.#beat(control)
    })
  }

  #lose(control: Control, why: string | undefined): void {
    control.stopBeat()
    this.#wires.delete(control.wire)
    if (this.#control === control) this.#control = undefined
    this.#losses.push(this.#needs.clock.now())
    for (const wire of this.#wires) wire.cut("the guest is gone")
    control.gone.abort(new LinkFailed("gone", why ?? "the guest hung up"))
    if (!this.#disposed) this.#needs.onLost(why === unhealthy ? "unhealthy" : "closed")
  }

  /** Asks the guest for a connection of its own and sends the request on it. */
  async #operate(...[request, end]: Parameters<Operate>): Promise<Wire> {
    const wire = await this.#ownConnection()
    // It said more than its number in one breath and was cut for it.
    if (wire.isClosed) throw new LinkFailed("protocol", "the guest did not wait for the request")
    const itsEnd = end(wire)
    wire.handOver({
      frame: (type, payload) => itsEnd.frame(type, payload),
      closed: (why) => {
        this.#wires.delete(wire)
        itsEnd.closed(why)
      },
    })
    void wire.sendJson(frame.start, request)
    return wire
  }

  async #ownConnection(): Promise<Wire> {
    const control = this.#control
    if (!control) throw new LinkFailed("gone", "the sandbox is not linked")
    if (this.#wires.size >= limits.connections) throw new LinkFailed("limit", "too many operations at once")
    const { ids, clock } = this.#needs
    const number = ids.hex(16)
    const { promise, resolve, reject } = Promise.withResolvers<Wire>()
    const leave = () => reject(control.gone.signal.reason)
    control.gone.signal.addEventListener("abort", leave, { once: true })
    const cancel = clock.after(dialMs, () => reject(new LinkFailed("timeout", "the guest did not open a connection")))
    this.#expected.set(number, resolve)
    void control.wire.sendJson(frame.open, { number })
    try {
      return await promise
    } finally {
      cancel()
      this.#expected.delete(number)
      control.gone.signal.removeEventListener("abort", leave)
    }
  }
}
