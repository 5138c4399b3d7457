import type { LoopId } from "../lib/ids.ts"
import type { DrivenLoop, EventOf, NewEvent, NotPlaced, Transcript, Workbench } from "../loops/index.ts"
import { timestamp, within } from "../platform/clock.ts"
import { isDiskFailure } from "../platform/disk/calls.ts"
import { bestEffort } from "../platform/log.ts"
import type { AgentNeeds } from "./needs.ts"
import type { Post } from "./runner.ts"
import { createScrubber } from "./scrub.ts"
import { longestCommand, type Ran, runShell, type StopWhy } from "./run-shell.ts"
import type { RunningShell } from "./running-shell.ts"
import { type Begun, isKnown, noCommands, shellFile, withEnded } from "./shell-file.ts"

export interface NewCommand {
  command: string
  clientId: string
  agentSees: boolean
}

export type CommandAccepted =
  | { kind: "accepted" }
  | { kind: "no-command" }
  | { kind: "command-too-long" }
  | { kind: "bad-client-id" }
  | { kind: "too-many-commands" }
  | { kind: "no-space" }

/** What a person runs in a loop's sandbox beside the agent: at once, also while it works. */
export interface Shells {
  /** It is durable that it is to be run when this resolves; how it went is a line of the transcript. */
  run(loop: DrivenLoop, wanted: NewCommand): Promise<CommandAccepted>
  /** One that has ended meanwhile is fine. */
  stop(loop: LoopId, run: string): void
  isRunning(loop: LoopId): boolean
  /** Resolves when it has ended, or after a while: for somebody whose page does not change by itself. */
  ended(loop: LoopId, clientId: string): Promise<void>
  /** The line of one that was begun after this number; undefined while it runs. */
  lineOf(loop: LoopId, clientId: string, after: number): Promise<EventOf<"shell"> | undefined>
  /** Says of what an earlier server was running that it was cut off. */
  recover(post: Post): Promise<void>
  /** Ends what runs; resolves when its lines are written. */
  end(loop: LoopId, why: StopWhy): Promise<void>
  endAll(): Promise<void>
}

export interface ShellsNeeds extends Pick<
  AgentNeeds,
  "loops" | "disk" | "clock" | "ids" | "log" | "background" | "secretsOf"
> {
  inside: Workbench["write"]
  postOf(loop: LoopId): Promise<Post>
  peek(loop: LoopId): Post | undefined
}

const mostAtOnce = 4
/** What was told to end and does not answer is not waited for any longer, in milliseconds. */
const graceMs = 4_000
/** How often a page is shown more of what a command prints, in milliseconds. */
const frameMs = 150
/** How long somebody whose page does not change by itself waits for the output, in milliseconds. */
const waitMs = 20_000
/** Of what a running command printed, the end is shown, in characters. */
const tailLength = 4_096

