import { expect, test } from "bun:test"
import type { EventOf } from "../loops/index.ts"
import { parseAnswer } from "./answer-form.ts"
import { resultFailure } from "./result-failure.ts"
import { AnswerForm } from "./route-needs.ts"

const asked = (more: object): EventOf<"asked"> =>
  ({
    kind: "asked",
    seq: 1,
    at: "",
    turn: null,
    ask: "ask_1",
    what: "permission",
    tool: "Bash",
    ...more,
  }) as EventOf<"asked">
const questions = [
  { question: "One?", options: [{ label: "A" }, { label: "B" }] },
  { question: "Many?", multiSelect: true, options: [{ label: "C" }, { label: "D" }] },
]
const parse = (form: Record<string, unknown>, more: object = {}) => parseAnswer(AnswerForm.parse(form), asked(more))

test("a decision is taken as it was pressed", () => {
  expect(parse({ decision: "allow" })).toEqual({ decision: "allow" })
  expect(parse({ decision: "allow", command: "a\nb" })).toEqual({ decision: "allow", command: "a\nb" })
  expect(parse({ decision: "always" })).toEqual({ decision: "always" })
  expect(parse({ decision: "always", rule: "Bash(ls:*)" })).toEqual({ decision: "always", rule: "Bash(ls:*)" })
  expect(parse({ decision: "deny", note: " use find " })).toEqual({ decision: "deny", stop: false, note: "use find" })
  expect(parse({ decision: "stop", note: " " })).toEqual({ decision: "deny", stop: true })
  expect(parse({})).toBeUndefined()
  expect(AnswerForm.safeParse({ decision: "explode" }).success).toBe(false)
})

test("every question needs an answer: chosen, several chosen, or own words", () => {
  const answer = (form: Record<string, unknown>) => parse(form, { what: "question", questions })
  expect(answer({ "answer.0": "A", "answer.1": ["C", "D"] })).toEqual({
    decision: "answer",
    answers: { "One?": "A", "Many?": "C, D" },
  })
  expect(answer({ "other.0": " mine ", "answer.1": "C", "other.1": "more" })).toEqual({
    decision: "answer",
    answers: { "One?": "mine", "Many?": "C, more" },
  })
  expect(answer({ "answer.0": "A" })).toBeUndefined()
  expect(answer({ "answer.0": "A", "other.1": "  " })).toBeUndefined()
  expect(answer({ decision: "stop" })).toEqual({ decision: "deny", stop: true })
})

test("an answer to nothing is none", () => {
  expect(parseAnswer(AnswerForm.parse({ decision: "allow" }), undefined)).toBeUndefined()
})

test("a failed request is named by the gateway where it knows, else by its status", () => {
  const reason = (status?: number) =>
    resultFailure({ kind: "api-error", text: "t", ...(status && { status }) }, { refused: undefined, answered: true })
  expect([401, 402, 403, 404, 429, 400, 413, 529, undefined].map((status) => reason(status)?.reason)).toEqual([
    "model-key",
    "model-credit",
    "model-key",
    "model-model",
    "model-limit",
    "model-request",
    "model-request",
    "model-unreachable",
    "model-unreachable",
  ])
  expect([reason(401)?.action, reason(529)?.action]).toEqual(["settings", "continue"])
  const refused = { kind: "credit", provider: "Acme", model: "m", status: 402, at: 0, detail: "pay" } as const
  expect(resultFailure({ kind: "api-error", text: "t" }, { refused, answered: true })).toMatchObject({
    reason: "gateway-credit",
    detail: "pay",
    refused,
  })
  expect(resultFailure({ kind: "done" }, { refused, answered: true })).toBeUndefined()
  expect(resultFailure({ kind: "aborted" }, { refused, answered: true })).toBeUndefined()
  expect(resultFailure({ kind: "limit", text: "30 turns" }, { refused: undefined, answered: true })).toMatchObject({
    action: "continue",
    detail: "30 turns",
  })
})
