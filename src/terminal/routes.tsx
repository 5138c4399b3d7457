import { Elysia } from "elysia"
import { z } from "zod"
import { TerminalPage } from "../../views/pages/terminal.tsx"
import type { TerminalPageView } from "../../views/props/terminal.ts"
import { terminalWords } from "../lib/i18n/terminal.ts"
import { paths, urls } from "../lib/urls.ts"
import { asDriver, asDriverWith, type DrivenLoop, type Loops, type NotPlaced } from "../loops/index.ts"
import { unplacedView, type Workbench } from "../loops/index.ts"
import type { Clock } from "../platform/clock.ts"
import { raw } from "../platform/http/form.ts"
import { htmlPage, redirectTo } from "../platform/http/html.ts"
import type { ShowProblem } from "../platform/http/problem.ts"
import { visitorOf } from "../platform/http/visitor.ts"
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
  const { terminals } = needs
  return new Elysia({ name: "terminal" })
    .get(paths.loopTerminal, ({ request, params: { id }, query: { tab, closed } }) =>
      asDriver(needs, { request, id }, (loop) => page(needs, { request, loop, tab }, { opens: closed === undefined })),
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
  const ran = await needs.workbench.write(visit.loop, (box) => runCommand(box, command, needs.clock))
  if ("kind" in ran) return unplaced(needs, visit, ran)
  return page(needs, visit, { ran: ranView(command, ran) })
}
