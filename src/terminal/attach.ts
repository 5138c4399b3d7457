import type { LoopId, UserName } from "../lib/ids.ts"
import type { Clock } from "../platform/clock.ts"
import { LinkFailed, type Sandboxes } from "../sandbox/index.ts"
import { Desk } from "./desk.ts"
import type { Onlookers } from "./onlookers.ts"
import { keptId, type TerminalRecord } from "./terminal.ts"
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
  terminals: Pick<Terminals, "isReady">
  onlookers: Onlookers
  sandboxes: Pick<Sandboxes, "running">
  clock: Clock
}

interface Place {
  loop: LoopId
  /** As somebody found it who may use or see it. */
  terminal: TerminalRecord | undefined
  seen: Seen
  /** Who only looks on. */
  watcher?: UserName | undefined
}

export type Attach = (at: Place, browser: Browser) => Promise<Attached>

/** Joins browsers to terminals that run. Each has its own place in the output; the size is one for all. */
export function createAttach({ terminals, onlookers, sandboxes, clock }: AttachNeeds): Attach {
  /** Of every terminal that somebody looks at. */
  const desks = new Map<string, Desk>()

  return async ({ loop, terminal, seen, watcher }, browser) => {
    const box = sandboxes.running(loop)
    if (!terminal || !box) return { kind: terminals.isReady || !terminal ? "gone" : "not-ready" }
    const from = seen.run === terminal.run ? seen.from : 0
    const kept = keptId(terminal)
    const process = await box.attach(kept, { from, window })
    if (!process) return { kind: "gone" }
    const { screen } = process
    if (!screen) throw new LinkFailed("protocol", "what is kept there is no terminal")
    const desk = desks.get(kept) ?? new Desk(screen)
    desks.set(kept, desk)
    const away = watcher && onlookers.come({ loop, terminal: kept, user: watcher })
    const left = () => {
      away?.()
      if (desk.isEmpty) desks.delete(kept)
    }
    const isThere = () => !box.gone.aborted
    const watches = watcher !== undefined
    const viewer = new Viewer({
      watches,
      process,
      screen,
      run: terminal.run,
      from,
      desk,
      browser,
      clock,
      isThere,
      left,
    })
    return { kind: "attached", viewer }
  }
}
