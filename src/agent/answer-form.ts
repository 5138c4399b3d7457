import type { EventOf } from "../loops/index.ts"
import type { Answer } from "./asks.ts"
import { questionsOf } from "./present.ts"
import type { AnswerForm } from "./route-needs.ts"

/** What a posted card means for this ask; undefined when something is missing. */
export function parseAnswer(form: AnswerForm, asked: EventOf<"asked"> | undefined): Answer | undefined {
  if (!asked) return undefined
  if (form.decision === "deny" || form.decision === "stop") {
    const note = form.note?.trim()
    return { decision: "deny", stop: form.decision === "stop", ...(note && { note }) }
  }
  if (asked.what === "question") return answersOf(form, asked)
  if (form.decision === "always") return { decision: "always", ...(form.rule !== undefined && { rule: form.rule }) }
  if (form.decision !== "allow") return undefined
  return { decision: "allow", ...(form.command !== undefined && { command: form.command }) }
}

/** Fields `answer.<index>` (one or several labels) and `other.<index>` (own words); each question needs one. */
function answersOf(form: AnswerForm, asked: EventOf<"asked">): Answer | undefined {
  const answers: Record<string, string> = {}
  for (const [index, { question }] of questionsOf(asked).entries()) {
    const other = words(form[`other.${index}`])
    const chosen = words(form[`answer.${index}`])
    const all = [...chosen, ...other]
    if (all.length === 0) return undefined
    answers[question] = all.join(", ")
  }
  return { decision: "answer", answers }
}

const words = (value: unknown): string[] =>
  [value].flat().flatMap((one) => (typeof one === "string" && one.trim() !== "" ? [one.trim().slice(0, 10_000)] : []))
