import { expect, test } from "bun:test"
import type { DrivenLoop } from "../loops/index.ts"
import { send, type TestAgent, testAgent, until } from "../testing/agents.ts"
import { person } from "../testing/loops.ts"
import { titleOf } from "./naming.ts"

const answering = (text: string) => Response.json({ content: [{ type: "text", text }] })
const recordOf = async (stage: TestAgent, loop: DrivenLoop) => stage.world.loops.record(loop.record.id)
const titled = async (stage: TestAgent, loop: DrivenLoop, title: string) => {
  for (let tries = 0; (await recordOf(stage, loop))?.title !== title; tries++) {
    if (tries > 1_000) throw new Error(`never titled ${title}`)
    await new Promise<void>((resolve) => setTimeout(resolve, 1))
  }
}

test("a loop that nobody named gets a title from the model after its first turn, once", async () => {
  await using stage = await testAgent()
  const asked: { model: string; max_tokens: number; messages: { content: string }[] }[] = []
  stage.next.serve = async (request) => {
    asked.push((await request.json()) as (typeof asked)[number])
    return answering('"Mend the blue door."\nand more')
  }
  const loop = await stage.loop()
  await send(stage, loop, "please mend the blue door")
  await stage.seen(loop, "turn-finished")
  await titled(stage, loop, "Mend the blue door")
  expect((await recordOf(stage, loop))?.titleBy).toBe("auto")
  expect(asked).toMatchObject([{ max_tokens: 64 }])
  expect(asked[0]?.messages[0]?.content).toContain("please mend the blue door")
  expect(asked[0]?.messages[0]?.content).toContain("You said: please mend")
  expect((await stage.seen(loop, "set")).at(-1)).toMatchObject({
    what: "title",
    to: "Mend the blue door",
    by: "loopat",
  })
  await send(stage, loop, "second")
  await stage.seen(loop, "turn-finished", 2)
  await stage.background[Symbol.asyncDispose]()
  expect(asked).toHaveLength(1)
})

test("a title that a person gave is never changed, also when it is given while the model thinks", async () => {
  await using stage = await testAgent()
  const { promise, resolve } = Promise.withResolvers<Response>()
  let asked = 0
  stage.next.serve = async () => {
    asked++
    return promise
  }
  const loop = await stage.loop()
  await send(stage, loop, "hello")
  await stage.seen(loop, "turn-finished")
  await until(() => asked === 1, "the question")
  await stage.world.loops.rename(loop.record.id, person("alice"), "Mine")
  resolve(answering("Theirs"))
  await stage.background[Symbol.asyncDispose]()
  expect((await recordOf(stage, loop))?.title).toBe("Mine")
})

test("when no title can be had the loop keeps its own, in silence, and nobody asks again", async () => {
  await using stage = await testAgent()
  let asked = 0
  stage.next.serve = async () => {
    asked++
    return new Response("no", { status: 500 })
  }
  const loop = await stage.loop()
  const { title } = loop.record
  for (const turns of [1, 2]) {
    await send(stage, loop, `message ${turns}`)
    await stage.seen(loop, "turn-finished", turns)
  }
  await stage.background[Symbol.asyncDispose]()
  expect([asked, (await recordOf(stage, loop))?.title]).toEqual([1, title])
  expect((await stage.events(loop)).map(({ kind }) => kind)).not.toContain("notice")
})

test("a model that takes longer than fifteen seconds is not waited for", async () => {
  await using stage = await testAgent()
  let asked = false
  let gone = false
  stage.next.serve = ({ signal }) => {
    asked = true
    return new Promise((_, reject) =>
      signal.addEventListener("abort", () => {
        gone = true
        reject(new Error("given up"))
      }),
    )
  }
  const loop = await stage.loop()
  await send(stage, loop, "hello")
  await stage.seen(loop, "turn-finished")
  await until(() => asked, "the question")
  stage.world.clock.advance(14_000)
  expect(gone).toBe(false)
  stage.world.clock.advance(2_000)
  await until(() => gone, "giving up")
})

test("what a model answers becomes one plain line, or nothing", () => {
  const cases: [string, string | undefined][] = [
    ["Mend the blue door", "Mend the blue door"],
    ['Title: "Mend the door."', "Mend the door"],
    ["**修理蓝色的门**。", "修理蓝色的门"],
    ["# Heading\nmore", "Heading"],
    ["a\u202eb\u0007c", "abc"],
    ["", undefined],
    ["x".repeat(200), undefined],
  ]
  for (const [answer, title] of cases) expect(titleOf(answer)).toBe(title)
})
