import type { DrivenLoop } from "../loops/index.ts"
import type { Clock } from "../platform/clock.ts"
import { LinkFailed, type Sandboxes } from "../sandbox/index.ts"
import { Desk } from "./desk.ts"
import { keptId } from "./terminal.ts"
import type { Terminals } from "./terminals.ts"
import { type Browser, Viewer } from "./viewer.ts"
import { window } from "./outflow.ts"

/** What a browser has already: of which shell, and how many bytes of its output. */
export interface Seen {
  run: string
  from: number
}

export type Attached = { kind: "attached"; viewer: Viewer } | { kind: "gone" } | { kind: "not-ready" }

export interface AttachNeeds {
  terminals: Pick<Terminals, "find" | "isReady">
  sandboxes: Pick<Sandboxes, "running">
  clock: Clock
}

export type Attach = (at: { loop: DrivenLoop; id: unknown; seen: Seen }, browser: Browser) => Promise<Attached>

/** Joins browsers to terminals that run. Each has its own place in the output; the size is one for all. */
export function createAttach({ terminals, sandboxes, clock }: AttachNeeds): Attach {
  /** Of every terminal that somebody looks at. */
  const desks = new Map<string, Desk>()

  return async ({ loop, id, seen }, browser) => {
    const terminal = await terminals.find(loop, id)
    const box = sandboxes.running(loop.record.id)
    if (!terminal || !box) return { kind: terminals.isReady || !terminal ? "gone" : "not-ready" }
    const from = seen.run === terminal.run ? seen.from : 0
    const kept = keptId(terminal)
    const process = await box.attach(kept, { from, window })
    if (!process) return { kind: "gone" }
    const { screen } = process
    if (!screen) throw new LinkFailed("protocol", "what is kept there is no terminal")
    const desk = desks.get(kept) ?? new Desk(screen)
    desks.set(kept, desk)
    const left = () => {
      if (desk.isEmpty) desks.delete(kept)
    }
    const isThere = () => !box.gone.aborted
    const viewer = new Viewer({ process, screen, run: terminal.run, from, desk, browser, clock, isThere, left })
    return { kind: "attached", viewer }
  }
}
