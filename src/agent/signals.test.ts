import { expect, test } from "bun:test"
import { parseSignal } from "./signals.ts"

const recorded = (await Bun.file(`${import.meta.dir}/../testing/fixtures/agent-messages.jsonl`).text())
  .trim()
  .split("\n")
  .map((line): { scenario: string; kind: string; message: Record<string, unknown> } => JSON.parse(line))

const signalOf = (message: unknown) => parseSignal(JSON.stringify(message))

test("every kind that the real agent was seen to say is understood or kept whole", () => {
  const kinds = new Map<string, Set<string>>()
  for (const { kind, message } of recorded) {
    const signal = signalOf(message)
    expect(signal.kind).not.toBe("malformed")
    kinds.set(signal.kind, (kinds.get(signal.kind) ?? new Set()).add(kind))
  }
  expect([...(kinds.get("message") ?? [])].sort()).toEqual([
    "assistant",
    "conversation_reset",
    "system/compact_boundary",
    "system/init",
    "system/session_title_changed",
    "system/task_notification",
    "system/task_started",
    "system/task_updated",
    "user",
  ])
  expect([...(kinds.get("result") ?? [])].sort()).toEqual([
    "result/error_during_execution",
    "result/error_max_turns",
    "result/success",
  ])
  expect([...(kinds.get("retrying") ?? [])]).toEqual(["system/api_retry"])
})

test("a result says how its turn ended", () => {
  const outcome = (fields: object) => {
    const signal = signalOf({ type: "result", ...fields })
    return signal.kind === "result" ? signal.outcome : undefined
  }
  expect(outcome({ subtype: "success", is_error: false, result: "ok" })).toEqual({ kind: "done" })
  expect(outcome({ subtype: "success", is_error: true, api_error_status: 529, result: "busy" })).toEqual({
    kind: "api-error",
    status: 529,
    text: "busy",
  })
  expect(outcome({ subtype: "success", is_error: true, api_error_status: null, result: "gone" })).toEqual({
    kind: "api-error",
    text: "gone",
  })
  expect(outcome({ subtype: "error_during_execution", terminal_reason: "aborted_tools" })).toEqual({ kind: "aborted" })
  expect(outcome({ subtype: "error_max_turns", errors: ["30"] })).toEqual({ kind: "limit", text: "30" })
  expect(outcome({ subtype: "error_during_execution", errors: ["a", "b"] })).toEqual({ kind: "error", text: "a\nb" })
})

test("a result names the messages that it answers", () => {
  const signal = signalOf({ type: "result", subtype: "success", uuid: "u", user_message_uuids: ["a", "b"] })
  expect(signal).toMatchObject({ kind: "result", uuid: "u", answers: ["a", "b"] })
  expect(signalOf({ type: "result", subtype: "success" })).not.toHaveProperty("answers")
})

test("streamed pieces carry the block that they belong to", () => {
  const event = (event: object, more = {}) => signalOf({ type: "stream_event", api_message_id: "m", event, ...more })
  const start = (content_block: object) => event({ type: "content_block_start", index: 1, content_block })
  expect(start({ type: "text", text: "" })).toEqual({ kind: "block", block: "m-1", of: "text" })
  expect(start({ type: "thinking" })).toEqual({ kind: "block", block: "m-1", of: "thinking" })
  expect(start({ type: "tool_use", name: "Bash" })).toEqual({ kind: "block", block: "m-1", of: "tool", tool: "Bash" })
  expect(start({ type: "server_tool_use" })).toEqual({ kind: "tick" })
  const delta = (delta: object, more = {}) => event({ type: "content_block_delta", index: 1, delta }, more)
  expect(delta({ type: "text_delta", text: "hi" })).toEqual({ kind: "piece", block: "m-1", text: "hi" })
  expect(delta({ type: "thinking_delta", thinking: "hm" })).toEqual({ kind: "piece", block: "m-1", text: "hm" })
  expect(delta({ type: "input_json_delta", partial_json: "{" })).toEqual({ kind: "tick" })
  expect(delta({ type: "text_delta", text: "sub" }, { parent_tool_use_id: "toolu_1" })).toEqual({ kind: "tick" })
})

test("the beginning of a turn, the mode and the state are heard, ticks are not stored", () => {
  expect(signalOf({ type: "command_lifecycle", command_uuid: "u", state: "started" })).toEqual({
    kind: "took",
    uuid: "u",
  })
  expect(signalOf({ type: "command_lifecycle", command_uuid: "u", state: "queued" })).toEqual({ kind: "tick" })
  const system = (subtype: string, more = {}) => signalOf({ type: "system", subtype, ...more })
  expect(system("status", { permissionMode: "plan" })).toEqual({ kind: "mode", mode: "plan" })
  expect(system("status", { status: "requesting" })).toEqual({ kind: "tick" })
  expect(system("session_state_changed", { state: "requires_action" })).toEqual({ kind: "activity", state: "waiting" })
  expect(system("session_state_changed", { state: "idle" })).toEqual({ kind: "activity", state: "idle" })
  for (const subtype of ["thinking_tokens", "task_progress"]) expect(system(subtype)).toEqual({ kind: "tick" })
  expect(signalOf({ type: "keep_alive" })).toEqual({ kind: "tick" })
})

test("what is no message is kept as it came, cut", () => {
  expect(parseSignal("{half a li")).toEqual({ kind: "malformed", text: "{half a li" })
  expect(parseSignal("[1,2]")).toEqual({ kind: "malformed", text: "[1,2]" })
  expect(parseSignal("x".repeat(100_000))).toEqual({ kind: "malformed", text: "x".repeat(65_536) })
})

test("a kind that nobody has heard of is kept whole", () => {
  const message = { type: "from_the_future", uuid: "u", deep: { list: [1, { two: 3 }] } }
  expect(signalOf(message)).toEqual({ kind: "message", message, uuid: "u" })
  for (const type of ["constructor", "__proto__", "toString"])
    expect(signalOf({ type })).toEqual({ kind: "message", message: { type } })
  expect(signalOf({ type: "system", subtype: "from_the_future" })).toMatchObject({ kind: "message" })
  expect(signalOf({ type: "result", subtype: 7 })).toMatchObject({ kind: "message" })
})
