import { expect, test } from "bun:test"
import { agentPages } from "../testing/agent-pages.tsx"
import { send, takenUp } from "../testing/agents.ts"
import { pageOf } from "../testing/html.ts"
import { person } from "../testing/loops.ts"
import { parseSignal } from "./signals.ts"

const recorded = (await Bun.file(`${import.meta.dir}/../testing/fixtures/agent-messages.jsonl`).text())
  .trim()
  .split("\n")
  .map((line): Record<string, unknown> => JSON.parse(line).message)

const invented = {
  type: "dream",
  subtype: "lucid",
  uuid: "11111111-2222-4333-8444-555555555555",
  payload: { nested: [1, { deep: "<b>not markup</b>" }], nothing: null },
}

/** What is neither a tick nor a piece: the first of each id, and the first introduction. */
function whole(messages: Record<string, unknown>[]): Record<string, unknown>[] {
  const known = new Set<unknown>()
  return messages.filter((message) => {
    const signal = parseSignal(JSON.stringify(message))
    const isNew = message["uuid"] === undefined || !known.has(message["uuid"])
    known.add(message["uuid"])
    return isNew && (signal.kind === "message" || signal.kind === "result") && message["subtype"] !== "init"
  })
}

test("every kind of message that the agent is known to send, and one that nobody knows, is stored whole and shown without fail", async () => {
  await using stage = await agentPages()
  const loop = await stage.loop()
  await send(stage, loop, "wait")
  const agent = await takenUp(stage, loop)
  const all = [...recorded, invented]
  await using stream = await stage.follow(loop, person("bob"), { after: 2, language: "zh" })
  for (const message of all) agent.speak(message)
  agent.answer("and still it speaks")
  agent.finish()
  await stream.shows("and still it speaks")
  const stored = (await stage.seen(loop, "turn-finished")).flatMap((event) =>
    event.kind === "agent" ? [event.message] : [],
  )
  const expected = whole(all)
  expect(new Set(expected.map(({ type }) => type)).size).toBeGreaterThanOrEqual(5)
  for (const message of expected) expect(stored).toContainEqual(message as never)
  expect(stored.filter(({ type }) => type === "dream")).toEqual([invented])
  const response = await stage.as(person("alice")).get(`/loops/${loop.record.id}`)
  expect(response.status).toBe(200)
  const page = await pageOf(response)
  expect(page.one("#conversation").text).toContain("and still it speaks")
  expect(page.one("#conversation").text).not.toContain("not markup")
})
