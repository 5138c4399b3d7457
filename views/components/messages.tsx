import { agentWords } from "../../src/lib/i18n/agent.ts"
import { duration } from "../../src/lib/time.ts"
import { Icon } from "../icons/icon.tsx"
import { Append, Fill } from "../partials.tsx"
import type { AgentTextItem, ThinkingItem, UserMessageItem } from "../props/conversation.ts"
import type { Reader } from "../props/reader.ts"
import type { MarkdownOperation } from "../../src/lib/markdown-stream.ts"
import { targets } from "../targets.ts"
import { Avatar, Time } from "./small.tsx"

export function UserMessage({ item, reader }: { item: UserMessageItem; reader: Reader }) {
  const words = agentWords(reader.locale)
  return (
    <article
      id={item.id}
      class={["entry-item", "said", item.state === "queued" && "is-queued"]}
      data-seq={item.seq}
      data-author="user"
      data-client-id={item.clientId}
    >
      <p class="said-by">
        <Avatar name={item.author} />
        <b>{item.author}</b>
        <Time at={item.at} reader={reader} />
        {item.state === "queued" && <span class="tag">{words.queuedMark}</span>}
      </p>
      {item.text !== "" && <p class="said-text">{item.text}</p>}
      {(item.images ?? []).map(({ name, url }) => (
        <a class="said-image" href={url} target="_blank" rel="noopener">
          <img src={url} alt={name} height="160" loading="lazy" />
        </a>
      ))}
    </article>
  )
}

/** Finished blocks are appended to the first part once; only the second one changes while the agent writes. */
export function AgentText({ item, reader }: { item: AgentTextItem; reader: Reader }) {
  return (
    <article
      id={item.id}
      class={["entry-item", "answer", item.streaming && "is-streaming"]}
      data-seq={item.seq}
      data-author="agent"
      aria-label={agentWords(reader.locale).agent}
    >
      <div id={targets.blocks(item.id)} class="prose">
        {item.html}
      </div>
      {item.streaming && (
        <div id={targets.tail(item.id)} class="prose tail">
          {item.tail}
        </div>
      )}
    </article>
  )
}

/** Live: what one piece of streamed text changes on the page. */
export function TextOperation({ item, operation }: { item: string; operation: MarkdownOperation }) {
  switch (operation.kind) {
    case "block":
      return <Append target={targets.blocks(item)}>{operation.html}</Append>
    case "tail":
      return <Fill target={targets.tail(item)}>{operation.html}</Fill>
    case "tail-text":
      return <Append target={targets.growing(item)}>{operation.text}</Append>
  }
}

export function Thinking({ item, reader }: { item: ThinkingItem; reader: Reader }) {
  const words = agentWords(reader.locale)
  const name = item.ms === undefined ? words.thought : words.thoughtFor(duration(item.ms, reader.locale))
  return (
    <details
      id={item.id}
      class={["entry-item", "fold", "thinking", item.streaming && "is-streaming"]}
      data-seq={item.seq}
      data-author="agent"
    >
      <summary>
        <Icon name="thought" />
        <span class="fold-label">{item.streaming ? words.thinking : name}</span>
      </summary>
      <p id={`${item.id}-text`} class="thinking-text">
        {item.text}
      </p>
    </details>
  )
}

/** Live: more of a thought. */
export const AppendThought = ({ item, text }: { item: string; text: string }) => (
  <Append target={`${item}-text`}>{text}</Append>
)