export function createShells(needs: ShellsNeeds): Shells {
  const { loops, clock, log } = needs
  /** Until the note about it is made, which is after its line. */
  const working = new Map<RunningShell, { loop: LoopId; done: Promise<boolean> }>()
  /** From then on nobody waits for a disk that takes no line: the note stays, and the next server goes by it. */
  const left = Promise.withResolvers<false>()

  async function run(loop: DrivenLoop, { command, clientId, agentSees }: NewCommand): Promise<CommandAccepted> {
    const refused = refusal(command, clientId)
    if (refused) return refused
    const { id } = loop.record
    const post = await needs.postOf(id)
    try {
      const outcome = await post.marker.during(async (): Promise<CommandAccepted> => {
        const after = await loops.transcript(id).lastSeq()
        const given = { clientId, command, by: loop.viewer, agentSees }
        const begun = { run: runOf(id, clientId), ...given, at: timestamp(clock), after }
        const taken = await take(id, begun)
        if (taken === "new") begin(post, loop, begun)
        return { kind: taken === "too-many" ? "too-many-commands" : "accepted" }
      })
      await settle(post)
      return outcome
    } catch (error) {
      if (isDiskFailure(error)) return { kind: "no-space" }
      throw error
    }
  }

  /** Written down before it is run, once for each request. */
  async function take(loop: LoopId, begun: Begun): Promise<"new" | "known" | "too-many"> {
    let taken: "new" | "known" | "too-many" = "new"
    await shellFile(needs, loop).update((list = noCommands) => {
      if (isKnown(list, begun.clientId)) taken = "known"
      else if (list.running.length >= mostAtOnce) taken = "too-many"
      return taken === "new" ? { ...list, running: [...list.running, begun] } : list
    })
    return taken
  }

  function begin(post: Post, loop: DrivenLoop, begun: Begun): void {
    const shell = newShell(begun)
    post.shells.add(shell)
    post.live.changed()
    needs.background.run("run a person's command", () => {
      const done = post.marker.during(() => perform(post, loop, shell)).finally(() => working.delete(shell))
      working.set(shell, { loop: loop.record.id, done })
      return done.then(async (written) => void (written && (await settle(post))))
    })
  }

  async function perform(post: Post, loop: DrivenLoop, shell: RunningShell): Promise<boolean> {
    const since = clock.now()
    const outcome = await unlessGivenUp(shell, attempt(post, loop, shell)).catch((error: unknown) => {
      log.error("could not run a person's command", { loop: loop.record.id, error })
      return { ...nothingPrinted, how: "lost" } as const
    })
    return record(post, shell.begun, { ...outcome, ms: clock.now() - since })
  }

  async function attempt(post: Post, loop: DrivenLoop, shell: RunningShell): Promise<Outcome> {
    const { signal } = shell.stop
    const scrubber = createScrubber(await needs.secretsOf(loop.record))
    const said = shown(post, shell)
    const ran = await needs.inside(loop, async (box) => {
      if (signal.aborted) return { ...nothingPrinted, how: shell.why }
      shell.state = "running"
      post.live.changed()
      const name = needs.ids.hex(8)
      return runShell(box, shell.begun.command, {
        clock,
        log,
        scrubber,
        name,
        stop: signal,
        why: () => shell.why,
        said,
      })
    })
    return "kind" in ran ? notRun(ran) : ran
  }

  /** Waits for nothing that was told to end. */
  async function unlessGivenUp(shell: RunningShell, attempted: Promise<Outcome>): Promise<Outcome> {
    const { signal } = shell.stop
    const late = Promise.withResolvers<Outcome>()
    let cancel = () => {}
    const told = () => {
      cancel = clock.after(graceMs, () => late.resolve({ ...nothingPrinted, how: shell.why }))
    }
    if (signal.aborted) told()
    else signal.addEventListener("abort", told, { once: true })
    try {
      return await Promise.race([attempted, late.promise])
    } finally {
      cancel()
      signal.removeEventListener("abort", told)
    }
  }

  /**
   * The line first: after a kill between the two, the line is found and not written once more. False when this server
   * ended before the disk took it.
   */
  async function record(post: Post, begun: Begun, outcome: Outcome & { ms?: number }): Promise<boolean> {
    const { run: id, clientId, command, by, agentSees } = begun
    const line: NewEvent = { kind: "shell", turn: null, run: id, clientId, by, command, agentSees, ...outcome }
    const written = post.actor.writer.sure(line).then(() => true)
    if (!(await Promise.race([written, left.promise]))) return false
    await forget(post, begun)
    return true
  }

  /** The loop is opened although its disk takes nothing now; the line is written as soon as it does. */
  async function cutOff(post: Post, begun: Begun): Promise<void> {
    const tried = Promise.withResolvers<void>()
    const recorded = post.marker.during(() => {
      const written = record(post, begun, { ...nothingPrinted, how: "cut-off" })
      void post.actor.writer.tried().then(tried.resolve)
      return written
    })
    needs.background.run("say that a command was cut off", async () => {
      if (await recorded) await settle(post)
    })
    await Promise.race([recorded.catch(() => false), tried.promise])
  }

  async function forget({ record: { id } }: Pick<Post, "record">, begun: Begun): Promise<void> {
    const line = begun.agentSees ? await lineOf(loops.transcript(id), begun) : undefined
    await bestEffort(log, "note that a command has ended", () =>
      shellFile(needs, id).update((list = noCommands) =>
        withEnded(list, begun, line?.how === "not-run" ? undefined : line?.seq),
      ),
    )
  }

  /** Nothing else is left to do for the loop. */
  async function settle({ actor, marker }: Post): Promise<void> {
    if (actor.idle) await marker.set(false)
  }

  function shown(post: Post, shell: RunningShell): (text: string) => void {
    let [last, due] = [Number.NEGATIVE_INFINITY, false]
    const show = () => {
      due = false
      last = clock.now()
      post.live.changed()
    }
    return (text) => {
      shell.tail = (shell.tail + text).slice(-tailLength)
      shell.printed += text.length
      if (due) return
      due = true
      const rest = last + frameMs - clock.now()
      if (rest > 0) clock.after(rest, show)
      else show()
    }
  }

  function end(one: RunningShell, why: StopWhy): Promise<unknown> {
    one.state = "stopping"
    one.why = why
    one.stop.abort()
    return working.get(one)?.done ?? Promise.resolve()
  }

  return {
    run,
    stop(loop, id) {
      const post = needs.peek(loop)
      for (const one of post?.shells ?? []) if (one.begun.run === id) void end(one, "stopped")
      post?.live.changed()
    },
    async ended(loop, clientId) {
      for (const [{ begun }, one] of working)
        if (one.loop === loop && begun.clientId === clientId) await within(clock, waitMs, one.done)
    },
    lineOf: (loop, clientId, after) => lineOf(loops.transcript(loop), { run: runOf(loop, clientId), after }),
    isRunning: (loop) => (needs.peek(loop)?.shells.size ?? 0) > 0,
    async recover(post) {
      const { id } = post.record
      const begunBefore = (await shellFile(needs, id).read())?.running ?? []
      for (const begun of begunBefore) {
        if (await lineOf(loops.transcript(id), begun)) await forget(post, begun)
        else await cutOff(post, begun)
      }
      if (begunBefore.length > 0) await settle(post)
    },
    async end(loop, why) {
      await Promise.all([...working].map(async ([one, at]) => at.loop === loop && end(one, why)))
    },
    async endAll() {
      await within(clock, graceMs + 1_000, Promise.all([...working.keys()].map((one) => end(one, "cut-off"))))
      left.resolve(false)
    },
  }
}

