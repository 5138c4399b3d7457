import { agentWords } from "../../src/lib/i18n/agent.ts"
import { Icon } from "../icons/icon.tsx"
import { Append, Replace } from "../partials.tsx"
import type { ConversationItem } from "../props/conversation.ts"
import type { Reader } from "../props/reader.ts"
import { targets } from "../targets.ts"
import { AnsweredLine, Ask } from "./asks.tsx"
import { Divider, FailureCard, NoticeLine, TurnEnd } from "./lines.tsx"
import { AgentText, Thinking, UserMessage } from "./messages.tsx"
import { RefusedPlaces } from "./refused-places.tsx"
import { ShellBlock } from "./shell-block.tsx"
import { ToolBlock } from "./tool-block.tsx"

interface ConversationProps {
  items: ConversationItem[]
  earlierUrl?: string | undefined
  reader: Reader
}

/** The log. Newest last; the scroller around it stays at the end by itself. */
export function Conversation({ items, earlierUrl, reader }: ConversationProps) {
  const words = agentWords(reader.locale)
  return (
    <>
      <EarlierLink url={earlierUrl} reader={reader} />
      <div id={targets.conversation} class="log" role="log" aria-label={words.conversation} tabindex="-1">
        {items.map((item) => (
          <ConversationEntry item={item} reader={reader} />
        ))}
      </div>
    </>
  )
}

/** The one renderer of an item: for the page, for answers and for the stream. */
export function ConversationEntry({ item, reader }: { item: ConversationItem; reader: Reader }) {
  if ("ask" in item) return <Ask item={item} reader={reader} />
  switch (item.kind) {
    case "user-message":
      return <UserMessage item={item} reader={reader} />
    case "agent-text":
      return <AgentText item={item} reader={reader} />
    case "thinking":
      return <Thinking item={item} reader={reader} />
    case "tool":
      return <ToolBlock item={item} reader={reader} />
    case "shell":
      return <ShellBlock item={item} reader={reader} />
    case "answered":
      return <AnsweredLine item={item} reader={reader} />
    default:
      return <Line item={item} reader={reader} />
  }
}

type LineItem = Extract<ConversationItem, { kind: "turn-end" | "failure" | "notice" | "refused" | "divider" }>

/** What nobody said, but what came about. */
function Line({ item, reader }: { item: LineItem; reader: Reader }) {
  switch (item.kind) {
    case "turn-end":
      return <TurnEnd item={item} reader={reader} />
    case "failure":
      return <FailureCard item={item} reader={reader} />
    case "notice":
      return <NoticeLine item={item} />
    case "refused":
      return <RefusedPlaces item={item} reader={reader} />
    case "divider":
      return <Divider item={item} />
  }
}

interface EntryProps {
  item: ConversationItem
  reader: Reader
}

/** Live: something new at the end. */
export const AppendEntries = ({ items, reader }: { items: ConversationItem[]; reader: Reader }) => (
  <Append target={targets.conversation}>
    {items.map((item) => (
      <ConversationEntry item={item} reader={reader} />
    ))}
  </Append>
)

/** Live: the same thing, further along. */
export const ReplaceEntry = ({ item, reader }: EntryProps) => (
  <Replace target={item.id}>
    <ConversationEntry item={item} reader={reader} />
  </Replace>
)

/** What came before, in one step: a link without script, in place with it. */
function EarlierLink({ url, reader }: { url?: string | undefined; reader: Reader }) {
  if (url === undefined) return <div id={targets.earlier} hidden />
  return (
    <div id={targets.earlier} class="earlier">
      <a class="button quiet" href={url} hx-get={url} hx-target={`#${targets.earlier}`} hx-swap="outerHTML">
        <Icon name="up" />
        {agentWords(reader.locale).earlier}
      </a>
    </div>
  )
}

/** The answer to asking for earlier messages: takes the place of the link. */
export function EarlierEntries({ items, earlierUrl, reader }: ConversationProps) {
  return (
    <>
      <EarlierLink url={earlierUrl} reader={reader} />
      <div class="log">
        {items.map((item) => (
          <ConversationEntry item={item} reader={reader} />
        ))}
      </div>
    </>
  )
}
