import { expect, test } from "bun:test"
import { answered, request, said } from "../../testing/demo-requests.ts"
import { answer } from "./script.ts"

const told = (parts: ReturnType<typeof answer>) =>
  parts.map((part) => ("text" in part ? part.text : part.kind)).join("|")
const bare = (words: string, system: string, more = {}) =>
  told(answer(request([{ role: "user", content: words }], { tools: [], system, ...more })))

test("a title is short and in the conversation's language", () => {
  expect(bare("hello", "Write a title of 3 to 7 words.")).toBe("A talk with the demo")
  expect(bare("你好", "Write a title of 3 to 7 words.")).toBe("与演示模型对话")
  expect(bare("hello", `Answer with JSON: {"title": …}`)).toBe('{"title":"A talk with the demo"}')
})

test("an answer in a given shape has that shape", () => {
  const properties = { title: { type: "string" }, isNew: { type: "boolean" }, tags: { type: "array" } }
  const format = { type: "json_schema", schema: { type: "object", properties } }
  const answer = bare("hello", "Say whether this is new.", { output_config: { format } })
  expect(JSON.parse(answer)).toEqual({ title: "A talk with the demo", isNew: false, tags: [] })
})

test("a summary is asked for with all tools offered, and is text in the language of what was said", () => {
  const wish = `CRITICAL: Respond with TEXT ONLY.\n\nYour task is to create a detailed summary of the conversation so far.`
  const summary = (words: string) =>
    told(answer(request([said(words), answered("ok"), { role: "user", content: wish }])))
  expect(summary("hello")).toStartWith("<summary>\nThe person tried the demo")
  expect(summary("你好")).toContain("演示模型")
})

test("the agent's own small questions get two letters", () => {
  expect(bare("quota", "You are Claude Code, an agent.")).toBe("ok")
  expect(told(answer(request([said("[SUGGESTION MODE: guess what the user types next]")])))).toBe("ok")
})

test("a person without tools and without the agent is still answered by the script", () => {
  expect(bare("#say plain", "You are terse.")).toBe("plain")
  expect(bare("long", "")).toStartWith("# What loopat is")
})
