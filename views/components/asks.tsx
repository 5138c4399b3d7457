import { agentWords } from "../../src/lib/i18n/agent.ts"
import type { Child } from "../../src/lib/jsx/jsx-runtime.ts"
import { urls } from "../../src/lib/urls.ts"
import { Icon } from "../icons/icon.tsx"
import type { AnsweredItem, PermissionItem, PlanItem, QuestionItem } from "../props/conversation.ts"
import type { Reader } from "../props/reader.ts"
import { PostForm } from "./form.tsx"
import { ToolBodyView } from "./tool-body.tsx"

interface AskProps {
  item: QuestionItem | PermissionItem | PlanItem
  name: string
  reader: Reader
  children?: Child
}

/** A card that waits for the driver. Everybody else reads it. */
function AskCard({ item, name, reader, children }: AskProps) {
  const titleId = `${item.id}-title`
  return (
    <section
      id={item.id}
      class="entry-item ask"
      role="group"
      aria-label={name}
      data-seq={item.seq}
      data-author="agent"
      data-ask={item.ask}
    >
      <p class="ask-name" id={titleId}>
        <Icon name="ask" />
        {name}
      </p>
      <PostForm action={urls.loopAsk(item.loop, item.ask)} formToken={item.formToken} live class="stack">
        <fieldset class="bare stack" disabled={!item.mayAnswer}>
          {children}
        </fieldset>
      </PostForm>
      {!item.mayAnswer && <p class="hint">{agentWords(reader.locale).waitsForDriver}</p>}
    </section>
  )
}

export function Ask({ item, reader }: { item: AskProps["item"]; reader: Reader }) {
  if (item.kind === "question") return <QuestionAsk item={item} reader={reader} />
  if (item.kind === "permission") return <PermissionAsk item={item} reader={reader} />
  return <PlanAsk item={item} reader={reader} />
}

function QuestionAsk({ item, reader }: { item: QuestionItem; reader: Reader }) {
  const words = agentWords(reader.locale)
  const only = item.questions.length === 1 ? item.questions[0] : undefined
  if (only !== undefined && !only.multi) return <SingleQuestion item={item} question={only} reader={reader} />
  return (
    <AskCard item={item} name={words.question} reader={reader}>
      {item.questions.map((question, index) => (
        <fieldset class="choice-set">
          <legend>{question.question}</legend>
          {question.multi && <p class="hint">{words.chooseSeveral}</p>}
          {question.options.map((option) => (
            <label class="choice">
              <input type={question.multi ? "checkbox" : "radio"} name={`answer.${index}`} value={option.label} />
              <span>
                <b>{option.label}</b>
                {option.description !== undefined && <span class="hint"> {option.description}</span>}
              </span>
            </label>
          ))}
          <OtherAnswer index={index} label={words.otherAnswer} />
        </fieldset>
      ))}
      <div class="ask-foot">
        <button type="submit" class="button primary">
          {words.answer}
        </button>
      </div>
    </AskCard>
  )
}

/** One question with one answer: each choice is a button named by it alone, and its whole card presses it. */
function SingleQuestion({ item, question, reader }: SingleQuestionProps) {
  const words = agentWords(reader.locale)
  return (
    <AskCard item={item} name={words.question} reader={reader}>
      <p class="ask-question">{question.question}</p>
      <ul class="choice-buttons">
        {question.options.map((option, index) => (
          <li class="choice-card">
            <button
              type="submit"
              class="choice-button"
              name="answer.0"
              value={option.label}
              aria-describedby={option.description === undefined ? undefined : `${item.id}-about-${index}`}
            >
              {option.label}
            </button>
            {option.description !== undefined && (
              <p class="hint" id={`${item.id}-about-${index}`}>
                {option.description}
              </p>
            )}
          </li>
        ))}
      </ul>
      <div class="ask-other">
        <OtherAnswer index={0} label={words.otherAnswer} />
        <button type="submit" class="button">
          {words.answer}
        </button>
      </div>
    </AskCard>
  )
}

