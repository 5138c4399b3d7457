import { TerminalTabs } from "../../views/components/terminal-tabs.tsx"
import { Replace } from "../../views/partials.tsx"
import { targets } from "../../views/targets.ts"
import { streamLoop, type ViewedLoop } from "../loops/index.ts"
import type { LoopStreamNeeds } from "../loops/index.ts"
import type { Background } from "../platform/background.ts"
import type { Clock } from "../platform/clock.ts"
import { visitorOf } from "../platform/http/visitor.ts"
import type { Viewer } from "../platform/sse/stream.ts"
import type { Onlookers } from "./onlookers.ts"
import { terminalView } from "./present.ts"
import type { Terminals } from "./terminals.ts"

export interface FollowNeeds extends LoopStreamNeeds {
  terminals: Pick<Terminals, "seen">
  onlookers: Onlookers
  background: Background
  clock: Clock
}

interface Visit {
  request: Request
  loop: ViewedLoop
  tab?: string | undefined
}

type Server = Parameters<FollowNeeds["rights"]["stream"]>[0]["server"]

/** The page's stream: tabs as they come, go and are shared, by whomever, and the news of the sidebar. */
export function followTabs(needs: FollowNeeds, visit: Visit, server: Server): Response {
  const { request, loop, tab } = visit
  const { locale, formToken } = visitorOf(request)
  return streamLoop(needs, { ...visit, server }, (viewer) => {
    let shown = ""
    let looks = 0
    const show = async () => {
      const mine = ++looks
      const all = await needs.terminals.seen(loop)
      // A later look shows what this one saw, and more.
      if (mine < looks) return
      if (!loop.drives && all.length === 0) return viewer.close()
      const view = terminalView(loop, all, {
        ...{ locale, onlookers: needs.onlookers },
        ...(tab !== undefined && { tab }),
      })
      const html = render(
        { ...view, ...(formToken !== undefined && { formToken }) },
        { locale, now: needs.clock.now() },
      )
      if (html !== shown) send(viewer, html)
      shown = html
    }
    const look = () => needs.background.run("show the tabs of terminals", show)
    look()
    return needs.onlookers.follow(loop.record.id, look)
  })
}

const send = (viewer: Viewer, html: string) => void (viewer.ended.aborted || viewer.send(html))

type Tabs = Parameters<typeof TerminalTabs>[0]

const render = (tabs: Tabs["tabs"], reader: Tabs["reader"]): string =>
  String(
    <Replace target={targets.terminalTabs}>
      <TerminalTabs tabs={tabs} reader={reader} />
    </Replace>,
  )
