import { suggestionWords } from "../../src/lib/i18n/suggestions.ts"
import { workbenchUrls } from "../../src/lib/workbench-urls.ts"
import { Icon } from "../icons/icon.tsx"
import type { QueueView, SuggestionView } from "../props/conversation.ts"
import type { Reader } from "../props/reader.ts"
import { PostForm } from "./form.tsx"
import { Menu } from "./menu.tsx"
import { Time } from "./small.tsx"

/** What others would have the agent told. Nothing of it is sent unless the driver does so. */
export function Suggestions({ queue, reader }: { queue: QueueView; reader: Reader }) {
  const { suggestions = [] } = queue
  return suggestions.length === 0 ? null : (
    <>
      <p class="queue-title">{suggestionWords(reader.locale).title(suggestions.length)}</p>
      <ol>
        {suggestions.map((suggestion) => (
          <Suggested queue={queue} suggestion={suggestion} reader={reader} />
        ))}
      </ol>
    </>
  )
}

function Suggested({ queue, suggestion, reader }: { queue: QueueView; suggestion: SuggestionView; reader: Reader }) {
  const words = suggestionWords(reader.locale)
  const { id, author, at, text, aboutUrl, editable } = suggestion
  const url = workbenchUrls.suggestion(queue.loop, id)
  const form = { formToken: queue.formToken, live: true } as const
  return (
    <li id={`suggested-${id}`}>
      <p class="queue-text">
        <span class="hint">
          {aboutUrl === undefined ? words.from(author) : <a href={aboutUrl}>{words.from(author)}</a>}{" "}
          <Time at={at} reader={reader} />
        </span>
        {`\n${text}`}
      </p>
      {editable && (
        <>
          <PostForm action={url} {...form}>
            <button type="submit" class="button quiet">
              {words.send}
            </button>
          </PostForm>
          <Menu
            id={`change-${id}`}
            class="button quiet square"
            at="middle"
            label={words.change}
            face={<Icon name="pencil" />}
          >
            <PostForm action={url} {...form} class="stack">
              <textarea name="text" aria-label={words.text} rows="6" required>
                {text}
              </textarea>
              <div class="form-foot">
                <button type="submit" class="button primary">
                  {words.send}
                </button>
              </div>
            </PostForm>
          </Menu>
          <PostForm action={workbenchUrls.suggestionDrop(queue.loop, id)} {...form}>
            <button type="submit" class="button quiet square" aria-label={words.drop}>
              <Icon name="close" />
            </button>
          </PostForm>
        </>
      )}
    </li>
  )
}
