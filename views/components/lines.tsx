import { agentWords } from "../../src/lib/i18n/agent.ts"
import { compactNumber, duration } from "../../src/lib/time.ts"
import { urls } from "../../src/lib/urls.ts"
import { Icon } from "../icons/icon.tsx"
import type { DividerItem, FailureItem, NoticeItem, TurnChangesView, TurnEndItem } from "../props/conversation.ts"
import type { Reader } from "../props/reader.ts"
import { PostForm } from "./form.tsx"
import { Details } from "./small.tsx"

/** The quiet line under a finished turn. */
export function TurnEnd({ item, reader }: { item: TurnEndItem; reader: Reader }) {
  const words = agentWords(reader.locale)
  const { locale } = reader
  return (
    <p id={item.id} class="entry-item turn-end" data-seq={item.seq} data-author="system" data-turn-end={item.outcome}>
      {item.outcome !== undefined && (
        <>
          <Icon name={item.outcome === "done" ? "check" : "stop"} />
          <span>{item.outcome === "done" ? words.turnDone : words.turnInterrupted}</span>
        </>
      )}
      {item.ms !== undefined && <span class="number">{duration(item.ms, locale)}</span>}
      {item.firstMs !== undefined && <span class="number">{words.firstWord(duration(item.firstMs, locale))}</span>}
      {item.tokens !== undefined && (
        <span class="number">
          {words.tokensUsed(compactNumber(item.tokens.input, locale), compactNumber(item.tokens.output, locale))}
        </span>
      )}
      {item.cost !== undefined && <span class="number">{item.cost}</span>}
      {item.changed !== undefined && <TurnChanges changed={item.changed} reader={reader} />}
    </p>
  )
}

/** What the turn changed, as a way to its diff. */
function TurnChanges({ changed, reader }: { changed: TurnChangesView; reader: Reader }) {
  const words = agentWords(reader.locale)
  return (
    <a class="number" href={changed.url} data-turn-changes>
      {words.filesChanged(changed.files, changed.added, changed.removed)}
    </a>
  )
}

/** What happened, whether something was lost, and the button that helps. */
export function FailureCard({ item, reader }: { item: FailureItem; reader: Reader }) {
  return (
    <section
      id={item.id}
      class="entry-item failure"
      data-seq={item.seq}
      data-author="system"
      data-failure
      role={item.passed ? undefined : "alert"}
    >
      <Icon name="warning" />
      <div class="stack">
        <p class="failure-sentence">{item.sentence}</p>
        {item.kept !== undefined && <p>{item.kept}</p>}
        <Details detail={item.detail} reader={reader} />
        {item.changed !== undefined && <TurnChanges changed={item.changed} reader={reader} />}
        {item.action !== undefined && <FailureAction action={item.action} reader={reader} />}
      </div>
    </section>
  )
}

function FailureAction({ action, reader }: { action: NonNullable<FailureItem["action"]>; reader: Reader }) {
  const words = agentWords(reader.locale)
  const { kind, loop, formToken, settings } = action
  return (
    <div class="ask-foot">
      {settings === true && (
        <a class="button primary" href={urls.providers}>
          {words.openSettings}
        </a>
      )}
      <PostForm action={urls.loopContinue(loop)} formToken={formToken} live>
        <button
          type="submit"
          class={["button", settings !== true && "primary"]}
          name="how"
          value={kind === "continue" ? "continue" : "retry"}
        >
          {kind === "continue" ? words.continueTurn : words.retry}
        </button>
      </PostForm>
    </div>
  )
}

export const NoticeLine = ({ item }: { item: NoticeItem }) => (
  <p id={item.id} class={["entry-item", "notice-line", item.level]} data-seq={item.seq} data-author="system">
    {item.level !== "info" && <Icon name="warning" />}
    <span>{item.text}</span>
  </p>
)

export const Divider = ({ item }: { item: DividerItem }) => (
  <p id={item.id} class="entry-item divider" data-seq={item.seq} data-author="system">
    <span>{item.text}</span>
  </p>
)
