import type { ConversationItem, LoopPageView } from "../../views/props/conversation.ts"
import { renderMarkdown } from "../lib/markdown.ts"
import { urls } from "../lib/urls.ts"
import { userOf, visitorOf } from "../platform/http/visitor.ts"
import { brokenView, loopHeader, preparingView, type ViewedLoop } from "../loops/index.ts"
import { activityView, loopActivity } from "./activity.ts"
import { modeOf } from "./companion.ts"
import { imageView, isWorking, queueView, toolsView } from "./looks.tsx"
import { itemsOf, type Reading } from "./present.ts"
import { underWayWords } from "../lib/i18n/under-way.ts"
import { operations } from "../platform/git/inside-under-way.ts"
import type { Doing, Model } from "./route-needs.ts"
import type { Post } from "./runner.ts"
import { refusedSentence } from "./refused.ts"
import { runningShells } from "./shell-present.ts"
import { contextView, spentView } from "./spent.ts"
import { readWindow } from "./window.ts"

/** Text that stays in the composer after a refused post. */
interface Kept {
  text: string
  error: string
  clientId?: string
  /** Of a command. */
  agentSees?: boolean
}

const nothingKept: Kept = { text: "", error: "" }

/** A message about an operation of git that waits, to be sent or changed; nothing for any other word. */
export function preparedText(request: Request, ask: unknown): Kept {
  const operation = operations.find((one) => one === ask)
  if (!operation) return nothingKept
  return { ...nothingKept, text: underWayWords(visitorOf(request).locale).message(operation) }
}

/** A request by somebody who may read this loop. */
interface Visit {
  request: Request
  loop: ViewedLoop
}

/** The whole page of one loop, for somebody who may read it. */
export async function loopPage(doing: Doing, { request, loop }: Visit, kept = nothingKept): Promise<LoopPageView> {
  const { needs, runner } = doing
  const { record } = loop
  const user = userOf(request)
  const post = await runner.of(record.id)
  const reading = readingOf(needs, { request, loop }, post.markdown)
  const [window, model] = await Promise.all([
    doing.windows.newest(record.id, needs.loops.transcript(record.id)),
    modelOf(doing, post),
  ])
  const [spent] = await Promise.all([needs.gateway.usageOfLoop(record.id), post.actor.context.load()])
  post.spent = spent
  const streamUrl = urls.loopEvents(record.id, window.last)
  const frame = doing.frame(request, { title: record.title, section: "loops", streamUrl, currentLoop: record.id })
  const { reader, formToken } = frame
  const running = needs.sandboxes.running(record.id) !== undefined
  const activity = loopActivity(post)
  return {
    ...frame,
    header: {
      ...loopHeader({ record, user, reader, activity, model, spent: spentView(spent, reader.locale), running }),
      sharesTerminal: (await needs.sharesTerminal?.(loop)) ?? false,
    },
    state: record.state.kind,
    items: itemsOf(window.pieces, reading),
    earlierUrl: window.earlier === undefined ? undefined : urls.loopMessages(record.id, window.earlier),
    preparing: preparingView(record, reader),
    broken: brokenView(record, user, reader.locale),
    queue: { ...queueView(post, reader.locale, loop.drives), formToken },
    shells: { ...runningShells(post, loop.drives), ...(formToken !== undefined && { formToken }) },
    composer: {
      loop: record.id,
      refused: refusedSentence(loop, reader.locale),
      working: isWorking(post),
      mode: modeOf(record),
      context: contextView(post.actor.context.known, reader.locale),
      model,
      text: kept.text,
      error: kept.error || undefined,
      agentSees: kept.agentSees ?? true,
      clientId: kept.clientId ?? needs.ids.uuid(),
      formToken,
    },
    activity: activityView(post, reader.locale),
    image: imageView(post, reader.locale),
    tools: toolsView(post, { locale: reader.locale, drives: loop.drives, formToken }),
  }
}

/** What stands above any other page of the same loop. */
export async function headerOf(
  { needs, runner }: HeaderNeeds,
  { request, loop }: Visit,
): Promise<LoopPageView["header"]> {
  const { record } = loop
  const reader = { locale: visitorOf(request).locale, now: needs.clock.now() }
  const [spent, model] = await Promise.all([needs.gateway.usageOfLoop(record.id), modelOf({ needs }, { record })])
  const post = runner.peek(record.id)
  const header = loopHeader({
    ...{ record, user: userOf(request), reader, model, spent: spentView(spent, reader.locale) },
    ...(post && { activity: loopActivity(post) }),
    running: needs.sandboxes.running(record.id) !== undefined,
  })
  return { ...header, sharesTerminal: (await needs.sharesTerminal?.(loop)) ?? false }
}

type HeaderNeeds = Pick<Doing, "needs" | "runner">

interface EarlierView {
  items: ConversationItem[]
  earlierUrl: string | undefined
}

/** What came before, for whoever scrolls up. */
export async function earlierPage({ needs }: Doing, { request, loop }: Visit, before: number): Promise<EarlierView> {
  const { record } = loop
  const { pieces, earlier } = await readWindow(needs.loops.transcript(record.id), before)
  const earlierUrl = earlier === undefined ? undefined : urls.loopMessages(record.id, earlier)
  return { items: itemsOf(pieces, readingOf(needs, { request, loop }, renderMarkdown)), earlierUrl }
}

function readingOf(
  { loops }: Doing["needs"],
  { request, loop: { record, drives } }: Visit,
  markdown: Reading["markdown"],
): Reading {
  const { locale, formToken } = visitorOf(request)
  const mayAllowHosts = loops.mayAllowHosts()
  return { loop: record.id, locale, drives, mayAllowHosts, markdown, ...(formToken !== undefined && { formToken }) }
}

/** What the next turn would think with. */
async function modelOf({ needs }: Pick<Doing, "needs">, { record }: Pick<Post, "record">): Promise<Model> {
  const choice = await needs.gateway.pick(record.id)
  return choice.kind === "usable" ? { provider: choice.provider, model: choice.model, demo: choice.demo } : undefined
}
