import type { LoopHeaderView } from "../../views/props/loops.ts"
import type { LoopId } from "../lib/ids.ts"
import type { DrivenLoop, EventOf, ViewedLoop } from "../loops/index.ts"
import type { Adopted } from "../sandbox/index.ts"
import { createChatHistory } from "./chat-history.ts"
import { createNaming } from "./naming.ts"
import { headerOf } from "./page.ts"
import type { AgentNeeds } from "./needs.ts"
import type { RouteNeeds } from "./route-needs.ts"
import { agentRoutes } from "./routes.tsx"
import { createRunner, topicOf } from "./runner.ts"
import { type CommandAccepted, createShells } from "./shells.ts"
import { createSuggesting, type Suggesting } from "./suggestions.ts"
import { createWindows } from "./window.ts"
import { createWork, type Work } from "./work.ts"

export { createClaude } from "./claude.ts"
export type { AgentNeeds, AgentTimes } from "./needs.ts"
export type { RouteNeeds } from "./route-needs.ts"

/** The feature's door: one agent per loop, what drivers do with it, and the page that shows it. */
export interface Agent extends AsyncDisposable {
  readonly work: Work
  /** Goes on with what an earlier server left; call once, after sandboxes were adopted. */
  recover(adopted: readonly Adopted[]): Promise<void>
  /** Ends what the agent does in a loop; resolves when it writes nothing more. */
  endWork(loop: LoopId, why: "archived" | "deleted"): Promise<void>
  /** Interrupts what the agent does, as Stop does. */
  pause(loop: LoopId): void
  /** The head of a loop's page, for its other panels. */
  header(request: Request, loop: ViewedLoop): Promise<LoopHeaderView>
  /** Whether a person's command runs in a loop's sandbox. */
  runsCommand(loop: LoopId): boolean
  /** Runs a command as `!` does and waits for its line; a long one goes on, and its line comes when it has ended. */
  runOnce(loop: DrivenLoop, command: string): Promise<RanOnce>
  /** Keeps what somebody else would have the agent told until the driver sends it or drops it. */
  suggest: Suggesting["add"]
  /** How many loops it has in mind. */
  readonly inMind: number
  /** Hub topic of a loop's page. */
  topicOf(loop: LoopId): string
  routes(needs: RouteNeeds): ReturnType<typeof agentRoutes>
}

export type RanOnce =
  { kind: "ran"; line: EventOf<"shell"> } | { kind: "running" } | Exclude<CommandAccepted, { kind: "accepted" }>

export function createAgent(needs: AgentNeeds): Agent {
  const { events, background, loops } = needs
  const adoption = Promise.withResolvers<ReadonlySet<LoopId>>()
  const runner = createRunner({ ...needs, recoverShells: (post) => shells.recover(post) }, adoption.promise)
  const shells = createShells({ ...needs, postOf: runner.of, peek: runner.peek })
  const work = createWork(needs, runner)
  const suggesting = createSuggesting({ ...needs, send: work.send, peek: runner.peek })
  const chat = createChatHistory(needs)
  const naming = createNaming(needs)
  let stopped = false

  /** Only where somebody is at work: a quiet loop's record is read when it is needed. */
  const stops = [
    events.on("loop.changed", ({ loop, record }) => {
      const post = runner.peek(loop)
      if (!post) return
      post.record = record
      for (const { begun } of post.shells)
        if (record.state.kind !== "driven" || record.driver !== begun.by) shells.stop(loop, begun.run)
      post.actor.recordChanged(record)
      post.live.changed()
    }),
    events.on("loop.created", ({ loop }) => background.run("begin with a first message", () => runner.of(loop))),
    events.on("loop.restored", ({ loop }) => background.run("go on after a restore", () => runner.of(loop))),
    events.on("turn.finished", ({ loop, turn, outcome }) => {
      if (outcome === "done") background.run("find a title for a loop", () => naming.follow(loop, turn))
      background.run("count what a loop has used", () => count(loop))
      background.run("write down what was seen", () => chat.follow(loop))
      runner.release(loop)
    }),
  ]

  async function count(loop: LoopId): Promise<void> {
    const post = runner.peek(loop)
    if (!post) return
    post.spent = await needs.gateway.usageOfLoop(loop)
    post.live.changed()
  }

  return {
    work,
    async recover(adopted) {
      adoption.resolve(new Set(adopted.filter(({ outdated }) => outdated).map(({ loop }) => loop)))
      const running = adopted.filter(({ outcome, kept }) => outcome === "attached" && kept.length > 0)
      const all = new Set([...running.map(({ loop }) => loop), ...(await loops.unfinished())])
      for (const loop of all) {
        if (stopped) return
        // One that cannot be read must not keep the others from going on.
        await runner.of(loop).catch((error: unknown) => needs.log.error("could not go on with a loop", { loop, error }))
        background.run("write down what was seen", () => chat.follow(loop))
      }
    },
    pause: (loop) => runner.peek(loop)?.actor.dispatch({ kind: "interrupt" }),
    async endWork(loop, why) {
      const post = runner.peek(loop)
      if (!post) return
      await shells.end(loop, "stopped")
      post.actor.dispatch({ kind: "held", why })
      await post.actor.ended()
      await chat.settled(loop)
    },
    header: (request, loop) => headerOf({ needs, runner }, { request, loop }),
    topicOf,
    get inMind() {
      return runner.count
    },
    routes: (routeNeeds) =>
      agentRoutes({ ...routeNeeds, needs, runner, work, shells, suggesting, windows: createWindows() }),
    runsCommand: shells.isRunning,
    suggest: suggesting.add,
    async runOnce(loop, command) {
      const { id } = loop.record
      const [clientId, after] = [`once-${needs.ids.uuid()}`, await loops.transcript(id).lastSeq()]
      const accepted = await shells.run(loop, { command, clientId, agentSees: true })
      if (accepted.kind !== "accepted") return accepted
      await shells.ended(id, clientId)
      const line = await shells.lineOf(id, clientId, after)
      return line ? { kind: "ran", line } : { kind: "running" }
    },
    async [Symbol.asyncDispose]() {
      stopped = true
      for (const stop of stops) stop()
      adoption.resolve(new Set())
      await shells.endAll()
      await runner.leaveAll()
    },
  }
}
