import { loopHeader, type Workbench } from "../loops/index.ts"
import { userOf } from "../platform/http/visitor.ts"
import { type Box, LinkFailed } from "../sandbox/index.ts"
import type { LoopPages } from "./loop-pages.tsx"

/** Every loop's sandbox is this one, for as long as it `runs`; writing starts it. */
export function linkWorkbench(world: LoopPages, box: Box, sandbox = { runs: true }): Workbench {
  const work = async <T>(does: (box: Box) => Promise<T>) => {
    try {
      return await does(box)
    } catch (error) {
      if (!(error instanceof LinkFailed)) throw error
      return { kind: "not-placed", why: error.kind, detail: error.message } as const
    }
  }
  return {
    running: () => (sandbox.runs ? box : undefined),
    read: (_, does) => work(does),
    write(_, does) {
      sandbox.runs = true
      return work(does)
    },
    async page(request, { record }, { panel, title, streamUrl }) {
      const reader = { locale: "en", now: 0 } as const
      const frame = world.needs.frame(request, {
        title,
        section: "loops",
        ...(streamUrl !== undefined && { streamUrl }),
      })
      return { ...frame, panel, header: loopHeader({ record, user: userOf(request), reader }) }
    },
  }
}
