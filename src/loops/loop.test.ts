import { expect, test } from "bun:test"
import { userName } from "../testing/loops.ts"
import {
  archive,
  becomeReady,
  breakDown,
  bringBack,
  isPrepared,
  parseTitle,
  prepareAgain,
  remove,
  rename,
  restore,
  startStep,
} from "./loop.ts"
import { LoopRecord, type LoopState } from "./record.ts"

const at = "2026-01-02T03:04:05.000Z"
const later = "2026-01-03T03:04:05.000Z"
const alice = userName("alice")
const record = (state: LoopState, extra = {}): LoopRecord =>
  LoopRecord.parse({
    version: 1,
    id: "0a1b2c3d-0000-4000-8000-000000000001",
    kind: "work",
    title: "A loop",
    titleBy: "default",
    createdAt: at,
    createdBy: "alice",
    driver: "alice",
    drivers: [{ user: "alice", from: at }],
    state,
    visibility: "workspace",
    profiles: [],
    vault: "default",
    network: "open",
    flags: { crossLoop: false, nested: false },
    permissionMode: "default",
    rules: [],
    thinking: "auto",
    warnings: [],
    ...extra,
  })
const preparing: LoopState = { kind: "preparing", since: at, step: "accepted", steps: [] }
const broken: LoopState = { kind: "broken", reason: "repo-gone", sentence: "x", at }
const offered: LoopState = { kind: "offered", by: alice, since: at, note: "please" }
const driven: LoopState = { kind: "driven" }

test("titles are trimmed to one line and refused when empty or longer than 200 characters", () => {
  const check = (given: unknown, expected: string | undefined) => expect(parseTitle(given)).toBe(expected as string)
  check("  a \r\n b\tc ", "a b c")
  check("", undefined)
  check(" \n\u2028 ", undefined)
  check("💥".repeat(200), "💥".repeat(200))
  check("💥".repeat(201), undefined)
  check(["a"], undefined)
  check(7, undefined)
})

test("each step of preparing is written down with its time, once", () => {
  const first = startStep(record(preparing), "repository", at)
  const second = startStep(startStep(first, "checkout", later), "checkout", later)
  expect(second.state).toEqual({
    kind: "preparing",
    since: at,
    step: "checkout",
    steps: [
      { step: "repository", at },
      { step: "checkout", at: later },
    ],
  })
})

test("a loop that is not being prepared does not become ready or broken", () => {
  for (const state of [driven, broken, offered]) {
    const before = record(state)
    expect(becomeReady(before)).toBe(before)
    expect(breakDown(before, { reason: "x", sentence: "" }, at)).toBe(before)
    expect(startStep(before, "checkout", at)).toBe(before)
  }
  expect(becomeReady(record(preparing)).state).toEqual(driven)
  expect(prepareAgain(record(broken), later).state).toEqual({
    kind: "preparing",
    since: later,
    step: "accepted",
    steps: [],
  })
  expect(prepareAgain(record(driven), later).state).toEqual(driven)
})

test("archiving and restoring give back the whole former state", () => {
  for (const state of [preparing, broken, driven, offered]) {
    const away = archive(record(state), alice, later)
    expect(away.state).toMatchObject({ kind: "archived", at: later, by: alice, was: state.kind })
    expect(archive(away, userName("bob"), later)).toBe(away)
    // Through the file, as after a restart.
    expect(restore(LoopRecord.parse(JSON.parse(JSON.stringify(away)))).state).toEqual(state)
  }
})

test("deleting and bringing back give back the whole former state, an archived one too", () => {
  for (const state of [preparing, broken, driven, offered, archive(record(offered), alice, at).state]) {
    const gone = remove(record(state), alice, { at, purgeAt: later })
    expect(gone.state).toMatchObject({ kind: "deleted", was: state.kind, purgeAt: later })
    expect(bringBack(LoopRecord.parse(JSON.parse(JSON.stringify(gone)))).state).toEqual(state)
  }
})

test("a former state that cannot be read is prepared again instead of being guessed", () => {
  const away = record({ kind: "archived", at, by: alice, was: "driven", before: { kind: "nonsense" } })
  expect(restore(away).state).toEqual({ kind: "preparing", since: at, step: "accepted" })
})

test("a sandbox exists only for what was prepared once", () => {
  const check = (state: LoopState, expected: boolean) => expect(isPrepared(record(state))).toBe(expected)
  check(preparing, false)
  check(broken, false)
  check(driven, true)
  check(offered, true)
  check(archive(record(driven), alice, at).state, true)
  check(archive(record(broken), alice, at).state, false)
  check(remove(archive(record(offered), alice, at), alice, { at, purgeAt: later }).state, true)
})

test("changing one thing of a record leaves everything else as it is, unknown keys included", () => {
  const before = record(driven, { vault: "prod", profiles: ["a", "b"], fromTheFuture: { x: 1 } })
  const after = LoopRecord.parse(JSON.parse(JSON.stringify(rename(before, "New"))))
  expect(after).toEqual({ ...before, title: "New", titleBy: "person" })
  expect(after).toMatchObject({ fromTheFuture: { x: 1 }, vault: "prod" })
})