type Outcome = Omit<Ran, "how"> & { how: EventOf<"shell">["how"]; why?: string }

const nothingPrinted = { text: "", cut: 0, exit: null }

const notRun = ({ why }: NotPlaced): Outcome => ({ ...nothingPrinted, how: "not-run", why })

const newShell = (begun: Begun): RunningShell => ({
  begun,
  state: "starting",
  tail: "",
  printed: 0,
  stop: new AbortController(),
  why: "stopped",
})

function refusal(command: string, clientId: string): CommandAccepted | undefined {
  if (command.trim() === "") return { kind: "no-command" }
  if (command.length > longestCommand) return { kind: "command-too-long" }
  return /^[\w.:-]{1,100}$/.test(clientId) ? undefined : { kind: "bad-client-id" }
}

/** The same request of the same loop is the same run; nothing inside the sandbox can know it. */
const runOf = (loop: LoopId, clientId: string): string =>
  new Bun.CryptoHasher("sha256").update(`${loop} ${clientId}`).digest("hex").slice(0, 16)

/** Its line, from the end of the transcript back to where it began. */
async function lineOf(
  transcript: Pick<Transcript, "before">,
  { run, after }: Pick<Begun, "run" | "after">,
): Promise<EventOf<"shell"> | undefined> {
  for (let before: number | undefined, atStart = false; !atStart;) {
    const page = await transcript.before(before)
    for (const event of page.events) if (event.kind === "shell" && event.run === run) return event
    before = page.events[0]?.seq
    atStart = page.atStart || before === undefined || before <= after + 1
  }
  return undefined
}
