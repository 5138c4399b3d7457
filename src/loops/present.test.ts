import { expect, test } from "bun:test"
import { person } from "../testing/loops.ts"
import type { NewLoopField } from "./create.ts"
import { brokenView, loopHeader, newLoopErrors, preparingView } from "./present.ts"
import { LoopRecord, type LoopState } from "./record.ts"

const alice = person("alice")
const bob = person("bob")
const admin = person("root", "admin")
const now = Date.parse("2026-01-15T12:00:10.000Z")
const reader = { locale: "en" as const, now }
const at = (second: number) => new Date(now - 10_000 + second * 1_000).toISOString()

const record = (state: LoopState, extra = {}): LoopRecord =>
  LoopRecord.parse({
    ...{ version: 1, id: "0a1b2c3d-0000-4000-8000-000000000001", kind: "work", title: "Plan", titleBy: "person" },
    ...{ createdAt: at(0), createdBy: "alice", driver: "alice", drivers: [], state, visibility: "workspace" },
    ...{ profiles: [], vault: "default", network: "open", flags: { crossLoop: false, nested: false } },
    ...{ permissionMode: "default", rules: [], thinking: "", warnings: [] },
    repo: { name: "app", ref: "trunk", branch: "loop/plan-0a1b2c", start: "0123456789abcdef" },
    ...extra,
  })
const driven: LoopState = { kind: "driven" }
const broken = (reason: string): LoopState => ({ kind: "broken", reason, sentence: "fatal: no", at: at(1) })

test("the head of a loop offers each role what it may do", () => {
  const may = (user: typeof alice, state: LoopState = driven) =>
    Object.entries(loopHeader({ record: record(state), user, reader, running: true }).may)
      .filter(([, allowed]) => allowed)
      .map(([name]) => name)
      .join(" ")
  expect(may(alice)).toBe("rename archive delete stopSandbox hide")
  expect(may(admin)).toBe("rename archive delete stopSandbox hide")
  expect(may(bob)).toBe("")
  const archived: LoopState = { kind: "archived", at: at(1), by: alice.name, was: "driven" }
  expect(may(alice, archived)).toBe("restore delete stopSandbox hide")
})

test("the head names repository, branch, start and what was stale", () => {
  const warnings = [
    { about: "app", code: "stale", text: "no answer", at: "2026-01-15T09:00:00.000Z" },
    { about: "x", code: "other", text: "As it is", at: at(0) },
  ]
  expect(loopHeader({ record: record(driven, { warnings }), user: alice, reader })).toMatchObject({
    repo: { name: "app", branch: "loop/plan-0a1b2c", start: "0123456" },
    status: "idle",
    warnings: [{ text: expect.stringMatching(/^app could not be refreshed.*3h ago/) }, { text: "As it is" }],
  })
})

test("preparing shows its steps with their times, those to come as waiting", () => {
  const state = (steps: [string, number][]): LoopState => ({
    kind: "preparing",
    since: at(0),
    step: steps.at(-1)?.[0] ?? "accepted",
    steps: steps.map(([step, second]) => ({ step, at: at(second) })),
  })
  const check = (given: LoopState, expected: string[]) =>
    expect(preparingView(record(given), reader)?.steps.map((one) => [one.step, one.state, one.ms].join(" "))).toEqual(
      expected,
    )
  check(state([]), ["repository waiting ", "checkout waiting ", "contexts waiting "])
  check(state([["repository", 2]]), ["repository running 8000", "checkout waiting ", "contexts waiting "])
  check(
    state([
      ["repository", 2],
      ["checkout", 5],
    ]),
    ["repository done 3000", "checkout running 5000", "contexts waiting "],
  )
  expect(preparingView(record(state([]), { repo: undefined }), reader)?.steps.map((one) => one.step)).toEqual([
    "checkout",
    "contexts",
  ])
  expect(preparingView(record(driven), reader)).toBeUndefined()
})

test("every reason for a broken loop has its own sentence that says what to do, in both languages", () => {
  const reasons = [
    "repo-unreachable",
    "repo-host-unknown",
    "repo-host-changed",
    "repo-not-let-in",
    "repo-no-repository",
    "repo-gone",
    "repo-empty",
    "ref-unknown",
    "version-unknown",
    "checkout-failed",
    "disk-full",
    "failed",
  ]
  for (const locale of ["en", "zh"] as const) {
    const sentences = reasons.map((reason) => brokenView(record(broken(reason)), alice, locale)?.sentence)
    expect(new Set(sentences).size).toBe(reasons.length)
  }
  expect(brokenView(record(broken("ref-unknown")), alice, "en")).toEqual({
    loop: "0a1b2c3d-0000-4000-8000-000000000001",
    sentence: "There is no branch, tag or commit trunk in app. Choose another one.",
    detail: "fatal: no",
    mayRetry: true,
    mayDelete: true,
    source: { repo: "app", ref: "trunk" },
  })
  expect(brokenView(record(broken("failed")), bob, "en")).toMatchObject({ mayRetry: false, mayDelete: false })
  expect(brokenView(record(driven), alice, "en")).toBeUndefined()
})

test("each field of the New Loop form has a sentence of its own", () => {
  const faults = {
    title: "too-long",
    message: "too-long",
    repo: "unknown",
    ref: "invalid",
    visibility: "unknown",
  } as const
  const errors = newLoopErrors(faults, "en")
  expect(Object.keys(errors)).toEqual(["title", "message", "repo", "ref", "visibility"] satisfies NewLoopField[])
  expect(new Set(Object.values(errors)).size).toBe(5)
  expect(newLoopErrors({ ref: "needs-repo" }, "en")).toEqual({ ref: "Choose a repository first, then its branch." })
  expect(Object.keys(newLoopErrors({ clientId: "invalid" }, "zh"))).toEqual(["form"])
})
