import type { LoopId, NewId } from "../../lib/ids.ts"
import type { Clock } from "../../platform/clock.ts"
import type { Log } from "../../platform/log.ts"
import { type Box, LinkFailed } from "../contract.ts"
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
  onLost(why: "closed" | "unhealthy"): void
}

/** The server's end of one loop's link. It only accepts; whoever connects has that loop's authority and no more. */
export interface LoopLink extends Disposable {
  current(): Box | undefined
  /** The box as soon as a guest has greeted. */
  greeted(timeoutMs: number): Promise<Box>
}

interface Control {
  wire: Wire
  box: Box
  gone: AbortController
  unanswered: number
  stopBeat: () => void
}

const dialMs = 10_000

export function createLoopLink(needs: LoopLinkNeeds): LoopLink {
  const { clock, ids, log } = needs
  const expected = new Map<string, (wire: Wire) => void>()
  const waiting = new Set<(box: Box) => void>()
  const wires = new Set<Wire>()
  let control: Control | undefined

  const listener = Bun.listen<Wire>({
    unix: needs.socket,
    socket: {
      ...wireCallbacks,
      open(socket) {
        const wire = new Wire(
          socket,
          stranger(() => wire),
        )
        socket.data = wire
        if (wires.size >= limits.connections) return wire.cut("too many connections")
        wire.decoder.maxFrame = limits.hello
        wires.add(wire)
      },
      close(socket) {
        wires.delete(socket.data)
        socket.data.closed()
      },
    },
  })

  /** A connection that has not said what it is. */
  function stranger(wire: () => Wire): WireEnd {
    const tooLate = clock.after(limits.helloMs, () => wire().cut("no greeting"))
    return {
      frame(type, payload) {
        tooLate()
        if (type === frame.hello) greet(wire(), readJson(payload, helloShape))
        else wire().cut("no greeting")
      },
      closed(why) {
        tooLate()
        wires.delete(wire())
        if (why) log.debug("a connection was cut", { loop: needs.loop, why })
      },
    }
  }

  function greet(wire: Wire, hello: Hello): void {
    if (hello.kind === "control") return takeControl(wire, hello)
    const take = expected.get(hello.number)
    expected.delete(hello.number)
    if (!take) return wire.cut("not asked for")
    wire.decoder.maxFrame = limits.frame
    take(wire)
  }

  function takeControl(wire: Wire, hello: Extract<Hello, { kind: "control" }>): void {
    if (control) return wire.cut("a guest is here already")
    if (hello.protocol !== protocolVersion) return wire.cut(`protocol ${hello.protocol}`)
    const gone = new AbortController()
    const box = createBox({
      loop: needs.loop,
      gone: gone.signal,
      operate,
      environment: needs.environment,
      workdir: needs.welcome.roots.workdir,
      clock,
      ids,
    })
    const mine: Control = { wire, box, gone, unanswered: 0, stopBeat: () => undefined }
    control = mine
    wire.handOver({
      frame(type) {
        if (type === frame.pong) mine.unanswered = 0
        else wire.cut("not a heartbeat")
      },
      closed: (why) => lose(mine, why),
    })
    void wire.sendJson(frame.welcome, needs.welcome)
    beat(mine)
    for (const tell of waiting) tell(box)
    waiting.clear()
  }

  function beat(mine: Control): void {
    mine.stopBeat = clock.after(limits.heartbeatMs, () => {
      if (++mine.unanswered > limits.missedHeartbeats) return mine.wire.cut(unhealthy)
      void mine.wire.send(frame.ping)
      beat(mine)
    })
  }

  function lose(mine: Control, why: string | undefined): void {
    mine.stopBeat()
    wires.delete(mine.wire)
    if (control === mine) control = undefined
    for (const wire of wires) wire.cut("the guest is gone")
    mine.gone.abort(new LinkFailed("gone", why ?? "the guest hung up"))
    if (!disposed) needs.onLost(why === unhealthy ? "unhealthy" : "closed")
  }

  const operate: Operate = async (request, end) => {
    if (!control) throw new LinkFailed("gone", "the sandbox is not linked")
    if (wires.size >= limits.connections) throw new LinkFailed("limit", "too many operations at once")
    const number = ids.hex(16)
    const { promise, resolve, reject } = Promise.withResolvers<Wire>()
    const gone = control.gone.signal
    const leave = () => reject(gone.reason)
    gone.addEventListener("abort", leave, { once: true })
    const cancel = clock.after(dialMs, () => reject(new LinkFailed("timeout", "the guest did not open a connection")))
    expected.set(number, resolve)
    void control.wire.sendJson(frame.open, { number })
    try {
      const wire = await promise
      const itsEnd = end(wire)
      wire.handOver({
        frame: (type, payload) => itsEnd.frame(type, payload),
        closed(why) {
          wires.delete(wire)
          itsEnd.closed(why)
        },
      })
      void wire.sendJson(frame.start, request)
      return wire
    } finally {
      cancel()
      expected.delete(number)
      gone.removeEventListener("abort", leave)
    }
  }

  let disposed = false
  return {
    current: () => control?.box,
    greeted(timeoutMs) {
      if (control) return Promise.resolve(control.box)
      const { promise, resolve, reject } = Promise.withResolvers<Box>()
      const cancel = clock.after(timeoutMs, () => {
        waiting.delete(tell)
        reject(new LinkFailed("timeout", "the guest did not greet"))
      })
      const tell = (box: Box) => {
        cancel()
        resolve(box)
      }
      waiting.add(tell)
      return promise
    },
    [Symbol.dispose]() {
      disposed = true
      listener.stop()
      for (const wire of wires) wire.cut()
    },
  }
}

const unhealthy = "heartbeats were missed"
