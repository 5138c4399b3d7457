import { expect, test } from "bun:test"
import type { DrivenLoop } from "../loops/index.ts"
import { silentLog } from "../platform/log.ts"
import { send, takenUp, type TestAgent, testAgent, until } from "../testing/agents.ts"
import { createChatHistory } from "./chat-history.ts"
import type { ChatLine } from "./chat-lines.ts"

const question = { questions: [{ question: "Why?", header: "Why", options: [{ label: "Because" }, { label: "So" }] }] }

const pathOf = (stage: TestAgent, loop: DrivenLoop) =>
  stage.world.loops.serverFile(loop.record.id, "chat_history.jsonl")

async function lines(stage: TestAgent, loop: DrivenLoop): Promise<ChatLine[]> {
  const text = await stage.world.disk.readText(pathOf(stage, loop))
  return (text ?? "")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as ChatLine)
}

/** Waits until so many lines are written. */
async function seenLines(stage: TestAgent, loop: DrivenLoop, count: number): Promise<ChatLine[]> {
  let found: ChatLine[] = []
  for (let tries = 0; found.length < count; tries++) {
    if (tries > 2_000) throw new Error(`only ${JSON.stringify(found)}`)
    await new Promise<void>((resolve) => setTimeout(resolve, 1))
    found = await lines(stage, loop)
  }
  return found
}

const short = (all: ChatLine[]) => all.map(({ by, text, tools }) => [by, text, ...tools])

/** Two turns: one with a tool and a question, one with a message that was edited while it waited, and one that fails. */
async function conversation(stage: TestAgent) {
  const loop = await stage.loop()
  await send(stage, loop, "wait for it")
  const agent = await takenUp(stage, loop)
  agent.answer("I look first.")
  await agent.use("Bash", { command: "npm test\nnpm run build" }, "toolu_1")
  await agent.use("Edit", { file_path: `/loopat/loop/${loop.record.id}/workdir/src/a.ts` }, "toolu_2")
  const verdict = agent.use("AskUserQuestion", question, "toolu_3")
  const asked = (await stage.seen(loop, "asked")).find((event) => event.kind === "asked")
  await stage.agent.work.answer(loop, asked?.ask ?? "", { decision: "answer", answers: { "Why?": "So" } })
  await verdict
  const waiting = await send(stage, loop, "second")
  if (waiting.kind === "accepted") await stage.agent.work.edit(loop, waiting.line.seq, "second, better")
  agent.answer("All done.")
  agent.finish()
  await stage.seen(loop, "turn-finished", 2)
  return { loop, agent }
}

const told = [
  ["alice", "wait for it"],
  ["agent", "I look first.", "Bash npm test", "Edit src/a.ts"],
  ["agent", "Why?"],
  ["alice", "So"],
  ["agent", "All done."],
  ["alice", "second, better"],
  ["agent", "You said: second, better"],
]

test("the chat history says who said what and what was done, turn by turn, as a person saw it", async () => {
  await using stage = await testAgent()
  const { loop, agent } = await conversation(stage)
  const seen = await seenLines(stage, loop, told.length)
  expect(short(seen)).toEqual(told)
  const events = await stage.events(loop)
  const turns = events.filter(({ kind }) => kind === "turn-started").map(({ turn }) => turn)
  expect([...new Set(seen.map(({ turn }) => turn))]).toEqual(turns)
  expect(seen[0]).toMatchObject({ seq: 2, at: events[1]?.at ?? "" })
  await send(stage, loop, "wait and see")
  await until(() => agent.said.length === 3, "the third message")
  agent.die({ signal: "SIGKILL" })
  await stage.seen(loop, "turn-failed")
  expect(short((await seenLines(stage, loop, told.length + 2)).slice(-2))).toEqual([
    ["alice", "wait and see"],
    ["loopat", "The agent's program ended in the middle of its work. What it had done so far is kept."],
  ])
})

test("the chat history is made good after a kill, and can be rebuilt from the transcript", async () => {
  await using stage = await testAgent()
  const { loop } = await conversation(stage)
  const whole = await seenLines(stage, loop, told.length)
  const { disk, loops } = stage.world
  const again = createChatHistory({ loops, disk, log: silentLog })
  await again.follow(loop.record.id)
  expect(await lines(stage, loop)).toEqual(whole)
  const firstTurn = whole.filter(({ turn }) => turn === whole[0]?.turn)
  await disk.write(pathOf(stage, loop), firstTurn.map((line) => `${JSON.stringify(line)}\n`).join(""))
  await Promise.all([again.follow(loop.record.id), again.follow(loop.record.id)])
  expect(await lines(stage, loop)).toEqual(whole)
  await disk.remove(pathOf(stage, loop))
  await again.follow(loop.record.id)
  expect(await lines(stage, loop)).toEqual(whole)
})
