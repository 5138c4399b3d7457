import { agentWords } from "../../src/lib/i18n/agent.ts"
import { commonWords } from "../../src/lib/i18n/common.ts"
import { loopWords } from "../../src/lib/i18n/loops.ts"
import { duration } from "../../src/lib/time.ts"
import { urls } from "../../src/lib/urls.ts"
import { Icon } from "../icons/icon.tsx"
import type { ActivityView } from "../props/conversation.ts"
import type { BrokenView, PreparingView } from "../props/loops.ts"
import type { Reader } from "../props/reader.ts"
import { targets } from "../targets.ts"
import { Field, PostForm } from "./form.tsx"
import { Details, Elapsed } from "./small.tsx"

interface StageProps {
  preparing?: PreparingView | undefined
  broken?: BrokenView | undefined
  empty: boolean
  reader: Reader
  formToken?: string | undefined
}

/** What stands in place of a conversation that has not begun. */
export function Stage({ preparing, broken, empty, reader, formToken }: StageProps) {
  return (
    <div id={targets.stage} class="stage">
      {broken !== undefined && <Broken broken={broken} reader={reader} formToken={formToken} />}
      <Preparing preparing={preparing} reader={reader} />
      {broken === undefined && preparing === undefined && empty && <Blank reader={reader} />}
    </div>
  )
}

/** Live: `<Replace target={targets.loopState}>`. Except from preparing to ready, a change shows the whole page anew. */
export const LoopState = ({ state }: { state: string }) => (
  <span id={targets.loopState} hidden data-loop-state={state} />
)

function Blank({ reader }: { reader: Reader }) {
  const words = agentWords(reader.locale)
  return (
    <div class="empty">
      <h2>{words.emptyTitle}</h2>
      <p>{words.emptyText}</p>
    </div>
  )
}

/** Live: `<Replace target={targets.preparing}>`; empty when it is done. */
export function Preparing({ preparing, reader }: { preparing: PreparingView | undefined; reader: Reader }) {
  return <div id={targets.preparing}>{preparing !== undefined && <Steps preparing={preparing} reader={reader} />}</div>
}

function Steps({ preparing, reader }: { preparing: PreparingView; reader: Reader }) {
  const words = loopWords(reader.locale)
  const stateWords = { done: words.stepDone, running: words.stepRunning, waiting: words.stepWaiting }
  return (
    <section class="preparing" aria-labelledby="preparing-title">
      <h2 id="preparing-title">
        {words.prepareTitle} <Elapsed since={preparing.since} reader={reader} />
      </h2>
      <ol class="steps">
        {preparing.steps.map((step) => (
          <li class={`step-${step.state}`}>
            {step.state === "done" && <Icon name="check" />}
            {step.state === "running" && <span class="spinner" aria-hidden="true" />}
            {step.state === "waiting" && <span class="step-dot" aria-hidden="true" />}
            <span>{step.text}</span>
            <span class="unseen">{stateWords[step.state]}</span>
            {step.state === "done" && step.ms !== undefined && (
              <span class="number hint">{duration(step.ms, reader.locale)}</span>
            )}
          </li>
        ))}
      </ol>
      <p class="hint">{words.prepareHint}</p>
    </section>
  )
}

function Broken({ broken, reader, formToken }: { broken: BrokenView; reader: Reader; formToken?: string | undefined }) {
  const words = loopWords(reader.locale)
  return (
    <section class="failure" role="alert">
      <Icon name="warning" />
      <div class="stack">
        <h2>{words.brokenTitle}</h2>
        <p>{broken.sentence}</p>
        <p>{words.brokenKept}</p>
        <Details detail={broken.detail} reader={reader} />
        {broken.hostKey !== undefined && (
          <HostKey loop={broken.loop} hostKey={broken.hostKey} reader={reader} formToken={formToken} />
        )}
        {broken.mayRetry && broken.source !== undefined && (
          <OtherSource
            loop={broken.loop}
            source={broken.source}
            primary={broken.hostKey?.mayConfirm !== true}
            reader={reader}
            formToken={formToken}
          />
        )}
        <div class="ask-foot">
          {broken.mayRetry && broken.source === undefined && (
            <PostForm action={urls.loopPrepare(broken.loop)} formToken={formToken}>
              <button type="submit" class="button primary">
                {words.tryAgain}
              </button>
            </PostForm>
          )}
          {broken.mayDelete && (
            <a class="button" href={urls.loopDelete(broken.loop)}>
              {words.remove}
            </a>
          )}
        </div>
      </div>
    </section>
  )
}

interface HostKeyProps {
  loop: string
  hostKey: { fingerprint: string; mayConfirm: boolean }
  reader: Reader
  formToken?: string | undefined
}

/** A fingerprint to compare with what the host publishes, and for an administrator the word that it is right. */
function HostKey({ loop, hostKey, reader, formToken }: HostKeyProps) {
  const words = loopWords(reader.locale)
  return (
    <div class="stack">
      <pre class="detail" tabindex="0" aria-label={words.hostKeyLabel}>
        {hostKey.fingerprint}
      </pre>
      {hostKey.mayConfirm ? (
        <PostForm action={urls.loopPrepare(loop)} formToken={formToken} live>
          <input type="hidden" name="hostKey" value={hostKey.fingerprint} />
          <button type="submit" class="button primary">
            {words.hostKeyConfirm}
          </button>
        </PostForm>
      ) : (
        <p class="hint">{words.hostKeyNotAdmin}</p>
      )}
    </div>
  )
}

interface OtherSourceProps {
  loop: string
  source: { repo: string; ref: string }
  /** There is no better answer than trying again. */
  primary: boolean
  reader: Reader
  formToken?: string | undefined
}

/** Trying again with what is in the fields: as it was, or another repository or branch. */
function OtherSource({ loop, source, primary, reader, formToken }: OtherSourceProps) {
  const words = loopWords(reader.locale)
  return (
    <PostForm action={urls.loopPrepare(loop)} formToken={formToken} live class="stack">
      <div class="columns">
        <Field name="repo" label={words.repository} errors={{}}>
          {(control) => (
            <input {...control} type="text" value={source.repo} maxlength="64" required spellcheck="false" />
          )}
        </Field>
        <Field name="ref" label={words.ref} optional={commonWords(reader.locale).optional} errors={{}}>
          {(control) => <input {...control} type="text" value={source.ref} maxlength="200" spellcheck="false" />}
        </Field>
      </div>
      <div class="ask-foot">
        <button type="submit" class={["button", primary && "primary"]}>
          {words.tryAgain}
        </button>
      </div>
    </PostForm>
  )
}

/** One line above the composer. Live: `<Replace target={targets.activity}>`. */
export function Activity({ activity, reader }: { activity?: ActivityView | undefined; reader: Reader }) {
  const words = agentWords(reader.locale)
  if (activity === undefined) return <div id={targets.activity} class="activity" hidden />
  const named: Record<ActivityView["kind"], string> = {
    starting: words.activityStarting,
    thinking: words.activityThinking,
    writing: words.activityWriting,
    tool: words.toolPending,
    waiting: words.activityWaiting,
    stopping: words.activityStopping,
  }
  return (
    <div id={targets.activity} class={["activity", `activity-${activity.kind}`]}>
      <span class="spinner" aria-hidden="true" />
      <span class="cut">{activity.headline ?? named[activity.kind]}</span>
      <Elapsed since={activity.since} reader={reader} />
    </div>
  )
}
