import { expect, test } from "bun:test"
import { LoopRecord } from "./record.ts"
import { parseTranscriptEvent } from "./transcript-event.ts"

const at = "2026-01-02T03:04:05.000Z"
const whole = {
  version: 1,
  id: "0a1b2c3d-0000-4000-8000-000000000001",
  kind: "work",
  title: "Plan",
  titleBy: "person",
  createdAt: at,
  createdBy: "alice",
  driver: "bob",
  drivers: [
    { user: "alice", from: at, to: at },
    { user: "bob", from: at },
  ],
  state: { kind: "offered", by: "bob", since: at },
  visibility: "private",
  repo: { name: "app", ref: "main", branch: "loop/plan-0a1b2c", start: "0123" },
  profiles: ["a"],
  vault: "prod",
  network: "gateway-only",
  flags: { crossLoop: false, nested: true },
  choice: { source: "workspace", provider: "Anthropic", model: "a/b" },
  permissionMode: "plan",
  rules: [{ tool: "Bash", pattern: "npm test", by: "bob", at }],
  thinking: "auto",
  warnings: [{ about: "app", code: "stale", text: "x", at }],
}

test("a record comes back from its file as it was, with what a later version added at any depth", () => {
  const later = {
    ...whole,
    metadata: { x: 1 },
    flags: { ...whole.flags, more: true },
    state: { ...whole.state, why: "y" },
  }
  expect(LoopRecord.parse(JSON.parse(JSON.stringify(later)))).toEqual(later as never)
})

test("a record with a wrong name, id, time or state is not taken for a loop", () => {
  const check = (change: object) => expect(LoopRecord.safeParse({ ...whole, ...change }).success).toBe(false)
  check({ version: 2 })
  check({ id: "../../etc" })
  check({ id: whole.id.toUpperCase() })
  check({ createdBy: "Alice Smith" })
  check({ driver: "" })
  check({ createdAt: "yesterday" })
  check({ vault: "../x" })
  check({ repo: { ...whole.repo, name: "a/b" } })
  check({ state: { kind: "flying" } })
  check({ state: { kind: "archived", at } })
  check({ visibility: "everybody" })
  check({ permissionMode: "yolo" })
  check({ rules: undefined })
})

test("each kind of line is known by its fields, and one that does not fit its kind is kept as unknown", () => {
  const base = { seq: 1, at, turn: null }
  const check = (fields: object, kind: string) =>
    expect(parseTranscriptEvent({ ...base, ...fields }).kind).toBe(kind as never)
  check({ kind: "loop-created", version: 1, by: "alice" }, "loop-created")
  check({ kind: "user-message", by: "a", via: "web", clientId: "c", text: "t", attachments: [] }, "user-message")
  check({ kind: "user-message", by: "a", via: "pigeon", clientId: "c", text: "t", attachments: [] }, "unknown")
  check({ kind: "turn-finished", outcome: "done" }, "turn-finished")
  check({ kind: "agent", message: { type: "result", anything: 1 } }, "agent")
  check({ kind: "agent", message: {} }, "unknown")
  check({ kind: "set", what: "title", by: "alice" }, "set")
  check({ kind: "invented" }, "unknown")
})

test("a line without number, time or kind is no line", () => {
  for (const line of [
    null,
    1,
    "x",
    {},
    { seq: 0, at, turn: null, kind: "x" },
    { seq: 1.5, at, turn: null, kind: "x" },
  ]) {
    expect(() => parseTranscriptEvent(line)).toThrow()
  }
})
