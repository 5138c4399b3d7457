import { ComposerMode, ComposerState } from "../../views/components/composer.tsx"
import { AppendEntries, ConversationEntry, ReplaceEntry } from "../../views/components/conversation.tsx"
import { ContextMeter } from "../../views/components/context-meter.tsx"
import { LoopSpent, LoopStatusLine, LoopTitle } from "../../views/components/loop-header.tsx"
import { AppendThought, TextOperation } from "../../views/components/messages.tsx"
import { Queue } from "../../views/components/queue.tsx"
import { RunningShells } from "../../views/components/shell-block.tsx"
import { ToolsNotice } from "../../views/components/tools-notice.tsx"
import { ImageWait } from "../../views/components/image-run.tsx"
import { Activity, LoopState, Preparing } from "../../views/components/stage.tsx"
import { Remove, Replace } from "../../views/partials.tsx"
import type {
  AgentTextItem,
  ConversationItem,
  QueueView,
  SuggestionView,
  ThinkingItem,
} from "../../views/props/conversation.ts"
import type { LoopHeaderView } from "../../views/props/loops.ts"
import type { Reader } from "../../views/props/reader.ts"
import { targets } from "../../views/targets.ts"
import { agentOutcomes } from "../lib/i18n/agent-outcomes.ts"
import { type Locale, locales } from "../lib/i18n/locale.ts"
import type { UserName } from "../lib/ids.ts"
import type { SafeHtml } from "../lib/jsx/safe-html.ts"
import { urls } from "../lib/urls.ts"
import { loopHeader, preparingView, statusOf } from "../loops/index.ts"
import { imageRunView, toolsNoticeView } from "../sandbox/index.ts"
import type { SignedIn } from "../platform/http/visitor.ts"
import { activityView, loopActivity } from "./activity.ts"
import { modeOf } from "./companion.ts"
import type { Patch } from "./fold.ts"
import type { Looks, StreamedBlock } from "./live.ts"
import { itemOf, type Reading } from "./present.ts"
import type { Post } from "./runner.ts"
import { runningShells } from "./shell-present.ts"
import { contextView, spentView } from "./spent.ts"

/** One sort of viewer: everybody of a sort gets the same bytes. Few browsers need a form token. */
export const viewerKind = (locale: Locale, drives: boolean, formToken = ""): string =>
  `${locale}:${drives ? "driver" : "reader"}:${formToken}`

interface Sort {
  locale: Locale
  drives: boolean
  formToken?: string
}

function sortOf(kind: string): Sort {
  const [tag, role, formToken] = kind.split(":")
  const locale = locales.find((one) => one === tag) ?? "en"
  return { locale, drives: role === "driver", ...(formToken && { formToken }) }
}

/** How a loop's live page looks to each sort of viewer, out of the same components as the page itself. */
export function createLooks(post: Post): Looks {
  const reading = (kind: string): Reading => ({
    loop: post.record.id,
    markdown: post.markdown,
    mayAllowHosts: post.mayAllowHosts(),
    ...sortOf(kind),
  })
  const reader = (kind: string): Reader => ({ locale: sortOf(kind).locale, now: post.actor.since })

  function replacement({ piece }: Patch, mine: Reading, seen: Reader): string {
    if (piece.kind === "gone") return String(<Remove target={piece.id} />)
    const item = itemOf(piece, mine)
    return item ? String(<ReplaceEntry item={item} reader={asOf(seen, item)} />) : ""
  }

  function additions(patches: readonly Patch[], mine: Reading, seen: Reader): string {
    const items = patches.flatMap(({ piece }) => itemOf(piece, mine) ?? [])
    return items.length === 0 ? "" : String(<AppendEntries items={items} reader={asOf(seen, ...items)} />)
  }

  return {
    patches(patches, kind) {
      const [mine, seen] = [reading(kind), reader(kind)]
      let html = ""
      for (let from = 0; from < patches.length;) {
        // What comes together is put in together: a page that was away gets hundreds.
        const replaced = patches.findIndex(({ op }, at) => at >= from && op === "replace")
        const end = replaced < 0 ? patches.length : replaced
        html += additions(patches.slice(from, end), mine, seen)
        const patch = patches[end]
        if (patch) html += replacement(patch, mine, seen)
        from = end + 1
      }
      return html
    },
    streamed: (block, kind) => String(<AppendEntries items={[streamedItem(block)]} reader={reader(kind)} />),
    text: (id, operations) =>
      operations.map((operation) => String(<TextOperation item={id} operation={operation} />)).join(""),
    thought: (id, text) => String(<AppendThought item={id} text={text} />),
    settled(id, { piece }, kind) {
      const item = itemOf(piece, reading(kind))
      return item ? String(<Settled id={id} item={item} reader={asOf(reader(kind), item)} />) : ""
    },
    removed: (id) => String(<Remove target={id} />),
    regions(kind) {
      const { locale, drives, formToken } = sortOf(kind)
      const seen = reader(kind)
      const token = formToken === undefined ? {} : { formToken }
      const parts: Record<string, SafeHtml | null> = {
        [targets.activity]: <Activity activity={activityView(post, locale)} reader={seen} />,
        [targets.queue]: <Queue queue={{ ...queueView(post, locale, drives), ...token }} reader={seen} />,
        [targets.shells]: <RunningShells shells={{ ...runningShells(post, drives), ...token }} reader={seen} />,
        [targets.composerState]: <ComposerState working={isWorking(post)} />,
        ...(drives && { [targets.composerMode]: <Mode post={post} reader={seen} /> }),
        [targets.loopState]: <LoopState state={post.record.state.kind} />,
        [targets.preparing]: <Preparing preparing={preparingView(post.record, seen)} reader={seen} />,
        [targets.imageRun]: <ImageWait image={imageView(post, locale)} reader={seen} />,
        [targets.tools]: <ToolsNotice tools={toolsView(post, { locale, drives, formToken })} reader={seen} />,
        [targets.loopStatus]: <LoopStatusLine header={statusView(post, drives)} reader={seen} />,
        ...(post.spent && { [targets.loopSpent]: <LoopSpent spent={spentView(post.spent, locale)} reader={seen} /> }),
        ...(post.actor.context.known && { [targets.context]: <Meter post={post} reader={seen} /> }),
        [targets.loopTitle]: <LoopTitle header={titleView(post, drives, seen)} reader={seen} {...token} />,
      }
      const places = Object.entries(parts).map(([place, html]) => [
        place,
        String(<Replace target={place}>{html}</Replace>),
      ])
      return Object.fromEntries(places)
    },
  }
}

