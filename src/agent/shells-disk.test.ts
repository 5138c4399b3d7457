import { expect, test } from "bun:test"
import type { DrivenLoop } from "../loops/index.ts"
import { agentPages, type AgentPages } from "../testing/agent-pages.tsx"
import { until } from "../testing/agents.ts"
import { sickDisk } from "../testing/faults.ts"
import { linkWorld } from "../testing/link-world.ts"
import { person } from "../testing/loops.ts"

const alice = person("alice")
const address = ({ record }: DrivenLoop) => `/loops/${record.id}`
const cutOff = expect.objectContaining({ kind: "shell", how: "cut-off" })
const type = (stage: AgentPages, loop: DrivenLoop, text: string) =>
  stage.as(alice, { "hx-request": "true" }).post(`${address(loop)}/messages`, { text, clientId: "c", agentSees: "yes" })
const shellsIn = async (stage: AgentPages, loop: DrivenLoop) =>
  (await stage.events(loop)).filter(({ kind }) => kind === "shell")

test("a server stops though the disk takes nothing any more, and the next one says that the command was cut off", async () => {
  const disk = sickDisk()
  await using link = await linkWorld()
  const { box } = await link.guest()
  const w = await agentPages({ over: disk.over, agent: { inside: (_, work) => work(box) } })
  const loop = await w.loop()
  await type(w, loop, "!echo begun; sleep 9991")
  await using stream = await w.follow(loop, alice, { after: 1 })
  await stream.shows("begun\n")
  disk.fallIll(1, "ENOSPC from there on")
  const stopped = w.agent[Symbol.asyncDispose]().then(() => w.background[Symbol.asyncDispose]())
  await until(() => disk.hurt, "the disk to refuse")
  w.world.clock.advance(5_000)
  await stopped
  disk.heal()
  await using later = await agentPages({ home: w.world.home })
  await later.agent.recover([])
  expect(await shellsIn(later, loop)).toEqual([cutOff])
  await later.unmarked(loop)
  await w[Symbol.asyncDispose]()
})

test("a loop whose command was cut off is opened though the disk takes nothing, and says so once it does", async () => {
  const never = { inside: () => new Promise<never>(() => undefined) }
  const killed = await agentPages({ agent: never })
  const loop = await killed.loop()
  await type(killed, loop, "!deploy")
  const disk = sickDisk()
  disk.fallIll(1, "ENOSPC from there on")
  await using full = await agentPages({ home: killed.world.home, over: disk.over })
  await full.agent.recover([])
  expect((await full.as(alice).get(address(loop))).status).toBe(200)
  expect(await shellsIn(full, loop)).toEqual([])
  disk.heal()
  await using later = await agentPages({ home: killed.world.home })
  expect((await later.as(alice).get(address(loop))).status).toBe(200)
  expect(await shellsIn(later, loop)).toEqual([cutOff])
})
