import { expect, test } from "bun:test"
import { blocksOf } from "./blocks.ts"

const spoken = (over: object) => ({
  type: "assistant",
  parent_tool_use_id: null,
  message: { role: "assistant", model: "m", content: [{ type: "text", text: "hello" }] },
  ...over,
})

test("what the agent says is shown", () => {
  expect(blocksOf(spoken({})).blocks).toEqual([{ kind: "text", text: "hello" }])
})

test("the agent's own words for a refused request are not shown as an answer", () => {
  const message = { role: "assistant", model: "<synthetic>", content: [{ type: "text", text: "Invalid API key" }] }
  expect(blocksOf(spoken({ error: "authentication_failed", message })).blocks).toEqual([])
})

test("an answer that was cut for its length stays", () => {
  expect(blocksOf(spoken({ error: "max_output_tokens" })).blocks).toEqual([{ kind: "text", text: "hello" }])
})
