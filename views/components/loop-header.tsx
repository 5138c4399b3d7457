import { loopWords } from "../../src/lib/i18n/loops.ts"
import { strictnessWords } from "../../src/lib/i18n/strictness.ts"
import { urls } from "../../src/lib/urls.ts"
import { Icon } from "../icons/icon.tsx"
import { StateMark, statusWord } from "../icons/state-mark.tsx"
import type { LoopHeaderView, LoopWarningView } from "../props/loops.ts"
import type { Reader } from "../props/reader.ts"
import { targets } from "../targets.ts"
import { PostForm } from "./form.tsx"
import { LoopMenu } from "./loop-menu.tsx"
import { ModelWords } from "./model-words.tsx"
import { Avatar, Elapsed } from "./small.tsx"

export interface LoopHeaderProps {
  header: LoopHeaderView
  reader: Reader
  formToken?: string | undefined
}

export function LoopHeader(props: LoopHeaderProps) {
  return (
    <header class="loop-head">
      <a class="button quiet square back" href={urls.loops()} aria-label={loopWords(props.reader.locale).loops}>
        <Icon name="back" />
      </a>
      <LoopTitle {...props} />
      <LoopStatusLine header={props.header} reader={props.reader} />
      <LoopFacts {...props} />
      <LoopMenu {...props} />
    </header>
  )
}

/** Live: `<Replace target={targets.loopStatus}>`. */
export function LoopStatusLine({ header, reader }: { header: LoopStatusProps; reader: Reader }) {
  const busy = header.status === "working" || header.status === "preparing"
  return (
    <div id={targets.loopStatus} class={["loop-status", `is-${header.status}`]} data-state={header.status}>
      <StateMark status={header.status} reader={reader} />
      <span class="loop-status-words" aria-hidden={header.headline === undefined ? "true" : undefined}>
        {header.headline ?? statusWord(header.status, reader)}
      </span>
      {busy && header.since !== undefined && <Elapsed since={header.since} reader={reader} />}
    </div>
  )
}

type LoopStatusProps = Pick<LoopHeaderView, "status" | "headline" | "since">

/** Edited in place: Enter saves. Live: `<Replace target={targets.loopTitle}>`. */
export function LoopTitle({ header, reader, formToken }: LoopHeaderProps) {
  const words = loopWords(reader.locale)
  if (!header.may.rename) {
    return (
      <h1 id={targets.loopTitle} class="loop-title cut">
        {header.title}
      </h1>
    )
  }
  return (
    <div id={targets.loopTitle} class="loop-title">
      <h1 class="unseen">{header.title}</h1>
      <PostForm action={urls.loopTitle(header.id)} formToken={formToken} live>
        <input
          id="loop-title-field"
          type="text"
          name="title"
          value={header.title}
          aria-label={words.title}
          maxlength="200"
          autocomplete="off"
          required
          data-title
        />
        <button type="submit" class="unseen" tabindex="-1">
          {words.rename}
        </button>
      </PostForm>
    </div>
  )
}

/** Live: `<Replace target={targets.loopSpent}>`. */
export function LoopSpent({ spent, reader }: { spent: LoopHeaderView["spent"]; reader: Reader }) {
  return (
    <span id={targets.loopSpent} class="fact number" title={spent?.about} hidden={spent === undefined}>
      <span class="unseen">{loopWords(reader.locale).spent}</span>
      {spent?.text}
    </span>
  )
}

function WarningAct({ act, formToken }: Pick<LoopWarningView, "act"> & { formToken?: string | undefined }) {
  if (!act) return null
  if (!act.posts)
    return (
      <a class="button small" href={act.url}>
        {act.words}
      </a>
    )
  return (
    <PostForm action={act.url} formToken={formToken}>
      <button type="submit" class="button small">
        {act.words}
      </button>
    </PostForm>
  )
}

function LoopFacts({ header, reader, formToken }: LoopHeaderProps) {
  const words = loopWords(reader.locale)
  return (
    <div id={targets.loopFacts} class="loop-facts">
      <span class="fact" title={words.createdBy(header.createdBy)}>
        <Avatar name={header.driver} />
        <span class="unseen">{words.drivenBy(header.driver)}</span>
        <span aria-hidden="true">{header.driver}</span>
      </span>
      {header.repo !== undefined && (
        <span class="fact branch" title={header.repo.start && words.branchFrom(header.repo.start)}>
          <Icon name="branch" />
          <span class="cut">{`${header.repo.name}:${header.repo.branch}`}</span>
        </span>
      )}
      <a class="fact" href={urls.providers}>
        <ModelWords model={header.model} reader={reader} />
      </a>
      {header.visibility !== "workspace" && (
        <span class="fact">
          <Icon name={header.visibility === "private" ? "lock" : "globe"} />
          {header.visibility === "private" ? words.visibilityPrivate : words.visibilityPublic}
        </span>
      )}
      {header.nested && (
        <a class="fact" href={urls.loopSandbox(header.id)} data-nested>
          <Icon name="branch" />
          {strictnessWords(reader.locale).badge}
        </a>
      )}
      <LoopSpent spent={header.spent} reader={reader} />
      {header.warnings.map((warning) => (
        <span class="fact warning" title={warning.text}>
          <Icon name="warning" />
          <span class="cut">{warning.text}</span>
          <WarningAct act={warning.act} formToken={formToken} />
        </span>
      ))}
    </div>
  )
}
