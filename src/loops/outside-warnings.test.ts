import { expect, test } from "bun:test"
import { until } from "../testing/link-world.ts"
import type { OutsideNews, Moved } from "../repos/index.ts"
import { silentLog } from "../platform/log.ts"
import { createBackground } from "../platform/background.ts"
import { testClock } from "../testing/clock.ts"
import { otherLoop as loop } from "../testing/git-host.ts"
import { userName } from "../testing/loops.ts"
import { isAboutOutside, warningOf, watchOutside, withWarnings } from "./checkouts/outside-warnings.ts"
import { LoopRecord } from "./record.ts"
import { warningViews } from "./warnings.ts"

const record = (warnings: LoopRecord["warnings"]): LoopRecord =>
  LoopRecord.parse({
    ...{ version: 1, id: loop, kind: "work", title: "T", titleBy: "person", createdAt: at, createdBy: "alice" },
    ...{ driver: "alice", drivers: [{ user: "alice", from: at }], state: { kind: "driven" }, visibility: "workspace" },
    ...{ profiles: [], vault: "default", network: "open", flags: { crossLoop: false, nested: false } },
    ...{ permissionMode: "default", rules: [], thinking: "auto", warnings },
  })

const at = "2026-01-15T12:00:00.000Z"
const now = Date.parse(at)
const warning = (about: string, code: string) => ({ about, code, text: code, at })

test("each warning of a loop has the button that helps, for whoever may press it", () => {
  const reader = { locale: "en" as const, now }
  const shown = (drives: boolean, ...codes: string[]) =>
    warningViews(record(codes.map((code) => warning("notes", code))), { reader, drives })
  expect(shown(true, "stale", "diverged", "not-outside").map(({ act }) => act?.words)).toEqual([
    "Pull now",
    "Open a merge loop",
    "Retry now",
  ])
  expect(shown(true, "diverged")[0]?.act?.url).toBe("/loops/new?from=merge&shelf=notes")
  expect(shown(false, "stale", "memory-held").map(({ act }) => act)).toEqual([undefined, undefined])
  const own = (drives: boolean) =>
    warningViews(record([warning("personal", "not-outside")]), { reader, drives }).map(({ act }) => act?.url)
  expect([own(true), own(false)]).toEqual([["/context/personal/retry"], [undefined]])
  expect(warningViews(record([warning("some-repo", "stale")]), { reader, drives: true })[0]?.act).toBe(undefined)
})

test("a loop whose context is too large to be backed up says which, and what to do, in either language", () => {
  const said = (locale: "en" | "zh") =>
    warningViews(record([warning("notes", "backup-too-large")]), { reader: { locale, now }, drives: true })
  expect(said("en")[0]?.text).toMatch(/^Notes: what only this loop has of it is too large .* Promote it, or remove/)
  expect(said("zh")[0]?.text).toMatch(/^笔记：.*过大.*删除/)
})

test("what a loop begins with is warned of by what the outside answered, and a later look takes the old word back", () => {
  const commit = "a".repeat(40)
  const stale = warningOf("notes", { kind: "stale", at, sentence: "no answer" }, commit)
  expect(stale).toMatchObject({ about: "notes", code: "stale", at })
  expect(stale?.text).toContain("aaaaaaaaaaaa. no answer")
  expect(warningOf("notes", { kind: "diverged", at }, commit)?.code).toBe("diverged")
  expect([warningOf("notes", { kind: "fresh", at }, commit), warningOf("notes", { kind: "hosted" }, commit)]).toEqual([
    undefined,
    undefined,
  ])
  const before = [warning("notes", "stale"), warning("knowledge", "diverged"), warning("notes", "config-skipped")]
  expect(withWarnings(before, [{ context: "notes" }]).map(({ about, code }) => `${about} ${code}`)).toEqual([
    "knowledge diverged",
    "notes config-skipped",
  ])
})

test("a promote that is not yet outside warns its loop, and all warnings go once both sides are in step", async () => {
  const clock = testClock()
  await using background = createBackground(silentLog)
  let kept = record([warning("notes", "diverged"), warning("knowledge", "diverged")])
  let state: "not-outside" | "in-step" = "not-outside"
  const moves: ((news: Moved) => void)[] = []
  const outsides: ((news: OutsideNews) => void)[] = []
  const repository = { outside: async () => ({ state, since: at, host: "h" }), resolve: async () => "b".repeat(40) }
  watchOutside({
    ...{ background, clock },
    shelves: {
      open: async () => repository as never,
      onMoved: (listener) => moves.push(listener) as never,
      onOutside: (listener) => outsides.push(listener) as never,
    },
    records: {
      read: async () => kept,
      change: async (_, change) => (kept = change(kept)),
    },
    shelf: { ordered: () => [{ id: loop, warned: kept.warnings.some(isAboutOutside) }] as never },
  })
  const shelf = { context: "notes" } as const
  for (const tell of moves) tell({ shelf, branch: "main", to: "b".repeat(40), by: { user: userName("alice"), loop } })
  const codes = () => kept.warnings.map(({ about, code }) => `${about} ${code}`)
  await until("the loop is told", async () => codes().includes("notes not-outside"))
  state = "in-step"
  for (const tell of outsides) tell({ shelf, state: { state, since: at, host: "h" } })
  await until("it is taken back", async () => codes().join() === "knowledge diverged")
})