/** What comes live is no later than now, whenever the turn began. */
const asOf = (reader: Reader, ...items: readonly ConversationItem[]): Reader => ({
  ...reader,
  now: Math.max(reader.now, ...items.map((item) => ("at" in item ? item.at : 0))),
})

const Mode = ({ post: { record }, reader }: { post: Post; reader: Reader }) => (
  <ComposerMode mode={modeOf(record)} action={urls.loopMode(record.id)} reader={reader} />
)

const Meter = ({ post: { actor }, reader }: { post: Post; reader: Reader }) => (
  <ContextMeter context={contextView(actor.context.known, reader.locale)} reader={reader} />
)

/** Nothing unless the loop waits for the base image. */
export function imageView({ actor }: Post, locale: Locale) {
  return actor.image && imageRunView(actor.image, locale)
}

interface Seeing {
  locale: Locale
  drives: boolean
  formToken?: string | undefined
}

export function toolsView({ tools, record }: Post, { locale, drives, formToken }: Seeing) {
  const mayAct = drives && record.state.kind === "driven"
  return toolsNoticeView(tools(), { loop: record.id, mayAct, formToken }, locale)
}

function titleView({ record }: Post, drives: boolean, reader: Reader): LoopHeaderView {
  const name = drives ? record.driver : nobody
  const user: SignedIn = { name, displayName: name, role: "member", login: "" }
  return loopHeader({ record, user, reader })
}

/** Nobody's name: whoever reads along and does not drive. */
const nobody = "" as UserName

interface SettledProps {
  id: string
  item: ConversationItem
  reader: Reader
}

/** The whole block in the place of the one that streamed, under its own id. */
const Settled = ({ id, item, reader }: SettledProps) => (
  <Replace target={id}>
    <ConversationEntry item={item} reader={reader} />
  </Replace>
)

function streamedItem({ id, of, stream }: StreamedBlock): AgentTextItem | ThinkingItem {
  if (of === "thinking") return { kind: "thinking", id, text: stream.text(), streaming: true }
  return { kind: "agent-text", id, ...stream.snapshot(), streaming: true }
}

export const isWorking = ({ actor }: Post): boolean => actor.state.phase.kind !== "idle"

function statusView(post: Post, drives: boolean) {
  const { record } = post
  const activity = loopActivity(post)
  const reader = drives ? record.driver : nobody
  return { status: statusOf({ ...record, activity, finished: 0 }, reader), since: activity.since }
}

/** Who waits, without the message that stands in the conversation already because it is about to begin. */
export function queueView(post: Post, locale: Locale, drives: boolean): QueueView {
  return { ...waitingView(post, locale, drives), suggestions: suggestionViews(post, drives) }
}

const suggestionViews = ({ suggestions }: Post, drives: boolean): SuggestionView[] =>
  suggestions.map(({ id, by, at, text, about }) => ({
    ...{ id, author: by, at: Date.parse(at), text, editable: drives },
    ...(about !== undefined && { aboutUrl: about }),
  }))

function waitingView({ actor, record }: Post, locale: Locale, drives: boolean): QueueView {
  const { phase, held, stalled } = actor.state
  const begins = phase.kind === "starting" ? phase.message : undefined
  const messages = actor.history.waiting
    .filter(({ seq }) => seq !== begins)
    .map(({ seq, clientId, by, text }) => ({ seq, clientId, author: by, text, editable: drives }))
  const words = agentOutcomes(locale)
  const reasons = {
    preparing: words.heldPreparing,
    broken: words.heldBroken,
    archived: words.heldArchived,
    deleted: words.heldArchived,
    offered: words.heldOffered,
    stopping: words.heldStopping,
  }
  if (messages.length === 0) return { loop: record.id, messages }
  if (held) return { loop: record.id, messages, held: reasons[held] }
  return { loop: record.id, messages, ...(stalled && phase.kind === "idle" && { held: words.heldStalled }) }
}
