import { Elysia } from "elysia"
import { z } from "zod"
import { TerminalPage } from "../../views/pages/terminal.tsx"
import type { TerminalPageView } from "../../views/props/terminal.ts"
import { terminalWords } from "../lib/i18n/terminal.ts"
import { paths, urls } from "../lib/urls.ts"
import { type DrivenLoop, type Loops, linkLost, type NotPlaced, refuseDriver, unplacedView } from "../loops/index.ts"
import type { Workbench } from "../loops/index.ts"
import type { Clock } from "../platform/clock.ts"
import { formProblem, raw, readForm } from "../platform/http/form.ts"
import { htmlPage, redirectTo } from "../platform/http/html.ts"
import type { ShowProblem } from "../platform/http/problem.ts"
import { userOf, visitorOf } from "../platform/http/visitor.ts"
import { longestCommand, runCommand } from "./command.ts"
import { ranView, terminalView } from "./present.ts"
import { parseName } from "./terminal.ts"
import type { Opened, Terminals } from "./terminals.ts"

export interface TerminalRouteNeeds {
  loops: Pick<Loops, "forDriver">
  terminals: Terminals
  workbench: Workbench
  /** What only these pages load. */
  assets: { script: string; style: string }
  showProblem: ShowProblem
  clock: Clock
}

const NameForm = z.object({ name: z.string().max(1_000).default("") })
const CommandForm = z.object({ command: z.string().default("") })

/** The pages and forms of a loop's terminals. All of it is the driver's alone. */
export function terminalRoutes(needs: TerminalRouteNeeds) {
  const { loops, terminals } = needs
  const drive = (request: Request, id: string) => loops.forDriver(id, userOf(request))
  return new Elysia({ name: "terminal" })
    .get(paths.loopTerminal, async ({ request, params, query }) => {
      const driven = await drive(request, params.id)
      if (driven.kind !== "driven") return refuseDriver(needs, request, driven)
      const { tab, closed } = query
      return page(needs, { request, loop: driven.loop, tab }, { opens: closed === undefined })
    })
    .post(paths.terminals, async ({ request, params }) => {
      const driven = await drive(request, params.id)
      if (driven.kind !== "driven") return refuseDriver(needs, request, driven)
      return showOpened(needs, { request, loop: driven.loop }, await attempt(() => terminals.open(driven.loop)))
    })
    .post(paths.terminalAgain, async ({ request, params }) => {
      const driven = await drive(request, params.id)
      if (driven.kind !== "driven") return refuseDriver(needs, request, driven)
      const opened = await attempt(() => terminals.again(driven.loop, params.terminal))
      return showOpened(needs, { request, loop: driven.loop }, opened)
    })
    .post(
      paths.terminalName,
      async ({ request, params }) => {
        const driven = await drive(request, params.id)
        if (driven.kind !== "driven") return refuseDriver(needs, request, driven)
        const form = await readForm(request, NameForm)
        if (form.kind !== "valid") return needs.showProblem(formProblem(form), request)
        const renamed = await terminals.rename(driven.loop, params.terminal, parseName(form.value.name))
        if (renamed !== "renamed") return noSuchTerminal(needs, request)
        return redirectTo(urls.loopTerminal(params.id, { tab: params.terminal }), request)
      },
      raw,
    )
    .post(paths.terminalClose, async ({ request, params }) => {
      const driven = await drive(request, params.id)
      if (driven.kind !== "driven") return refuseDriver(needs, request, driven)
      await terminals.close(driven.loop, params.terminal)
      return redirectTo(urls.loopTerminal(params.id, { closed: 1 }), request)
    })
    .post(
      paths.loopCommand,
      async ({ request, params }) => {
        const driven = await drive(request, params.id)
        if (driven.kind !== "driven") return refuseDriver(needs, request, driven)
        const form = await readForm(request, CommandForm)
        if (form.kind !== "valid") return needs.showProblem(formProblem(form), request)
        return showCommand(needs, { request, loop: driven.loop }, form.value.command.trim())
      },
      raw,
    )
}

interface Visit {
  request: Request
  loop: DrivenLoop
  tab?: string | undefined
}

const noSuchTerminal = ({ showProblem }: TerminalRouteNeeds, request: Request): Response =>
  showProblem({ status: 404, code: "no-such-terminal" }, request)

type About = Partial<Pick<TerminalPageView, "opens" | "unplaced" | "ran" | "commandError">> & { status?: number }

async function page(needs: TerminalRouteNeeds, visit: Visit, { status, ...about }: About): Promise<Response> {
  const { request, loop, tab } = visit
  const { locale } = visitorOf(request)
  const title = terminalWords(locale).terminals
  const [around, all] = await Promise.all([
    needs.workbench.page(request, loop, { panel: "terminal", title }),
    needs.terminals.list(loop),
  ])
  const view = { opens: false, ...about, ...terminalView(loop.record.id, all, { locale, ...(tab && { tab }) }) }
  return htmlPage(<TerminalPage page={{ ...around, also: needs.assets, ...view }} />, {
    ...(status !== undefined && { status }),
  })
}

/** A link that ends while a shell is being started is told like a sandbox that does not start. */
async function attempt(open: () => Promise<Opened>): Promise<Opened> {
  try {
    return await open()
  } catch (error) {
    return linkLost(error)
  }
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
      return needs.showProblem({ status: 409, code: "too-many-terminals" }, request)
    case "not-placed":
      return unplaced(needs, visit, opened)
  }
}

function unplaced(needs: TerminalRouteNeeds, visit: Visit, why: NotPlaced): Promise<Response> {
  const { request, loop } = visit
  const view = unplacedView(request, why, urls.loopTerminal(loop.record.id, { closed: 1 }))
  return page(needs, visit, { unplaced: view, status: 503 })
}

async function showCommand(needs: TerminalRouteNeeds, visit: Visit, command: string): Promise<Response> {
  if (command === "" || command.length > longestCommand) {
    const { locale } = visitorOf(visit.request)
    return page(needs, visit, { commandError: terminalWords(locale).commandMissing, status: 422 })
  }
  const placed = await needs.workbench.toWrite(visit.loop)
  if (placed.kind !== "placed") return unplaced(needs, visit, placed)
  try {
    return await page(needs, visit, { ran: ranView(command, await runCommand(placed.box, command, needs.clock)) })
  } catch (error) {
    return unplaced(needs, visit, linkLost(error))
  }
}