interface SingleQuestionProps {
  item: QuestionItem
  question: QuestionItem["questions"][number]
  reader: Reader
}

const OtherAnswer = ({ index, label }: { index: number; label: string }) => (
  <input
    type="text"
    name={`other.${index}`}
    aria-label={label}
    placeholder={label}
    maxlength="4000"
    autocomplete="off"
  />
)

function PermissionAsk({ item, reader }: { item: PermissionItem; reader: Reader }) {
  const words = agentWords(reader.locale)
  return (
    <AskCard item={item} name={words.permission} reader={reader}>
      <p class="ask-question">{permissionSentence(item, reader)}</p>
      {item.reason !== undefined && <p class="hint">{item.reason}</p>}
      <ToolBodyView body={item.body} reader={reader} pending />
      {item.editable && item.body.kind === "command" && (
        <details class="fold">
          <summary>
            <Icon name="chevron" />
            <span class="fold-label hint">{words.editCommand}</span>
          </summary>
          <textarea class="mono" name="command" aria-label={words.command} rows="2" spellcheck="false">
            {item.body.command}
          </textarea>
        </details>
      )}
      {item.rule !== undefined && <p class="hint">{words.alwaysAllowHint(item.rule)}</p>}
      <input type="text" name="note" aria-label={words.denyWhy} placeholder={words.denyWhy} autocomplete="off" />
      <div class="ask-foot">
        <Decision value="allow" label={words.allowOnce} kind="primary" />
        {item.rule !== undefined && <Decision value="always" label={words.alwaysAllow} />}
        <Decision value="deny" label={words.deny} />
        <Decision value="stop" label={words.denyAndStop} kind="quiet" />
      </div>
    </AskCard>
  )
}

function PlanAsk({ item, reader }: { item: PlanItem; reader: Reader }) {
  const words = agentWords(reader.locale)
  return (
    <AskCard item={item} name={words.plan} reader={reader}>
      <div class="prose plan">{item.plan}</div>
      <input type="text" name="note" aria-label={words.denyWhy} placeholder={words.denyWhy} autocomplete="off" />
      <div class="ask-foot">
        <Decision value="allow" label={words.approvePlan} kind="primary" />
        <Decision value="deny" label={words.keepPlanning} />
        <Decision value="stop" label={words.stop} kind="quiet" />
      </div>
    </AskCard>
  )
}

const Decision = ({ value, label, kind }: { value: string; label: string; kind?: string }) => (
  <button type="submit" name="decision" value={value} class={["button", kind]}>
    {label}
  </button>
)

function permissionSentence({ tool, body }: PermissionItem, reader: Reader): string {
  const words = agentWords(reader.locale)
  if (body.kind === "command") return words.permissionCommand
  if (body.kind === "write") return words.permissionWrite(body.path)
  if (body.kind === "edit") return words.permissionEdit(body.path)
  return words.permissionAsk(tool)
}

export function AnsweredLine({ item, reader }: { item: AnsweredItem; reader: Reader }) {
  const words = agentWords(reader.locale)
  const sentences: Record<AnsweredItem["decision"], string> = {
    allow: words.allowedBy(item.by),
    always: words.alwaysAllowedBy(item.by),
    deny: words.deniedBy(item.by),
    answer: words.answeredBy(item.by),
    withdrawn: words.withdrawn,
  }
  return (
    <div id={item.id} class="entry-item answered" data-seq={item.seq} data-author="system">
      <p class="answered-by">
        <Icon name={item.decision === "deny" || item.decision === "withdrawn" ? "cross" : "check"} />
        {sentences[item.decision]}
      </p>
      {item.lines.map((line) => (
        <p class="answered-line">
          {line.label !== undefined && <span class="hint">{line.label} </span>}
          <span>{line.text}</span>
        </p>
      ))}
    </div>
  )
}
