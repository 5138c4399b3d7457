import { type Exit, frame, limits, type Program, type View } from "../link/protocol.ts"
import type { Wire } from "../link/wire.ts"
import { type Child, type Output, startChild } from "./child.ts"
import { endMarked, type RootReach } from "./marks.ts"
import { Refusal } from "./refusal.ts"
import { Replay } from "./replay.ts"
import { Screen } from "./screen.ts"

interface Kept {
  child: Child
  told: Told
  attached: Set<Wire>
  /** It has ended; somebody who has its output may still speak. */
  gone: boolean
  exit?: Exit
}

/** What a kept program has said, and who hears it. */
interface Told {
  output: Output
  attach(wire: Wire, view: View): void
  acknowledge(wire: Wire, bytes: number): void
  detach(wire: Wire): void
  exited(exit: Exit): void
  resized(columns: number, rows: number): void
}

/** Programs that outlive the connection that started them, by id. */
export interface KeptPrograms {
  start(id: string, program: Program): void
  attach(id: string, wire: Wire, view: View): Child
  acknowledge(id: string, wire: Wire, bytes: number): void
  detach(id: string, wire: Wire): void
  list(): { id: string; running: boolean }[]
  /** Ends it with everything that carries its mark, and forgets it. No such id is fine. */
  end(id: string): Promise<void>
  endAll(): Promise<void>
}

/** `guest` tells this guest from all others: where two see each other's programs, they must not end them. */
export function createKeptPrograms(asRoot: RootReach, guest: string): KeptPrograms {
  const all = new Map<string, Kept>()
  const markOf = (id: string) => `${id}-${guest}`

  async function end(id: string): Promise<void> {
    const kept = all.get(id)
    if (kept && !kept.exit) kept.child.hangUp()
    await endMarked(markOf(id), asRoot, kept?.child.since)
    // Its last signal must not meet the next program that is kept under this id.
    await kept?.child.gone
    all.delete(id)
    for (const wire of kept?.attached ?? []) wire.finish()
  }

  return {
    start(id, program) {
      if (all.has(id)) throw new Refusal("exists", `something runs under the id ${id}`)
      if (all.size >= limits.kept) throw new Refusal("limit", `more than ${limits.kept} programs are kept`)
      const told = program.pty ? tellScreen(program.pty) : tellPipes()
      const child = startChild(program, markOf(id), told.output)
      const kept: Kept = { child: sized(child, told), told, attached: new Set(), gone: false }
      all.set(id, kept)
      void child.gone.then(() => (kept.gone = true))
      void child.exited.then((exit) => {
        kept.exit = exit
        told.exited(exit)
      })
    },
    attach(id, wire, view) {
      const kept = all.get(id)
      if (!kept) throw new Refusal("missing", `nothing is kept under the id ${id}`)
      kept.attached.add(wire)
      kept.told.attach(wire, view)
      return kept.child
    },
    acknowledge: (id, wire, bytes) => all.get(id)?.told.acknowledge(wire, bytes),
    detach(id, wire) {
      const kept = all.get(id)
      kept?.attached.delete(wire)
      kept?.told.detach(wire)
    },
    list: () => [...all].map(([id, kept]) => ({ id, running: !kept.gone })),
    end,
    async endAll() {
      await Promise.all([...all.keys()].map(end))
    },
  }
}

function sized(child: Child, told: Told): Child {
  return {
    ...child,
    resize(columns, rows) {
      told.resized(columns, rows)
      child.resize(columns, rows)
    },
  }
}

function tellScreen(size: { columns: number; rows: number }): Told {
  const screen = new Screen(size)
  return {
    output: { stdout: (bytes) => screen.push(bytes), stderr: async () => undefined },
    attach: (wire, view) => screen.attach(wire, view),
    acknowledge: (wire, bytes) => screen.acknowledge(wire, bytes),
    detach: (wire) => screen.detach(wire),
    exited: (exit) => screen.exited(exit),
    resized: (columns, rows) => void (screen.size = { columns, rows }),
  }
}

function tellPipes(): Told {
  const stdout = new Replay(limits.keptPipes)
  const stderr = new Replay(limits.keptErrors)
  const attached = new Set<Wire>()
  /** Who came last. What an earlier one still says it has made safe was counted from another place. */
  let newest: Wire | undefined
  let over: Exit | undefined
  const pass = async (bytes: Uint8Array, replay: Replay, send: (wire: Wire) => Promise<void>) => {
    replay.push(bytes)
    if (attached.size > 0) await Promise.all([...attached].map(send))
  }
  return {
    output: {
      stdout: (bytes) => pass(bytes, stdout, (wire) => wire.send(frame.stdout, bytes)),
      stderr: (bytes) => pass(bytes, stderr, (wire) => wire.send(frame.stderr, bytes)),
    },
    attach(wire) {
      newest = wire
      // Queued in one go, so that nothing live comes before or between what is replayed.
      void wire.sendJson(frame.started, { overflowed: stdout.overflowed })
      for (const piece of stderr.pieces()) void wire.send(frame.stderr, piece)
      for (const piece of stdout.pieces()) void wire.send(frame.stdout, piece)
      if (over) void wire.sendJson(frame.exit, over)
      else attached.add(wire)
    },
    acknowledge(wire, bytes) {
      if (wire === newest) stdout.acknowledge(bytes)
    },
    detach: (wire) => void attached.delete(wire),
    exited(exit) {
      over = exit
      for (const wire of attached) void wire.sendJson(frame.exit, exit)
    },
    resized: () => undefined,
  }
}
