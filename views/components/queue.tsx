import { agentWords } from "../../src/lib/i18n/agent.ts"
import { urls } from "../../src/lib/urls.ts"
import { Icon } from "../icons/icon.tsx"
import type { QueueView } from "../props/conversation.ts"
import type { Reader } from "../props/reader.ts"
import { targets } from "../targets.ts"
import { PostForm } from "./form.tsx"
import { Menu } from "./menu.tsx"
import { Suggestions } from "./suggestions.tsx"

type Waiting = QueueView["messages"][number]
interface WaitingProps {
  queue: QueueView
  message: Waiting
  first: boolean
  reader: Reader
}

/** Messages that were accepted and wait for their turn. Live: `<Replace target={targets.queue}>`. */
export function Queue({ queue, reader }: { queue: QueueView; reader: Reader }) {
  const words = agentWords(reader.locale)
  const empty = queue.messages.length === 0
  const suggested = (queue.suggestions ?? []).length > 0
  return (
    <div
      id={targets.queue}
      class="queue"
      role="status"
      aria-label={words.queue}
      hidden={empty && !suggested && queue.held === undefined}
    >
      {queue.held !== undefined && <p class="queue-held">{queue.held}</p>}
      {!empty && <p class="queue-title">{words.queueTitle(queue.messages.length)}</p>}
      <ol>
        {queue.messages.map((message, index) => (
          <WaitingMessage queue={queue} message={message} first={index === 0} reader={reader} />
        ))}
      </ol>
      <Suggestions queue={queue} reader={reader} />
    </div>
  )
}

function WaitingMessage({ queue, message, first, reader }: WaitingProps) {
  return (
    <li id={`queued-${message.seq}`} data-client-id={message.clientId}>
      <p class="queue-text">{message.text}</p>
      {message.editable && <QueueActs queue={queue} message={message} first={first} reader={reader} />}
    </li>
  )
}

function QueueActs({ queue, message, first, reader }: WaitingProps) {
  const words = agentWords(reader.locale)
  const form = { formToken: queue.formToken, live: true } as const
  return (
    <>
      {!first && (
        <PostForm action={urls.loopQueuedMove(queue.loop, message.seq)} {...form}>
          <button type="submit" name="to" value="up" class="button quiet square" aria-label={words.queueUp}>
            <Icon name="up" />
          </button>
        </PostForm>
      )}
      <PostForm action={urls.loopQueuedNow(queue.loop, message.seq)} {...form}>
        <button type="submit" class="button quiet">
          {words.queueNow}
        </button>
      </PostForm>
      <Menu
        id={`edit-${message.seq}`}
        class="button quiet square"
        at="middle"
        label={words.queueEdit}
        face={<Icon name="pencil" />}
      >
        <PostForm action={urls.loopQueued(queue.loop, message.seq)} {...form} class="stack">
          <textarea name="text" aria-label={words.queueText} rows="4" required>
            {message.text}
          </textarea>
          <div class="form-foot">
            <button type="submit" class="button primary">
              {words.queueSave}
            </button>
          </div>
        </PostForm>
      </Menu>
      <PostForm action={urls.loopQueuedRemove(queue.loop, message.seq)} {...form}>
        <button type="submit" class="button quiet square" aria-label={words.queueRemove}>
          <Icon name="close" />
        </button>
      </PostForm>
    </>
  )
}
