import { expect, test } from "bun:test"
import { realAgent } from "../testing/real-agent.ts"
import { ended, limit, until } from "../testing/real-looks.ts"

// Real podman and the real agent: what it knows, and how full it says it is.

test(
  "after compacting, clearing and a restart the model has before it what the transcript says the agent knows",
  async () => {
    let server = await realAgent()
    try {
      const loop = await server.loop()
      const heard = () =>
        server.model
          .heard()
          .join("\n")
          .match(/words \d/g)
      const say = async (text: string, turns: number) => {
        await server.send(loop, text)
        await server.wait(loop, ended(turns), text)
      }
      await say("#say one\nwords 1", 1)
      await say("/compact keep the words", 2)
      expect(JSON.stringify(await server.events(loop))).toContain('"compact_boundary"')
      await say("#say two\nwords 2", 3)
      expect(JSON.stringify(server.model.requests.findLast(({ kind }) => kind === "main")?.body)).toContain(
        "continued from a previous conversation",
      )
      const before = (await server.world.loops.record(loop.record.id))?.agentSession
      await say("/clear", 4)
      await say("#say three\nwords 3", 5)
      const after = (await server.world.loops.record(loop.record.id))?.agentSession
      expect(after).not.toBe(before)
      expect(heard()).toEqual(["words 3"])
      server = await server.restart("killed-with-container")
      await say("#say four\nwords 4", 6)
      expect(heard()).toEqual(["words 3", "words 4"])
      const sessions = (await server.events(loop)).filter((event) => event.kind === "session")
      expect(sessions).toMatchObject([
        { why: "new", id: before ?? "" },
        { why: "cleared", id: after ?? "" },
        { why: "resumed", id: after ?? "" },
      ])
    } finally {
      await server[Symbol.asyncDispose]()
    }
  },
  limit,
)

test(
  "the agent tells how full its memory is, measured by the chosen model's window, without a request to the model",
  async () => {
    const server = await realAgent()
    try {
      const loop = await server.loop()
      await server.send(loop, "#say hello")
      await server.wait(loop, ended(1), "the turn")
      const file = `${server.world.home}/loops/${loop.record.id}/agent-process.json`
      const context = async () => (JSON.parse(await Bun.file(file).text()) as { context?: unknown }).context
      await until(async () => (await context()) !== undefined)
      expect(await context()).toMatchObject({
        window: 200_000,
        used: expect.any(Number),
        parts: expect.arrayContaining([expect.objectContaining({ id: "system_prompt" })]),
      })
      expect((await context()) as { compactsAt: number }).toHaveProperty("compactsAt")
      expect(((await context()) as { compactsAt: number }).compactsAt).toBeLessThan(200_000)
      expect(server.model.requests.filter(({ path }) => path.startsWith("/v1/messages"))).toHaveLength(1)
    } finally {
      await server[Symbol.asyncDispose]()
    }
  },
  limit,
)
