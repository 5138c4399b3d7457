import type { LoopHeaderView } from "../../views/props/loops.ts"
import type { Panel, PanelPageView, UnplacedView } from "../../views/props/panels.ts"
import type { FrameView } from "../../views/props/frame.ts"
import type { LoopId } from "../lib/ids.ts"
import type { Locale } from "../lib/i18n/locale.ts"
import { workbenchWords } from "../lib/i18n/workbench.ts"
import type { Clock } from "../platform/clock.ts"
import { visitorOf } from "../platform/http/visitor.ts"
import {
  type Box,
  LinkFailed,
  type InspectOutcome,
  type Sandboxes,
  type StartFailed,
  toolsNoticeView,
} from "../sandbox/index.ts"
import type { DrivenLoop, Loops, ViewedLoop } from "./contract.ts"

/** Why nothing can be done in a loop's sandbox; a failure of the link comes as what was thrown. */
export interface NotPlaced {
  kind: "not-placed"
  why:
    | "not-prepared"
    | "no-checkout"
    | "still-starting"
    | "image-building"
    | "no-place"
    | StartFailed["reason"]
    | LinkFailed["kind"]
  /** The last line from below. */
  detail?: string
}

/** Where people work in a loop besides talking to its agent: its sandbox, and the pages around its panels. */
export interface Workbench {
  /** In the running sandbox, else in one that only looks: never started with the driver's credentials for a reader. */
  read<T>(loop: ViewedLoop, work: (box: Box) => Promise<T>): Promise<T | NotPlaced>
  /** The loop's own sandbox, if it runs. */
  running(loop: LoopId): Box | undefined
  /** In the loop's own sandbox, started when it rests. */
  write<T>(loop: DrivenLoop, work: (box: Box) => Promise<T>): Promise<T | NotPlaced>
  /** What a panel's page has around the panel. */
  page(request: Request, loop: ViewedLoop, about: PanelAbout): Promise<PanelPageView>
}

export interface PanelAbout {
  panel: Panel
  /** What the page's title says before the loop's. */
  title: string
  streamUrl?: string | undefined
}

export interface WorkbenchNeeds {
  loops: Pick<Loops, "sandboxSpec">
  sandboxes: Pick<Sandboxes, "running" | "start" | "inspect"> & Partial<Pick<Sandboxes, "tools" | "health">>
  clock: Clock
  frame(
    request: Request,
    about: { title: string; section: "loops"; streamUrl?: string; currentLoop?: string },
  ): FrameView
  header(request: Request, loop: ViewedLoop): Promise<LoopHeaderView>
}

/** Whether somebody may write here and now. */
export const mayWrite = ({ drives, record }: ViewedLoop): boolean => drives && record.state.kind === "driven"

/** Longer than a start takes, shorter than people look at a page that does not come. */
const startWaitMs = 20_000
/** An image takes minutes to make: whoever waits for that is told as soon as it is seen. */
const lookMs = 1_000

export function createWorkbench({ loops, sandboxes, clock, frame, header }: WorkbenchNeeds): Workbench {
  async function begin({ record }: ViewedLoop, start: "start" | "inspect"): Promise<Ready | NotPlaced> {
    const spec = await loops.sandboxSpec(record.id)
    if (!spec) return { kind: "not-placed", why: "not-prepared" }
    const patience = new AbortController()
    const isBuilding = () => sandboxes.health?.().image.state === "building"
    let cancel: (() => void) | undefined
    const wait = (leftMs: number) => {
      if (leftMs <= 0 || (leftMs < startWaitMs && isBuilding())) patience.abort()
      else cancel = clock.after(lookMs, () => wait(leftMs - lookMs))
    }
    wait(startWaitMs)
    try {
      const outcome = notPlaced(await sandboxes[start](spec, { signal: patience.signal }))
      const waits = outcome.kind === "not-placed" && outcome.why === "still-starting" && isBuilding()
      return waits ? { kind: "not-placed", why: "image-building" } : outcome
    } finally {
      cancel?.()
    }
  }

  return {
    running: sandboxes.running,
    async read(loop, work) {
      const box = sandboxes.running(loop.record.id)
      return within(box ? { kind: "ready", box } : await begin(loop, "inspect"), work)
    },
    write: async (loop, work) => within(await begin(loop, "start"), work),
    async page(request, loop, { panel, title, streamUrl }) {
      const about = { title: `${title} · ${loop.record.title}`, section: "loops" as const, currentLoop: loop.record.id }
      const around = frame(request, { ...about, ...(streamUrl !== undefined && { streamUrl }) })
      const mine = { loop: loop.record.id, mayAct: mayWrite(loop), formToken: around.formToken }
      const tools = toolsNoticeView(sandboxes.tools?.(loop.record.id), mine, around.reader.locale)
      return { ...around, panel, header: await header(request, loop), ...(tools && { tools }) }
    },
  }
}

type Ready = { kind: "ready"; box: Box }

async function within<T>(begun: Ready | NotPlaced, work: (box: Box) => Promise<T>): Promise<T | NotPlaced> {
  if (begun.kind === "not-placed") return begun
  try {
    return await work(begun.box)
  } catch (error) {
    return linkLost(error)
  }
}

function notPlaced(outcome: InspectOutcome): Ready | NotPlaced {
  if (outcome.kind === "ready") return outcome
  if (outcome.kind === "no-place") return { kind: "not-placed", why: "no-place" }
  if (outcome.reason === "stopped") return { kind: "not-placed", why: "still-starting" }
  return { kind: "not-placed", why: outcome.reason, detail: outcome.detail }
}

/** A link that failed in the middle, as a reason to try again; anything else is a bug and is thrown on. */
export function linkLost(error: unknown): NotPlaced {
  if (!(error instanceof LinkFailed)) throw error
  return { kind: "not-placed", why: error.kind, detail: error.message }
}

/** The sentence in a panel's place. */
export function unplacedView(request: Request, { why, detail }: NotPlaced, retryUrl: string): UnplacedView {
  return { sentence: unplacedSentence(why, visitorOf(request).locale), detail, retryUrl }
}

/** `why`: as in `NotPlaced`; a reason that is not known is that sandboxes cannot be started here. */
export function unplacedSentence(why: string, locale: Locale): string {
  const words = workbenchWords(locale)
  const sentences: Partial<Record<NotPlaced["why"], string>> & Record<string, string | undefined> = {
    "not-prepared": words.notPrepared,
    "no-checkout": words.noCheckout,
    "still-starting": words.stillStarting,
    "image-building": words.imageBuilding,
    "no-place": words.noPlace,
    "image-missing": words.noImage,
    "agent-missing": words.noAgent,
    "no-space": words.noSpace,
    "no-memory": words.noMemory,
    "start-failed": words.noStart,
    "link-failed": words.noStart,
    "link-version": words.noStart,
    version: words.noStart,
    gone: words.linkGone,
    timeout: words.tooSlow,
    limit: words.tooMuch,
    protocol: words.strange,
    refused: words.strange,
  }
  return (Object.hasOwn(sentences, why) ? sentences[why] : undefined) ?? words.noPodman
}
