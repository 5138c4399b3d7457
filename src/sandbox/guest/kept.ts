import { frame, limits, type Program } from "../link/protocol.ts"
import type { Wire } from "../link/wire.ts"
import { type Child, startChild } from "./child.ts"
import { endMarked, type RootSignal } from "./marks.ts"
import { Refusal } from "./refusal.ts"
import { Replay } from "./replay.ts"

interface Kept {
  child: Child
  stdout: Replay
  stderr: Replay
  attached: Set<Wire>
  exit?: { code: number | null; signal: string | null }
}

/** Programs that outlive the connection that started them, by id. */
export interface KeptPrograms {
  start(id: string, program: Program): void
  attach(id: string, wire: Wire): Child
  acknowledge(id: string, bytes: number): void
  detach(id: string, wire: Wire): void
  list(): { id: string; running: boolean }[]
  /** Ends it with everything that carries its id as mark, and forgets it. No such id is fine. */
  end(id: string): Promise<void>
  endAll(): Promise<void>
}

export function createKeptPrograms(asRoot: RootSignal): KeptPrograms {
  const all = new Map<string, Kept>()

  async function end(id: string): Promise<void> {
    const kept = all.get(id)
    if (kept && !kept.exit) kept.child.hangUp()
    await endMarked(id, asRoot)
    // Its last signal must not meet the next program that is kept under this id.
    await kept?.child.gone
    all.delete(id)
    for (const wire of kept?.attached ?? []) wire.finish()
  }

  return {
    start(id, program) {
      if (all.has(id)) throw new Refusal("exists", `something runs under the id ${id}`)
      if (all.size >= limits.kept) throw new Refusal("limit", `more than ${limits.kept} programs are kept`)
      const stdout = new Replay(program.pty ? limits.scrollback : limits.keptPipes)
      const stderr = new Replay(limits.keptErrors)
      const attached = new Set<Wire>()
      const pass = async (bytes: Uint8Array, replay: Replay, send: (wire: Wire) => Promise<void>) => {
        replay.push(bytes)
        if (attached.size > 0) await Promise.all([...attached].map(send))
      }
      const child = startChild(program, id, {
        stdout: (bytes) => pass(bytes, stdout, (wire) => wire.send(frame.stdout, bytes)),
        stderr: (bytes) => pass(bytes, stderr, (wire) => wire.send(frame.stderr, bytes)),
      })
      const kept: Kept = { child, stdout, stderr, attached }
      all.set(id, kept)
      void child.exited.then((exit) => {
        kept.exit = exit
        for (const wire of attached) tellExit(wire, exit)
      })
    },
    attach(id, wire) {
      const kept = all.get(id)
      if (!kept) throw new Refusal("missing", `nothing is kept under the id ${id}`)
      // Queued in one go, so that nothing live comes before or between what is replayed.
      void wire.sendJson(frame.started, { overflowed: kept.stdout.overflowed })
      for (const piece of kept.stderr.pieces()) void wire.send(frame.stderr, piece)
      for (const piece of kept.stdout.pieces()) void wire.send(frame.stdout, piece)
      if (kept.exit) tellExit(wire, kept.exit)
      else kept.attached.add(wire)
      return kept.child
    },
    acknowledge: (id, bytes) => all.get(id)?.stdout.acknowledge(bytes),
    detach: (id, wire) => void all.get(id)?.attached.delete(wire),
    list: () => [...all].map(([id, kept]) => ({ id, running: kept.exit === undefined })),
    end,
    async endAll() {
      await Promise.all([...all.keys()].map(end))
    },
  }
}

function tellExit(wire: Wire, exit: { code: number | null; signal: string | null }): void {
  void wire.sendJson(frame.exit, exit)
}
