import { agentWords } from "../../src/lib/i18n/agent.ts"
import { urls } from "../../src/lib/urls.ts"
import { Icon } from "../icons/icon.tsx"
import type { QueueView } from "../props/conversation.ts"
import type { Reader } from "../props/reader.ts"
import { targets } from "../targets.ts"
import { PostForm } from "./form.tsx"

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
  return (
    <div
      id={targets.queue}
      class="queue"
      role="status"
      aria-label={words.queue}
      hidden={empty && queue.held === undefined}
    >
      {queue.held !== undefined && <p class="queue-held">{queue.held}</p>}
      {!empty && <p class="queue-title">{words.queueTitle(queue.messages.length)}</p>}
      <ol>
        {queue.messages.map((message, index) => (
          <WaitingMessage queue={queue} message={message} first={index === 0} reader={reader} />
        ))}
      </ol>
    </div>
  )
}

function WaitingMessage({ queue, message, first, reader }: WaitingProps) {
  const words = agentWords(reader.locale)
  const form = { formToken: queue.formToken, live: true } as const
  return (
    <li id={`queued-${message.seq}`} data-client-id={message.clientId}>
      <details class="fold queue-item">
        <summary>
          <Icon name="chevron" />
          <span class="fold-label cut">{message.text}</span>
        </summary>
        {message.editable ? (
          <PostForm action={urls.loopQueued(queue.loop, message.seq)} {...form} class="queue-edit">
            <textarea name="text" aria-label={words.queueText} rows="2" required data-grow>
              {message.text}
            </textarea>
            <button type="submit" class="button">
              {words.queueSave}
            </button>
          </PostForm>
        ) : (
          <p class="said-text">{message.text}</p>
        )}
      </details>
      {message.editable && (
        <div class="queue-acts">
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
          <PostForm action={urls.loopQueuedRemove(queue.loop, message.seq)} {...form}>
            <button type="submit" class="button quiet square" aria-label={words.queueRemove}>
              <Icon name="close" />
            </button>
          </PostForm>
        </div>
      )}
    </li>
  )
}
