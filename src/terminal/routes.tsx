import { Elysia } from "elysia"
import { z } from "zod"
import { TerminalPage } from "../../views/pages/terminal.tsx"
import type { TerminalPageView } from "../../views/props/terminal.ts"
import { terminalWords } from "../lib/i18n/terminal.ts"
import { paths, urls } from "../lib/urls.ts"
import { asDriver, asDriverWith, type DrivenLoop, type EventOf, type Loops, type NotPlaced } from "../loops/index.ts"
import {
  type LoopStreamNeeds,
  refuseDriver,
  unplacedSentence,
  unplacedView,
  type ViewedLoop,
  type Workbench,
} from "../loops/index.ts"
import type { Background } from "../platform/background.ts"
import type { Clock } from "../platform/clock.ts"
import { raw } from "../platform/http/form.ts"
import { htmlPage, redirectTo } from "../platform/http/html.ts"
import type { ShowProblem } from "../platform/http/problem.ts"
import type { LiveRights } from "../platform/http/live-rights.ts"
import { userOf, visitorOf } from "../platform/http/visitor.ts"
import { longestCommand, runCommand } from "./command.ts"
import { lineView, ranView, terminalView } from "./present.ts"
import { followTabs } from "./follow.tsx"
import type { Onlookers } from "./onlookers.ts"
import { mostOfOne, mostTerminals, parseName } from "./terminal.ts"
import type { Opened, Terminals } from "./terminals.ts"

export interface TerminalRouteNeeds {
  loops: Pick<Loops, "forDriver" | "forViewer">
  terminals: Terminals
  onlookers: Onlookers
  background: Background
  rights: Pick<LiveRights, "stream" | "recheck">
  lists?: LoopStreamNeeds["lists"]
  workbench: Workbench
  /** What only these pages load. */
  assets: { script: string; style: string }
  showProblem: ShowProblem
  clock: Clock
  /** Runs a command and writes it into the transcript; absent: it is run and written down nowhere. */
  once?(loop: DrivenLoop, command: string): Promise<RanOnce>
}

export type RanOnce =
  | { kind: "ran"; line: EventOf<"shell"> }
  /** Its line comes when it has ended. */
  | { kind: "running" }
  /** It was not begun. */
  | { kind: "no-space" | "no-command" | "command-too-long" | "bad-client-id" | "too-many-commands" }

const NameForm = z.object({ name: z.string().max(1_000).default("") })
const ShareForm = z.object({ share: z.enum(["on", "off"]) })
const CommandForm = z.object({ command: z.string().default("") })

/** The pages and forms of a loop's terminals. All of it is the driver's alone, but looking at what he shares. */
export function terminalRoutes(needs: TerminalRouteNeeds) {
  const { terminals } = needs
  return new Elysia({ name: "terminal" })
    .get(paths.loopTerminal, ({ request, params: { id }, query: { tab, closed } }) =>
      looking(needs, { request, id }, (loop) =>
        page(needs, { request, loop, tab }, { opens: loop.drives && closed === undefined }),
      ),
    )
    .get(paths.loopTerminalEvents, ({ request, params: { id }, query: { tab }, server }) =>
      looking(needs, { request, id }, (loop) => followTabs(needs, { request, loop, tab }, server)),
    )
    .post(
      paths.terminalShare,
      ({ request, params: { id, terminal } }) =>
        asDriverWith(needs, { request, id, form: ShareForm }, async ({ share }, loop) => {
          const shared = await terminals.share(loop, terminal, share === "on")
          if (shared !== "done") return noSuchTerminal(needs, request)
          await needs.rights.recheck({ about: loop.record.id })
          return redirectTo(urls.loopTerminal(id, { tab: terminal }), request)
        }),
      raw,
    )
    .post(paths.terminals, ({ request, params: { id } }) =>
      asDriver(needs, { request, id }, async (loop) =>
        showOpened(needs, { request, loop }, await terminals.open(loop)),
      ),
    )
    .post(paths.terminalAgain, ({ request, params: { id, terminal } }) =>
      asDriver(needs, { request, id }, async (loop) =>
        showOpened(needs, { request, loop }, await terminals.again(loop, terminal)),
      ),
    )
    .post(
      paths.terminalName,
      ({ request, params: { id, terminal } }) =>
        asDriverWith(needs, { request, id, form: NameForm }, async ({ name }, loop) => {
          const renamed = await terminals.rename(loop, terminal, parseName(name))
          if (renamed !== "renamed") return noSuchTerminal(needs, request)
          return redirectTo(urls.loopTerminal(id, { tab: terminal }), request)
        }),
      raw,
    )
    .post(paths.terminalClose, ({ request, params: { id, terminal } }) =>
      asDriver(needs, { request, id }, async (loop) => {
        await terminals.close(loop, terminal)
        return redirectTo(urls.loopTerminal(id, { closed: 1 }), request)
      }),
    )
    .post(
      paths.loopCommand,
      ({ request, params: { id } }) =>
        asDriverWith(needs, { request, id, form: CommandForm }, ({ command }, loop) =>
          showCommand(needs, { request, loop }, command.trim()),
        ),
      raw,
    )
}

