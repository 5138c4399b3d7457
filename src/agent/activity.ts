import type { ActivityView } from "../../views/props/conversation.ts"
import { toolHeadline } from "../../views/components/tool-block.tsx"
import { agentOutcomes } from "../lib/i18n/agent-outcomes.ts"
import type { Locale } from "../lib/i18n/locale.ts"
import type { LoopActivity } from "../loops/index.ts"
import type { Post } from "./runner.ts"
import { toolBody } from "./tool-body.ts"

/** What the lists are told. The headline has no language: a command, a path, a tool's name. */
export function loopActivity(post: Post): LoopActivity {
  const { state, since } = post.actor
  return { ...statusOf(post), since, waiting: state.queue.length }
}

function statusOf({ actor, live, record }: Post): Pick<LoopActivity, "status" | "headline"> {
  const { phase, queue, stalled, held } = actor.state
  if (phase.kind === "asking" || phase.kind === "parked") return { status: "needs-you" }
  if (phase.kind === "running") {
    const { tool } = live.doing()
    return tool ? { status: "working", headline: headlineOf(tool, record.id) } : { status: "working" }
  }
  if (phase.kind !== "idle") return { status: placeOf(actor.step) === undefined ? "working" : "queued" }
  if (stalled || actor.history.failed) return { status: "failed" }
  return { status: queue.length > 0 && !held ? "queued" : "idle" }
}

/** What the loop's own page says above the composer; nothing while nothing happens. */
export function activityView({ actor, live, record }: Post, locale: Locale): ActivityView | undefined {
  const { phase } = actor.state
  const since = actor.since
  switch (phase.kind) {
    case "idle":
      return undefined
    case "asking":
    case "parked":
      return { kind: "waiting", since }
    case "starting":
    case "returning":
      return { kind: "starting", headline: startWords(actor.step ?? "", locale), since }
    case "interrupting":
      return { kind: "stopping", ...fullDisk(actor, locale), since }
    case "running":
      return { ...doingView(live.doing(), { loop: record.id, locale, now: since }), ...fullDisk(actor, locale), since }
  }
}

function startWords(step: string, locale: Locale): string {
  const words = agentOutcomes(locale)
  const place = placeOf(step)
  return place === undefined ? words.starting(step) : words.waitsForPlace(place)
}

/** Its number in the line, of a loop that waits for a free place. */
const placeOf = (step: string | undefined): string | undefined => /^place:(\d+)$/.exec(step ?? "")?.[1]

/** What the agent does cannot be kept at the moment, so nothing of it is shown either. */
const fullDisk = ({ writer }: Pick<Post["actor"], "writer">, locale: Locale): { headline?: string } =>
  writer.refused ? { headline: agentOutcomes(locale).diskRefuses } : {}

type Doing = ReturnType<Post["live"]["doing"]>
interface Reading {
  loop: Post["record"]["id"]
  locale: Locale
  now: number
}

function doingView(doing: Doing, { loop, locale, now }: Reading): Pick<ActivityView, "kind" | "headline"> {
  if (doing.kind === "retrying") {
    const [attempt, of] = doing.attempt ?? [1, 1]
    return { kind: "thinking", headline: agentOutcomes(locale).retrying(attempt, of) }
  }
  if (doing.kind !== "tool" || !doing.tool) return { kind: doing.kind === "writing" ? "writing" : "thinking" }
  const { tool } = doing.tool
  const body = toolBody(doing.tool, loop)
  return { kind: "tool", headline: toolHeadline({ tool, body, state: "pending" }, { locale, now }) }
}

/** What a tool was used on, in one line and no language: a command, a path, a pattern, else the tool's name. */
export function headlineOf({ tool, input }: NonNullable<Doing["tool"]>, loop: Post["record"]["id"]): string {
  const body = toolBody({ tool, input }, loop)
  const words = { command: "command", path: "path", pattern: "pattern", description: "description" } as const
  const fields: Record<string, unknown> = { ...body }
  const found = Object.values(words).map((name) => fields[name])
  const text = found.find((value): value is string => typeof value === "string" && value !== "") ?? tool
  return text.split("\n", 1)[0]?.slice(0, 120) ?? tool
}