/** Goes on for the driver, and where he shares a terminal for everybody who may see the loop. */
async function looking(
  needs: TerminalRouteNeeds,
  { request, id }: { request: Request; id: string },
  then: (loop: ViewedLoop) => Response | Promise<Response>,
): Promise<Response> {
  const user = userOf(request)
  const driven = await needs.loops.forDriver(id, user)
  if (driven.kind === "driven") return then(driven.loop)
  const viewed = await needs.loops.forViewer(id, user)
  const isShown = viewed.kind === "viewed" && (await needs.terminals.shared(viewed.loop)).length > 0
  return isShown ? then(viewed.loop) : refuseDriver(needs, request, driven)
}

interface Visit {
  request: Request
  loop: ViewedLoop
  tab?: string | undefined
}

const noSuchTerminal = ({ showProblem }: TerminalRouteNeeds, request: Request): Response =>
  showProblem({ status: 404, code: "no-such-terminal" }, request)

type About = Partial<Pick<TerminalPageView, "opens" | "unplaced" | "ran" | "commandError" | "notOpened">> & {
  status?: number
}

async function page(needs: TerminalRouteNeeds, visit: Visit, { status, ...about }: About): Promise<Response> {
  const { request, loop, tab } = visit
  const { locale } = visitorOf(request)
  const title = terminalWords(locale).terminals
  const streamUrl = urls.loopTerminalEvents(loop.record.id, tab)
  const [around, all] = await Promise.all([
    needs.workbench.page(request, loop, { panel: "terminal", title, streamUrl }),
    needs.terminals.seen(loop),
  ])
  const { onlookers } = needs
  const view = { opens: false, ...about, ...terminalView(loop, all, { locale, onlookers, ...(tab && { tab }) }) }
  return htmlPage(<TerminalPage page={{ ...around, also: needs.assets, ...view }} />, {
    ...(status !== undefined && { status }),
  })
}

function showOpened(needs: TerminalRouteNeeds, visit: Visit, opened: Opened): Response | Promise<Response> {
  const { request, loop } = visit
  const { id } = loop.record
  switch (opened.kind) {
    case "opened":
      return redirectTo(urls.loopTerminal(id, { tab: opened.terminal.id }), request)
    case "no-such-terminal":
      return noSuchTerminal(needs, request)
    case "too-many":
    case "too-many-own":
      return page(needs, visit, { notOpened: tooMany(request, opened.kind), status: 409 })
    case "not-placed":
      return unplaced(needs, visit, opened)
  }
}

function tooMany(request: Request, kind: "too-many" | "too-many-own"): string {
  const words = terminalWords(visitorOf(request).locale)
  return kind === "too-many" ? words.atMost(mostTerminals) : words.atMostOwn(mostOfOne)
}

function unplaced(needs: TerminalRouteNeeds, visit: Visit, why: NotPlaced): Promise<Response> {
  const { request, loop } = visit
  const view = unplacedView(request, why, urls.loopTerminal(loop.record.id, { closed: 1 }))
  return page(needs, visit, { unplaced: view, status: 503 })
}

async function showCommand(
  needs: TerminalRouteNeeds,
  visit: Visit & { loop: DrivenLoop },
  command: string,
): Promise<Response> {
  if (command === "" || command.length > longestCommand) {
    const { locale } = visitorOf(visit.request)
    return page(needs, visit, { commandError: terminalWords(locale).commandMissing, status: 422 })
  }
  const once = await needs.once?.(visit.loop, command)
  // A full disk takes no line, and a command may be what makes room on it.
  if (once === undefined || once.kind === "no-space") return showUnwritten(needs, visit, command)
  if (once.kind === "running") return page(needs, visit, { ran: { command, runs: true, wasCut: false } })
  if (once.kind !== "ran") {
    const { locale } = visitorOf(visit.request)
    return page(needs, visit, { commandError: terminalWords(locale).commandsRun, status: 409 })
  }
  return showLine(needs, visit, once.line)
}

function showLine(needs: TerminalRouteNeeds, visit: Visit, line: EventOf<"shell">): Promise<Response> {
  if (line.how !== "not-run") return page(needs, visit, { ran: lineView(line) })
  const retryUrl = urls.loopTerminal(visit.loop.record.id, { closed: 1 })
  const sentence = unplacedSentence(line.why ?? "", visitorOf(visit.request).locale)
  return page(needs, visit, { unplaced: { sentence, retryUrl }, status: 503 })
}

async function showUnwritten(needs: TerminalRouteNeeds, visit: Visit & { loop: DrivenLoop }, command: string) {
  const ran = await needs.workbench.write(visit.loop, (box) => runCommand(box, command, needs.clock))
  if ("kind" in ran) return unplaced(needs, visit, ran)
  return page(needs, visit, { ran: ranView(command, ran) })
}
