import { expect, test } from "bun:test"
import type { DrivenLoop } from "../loops/index.ts"
import { type RealAgent, realAgent } from "../testing/real-agent.ts"
import { count, ended, limit, until } from "../testing/real-looks.ts"

// Real podman and the real agent; the model refuses its first request of a turn.

/** What people said in the conversation that the model has before it, as often as it stands there. */
const heard = (server: RealAgent) =>
  server.model
    .heard()
    .join("\n")
    .match(/words \d/g)

async function failOnce(server: RealAgent, loop: DrivenLoop, text: string): Promise<void> {
  const failures = count(await server.events(loop), "turn-failed")
  server.model.refusing = 400
  await server.send(loop, text)
  const failed = await server.wait(
    loop,
    (all) => count(all, "turn-failed") > failures && all.findLast(({ kind }) => kind === "turn-failed"),
    "the failure",
  )
  expect(failed).toMatchObject({ action: "retry" })
  server.model.refusing = undefined
}

test(
  "trying again says the same words to the model once, in a first turn, in a later one, and after a restart",
  async () => {
    let server = await realAgent()
    try {
      const loop = await server.loop()
      await failOnce(server, loop, "#say one\nwords 1")
      expect(await server.agent.work.goOn(loop, "never said")).toBe("tried")
      await server.wait(loop, ended(2), "the first turn")
      expect(heard(server)).toEqual(["words 1"])
      await failOnce(server, loop, "#say two\nwords 2")
      expect(await server.agent.work.goOn(loop, "never said")).toBe("tried")
      const events = await server.wait(loop, (all) => ended(4)(all) && all, "the second turn")
      expect(heard(server)).toEqual(["words 1", "words 2"])
      expect(events.filter(({ kind }) => kind === "user-message")).toHaveLength(2)
      server = await server.restart("killed-with-container")
      await server.send(loop, "#say three\nwords 3")
      await server.wait(loop, ended(5), "the third turn")
      expect(heard(server)).toEqual(["words 1", "words 2", "words 3"])
      expect(JSON.stringify(server.model.requests.at(-1)?.body)).not.toContain("never said")
    } finally {
      await server[Symbol.asyncDispose]()
    }
  },
  limit,
)

test(
  "an agent killed after a message was tried again still knows what was said since",
  async () => {
    const server = await realAgent()
    try {
      const loop = await server.loop()
      await server.send(loop, "#say one\nwords 1")
      await server.wait(loop, ended(1), "the first turn")
      await server.send(loop, "#say two\nwords 2")
      await server.wait(loop, ended(2), "the second turn")
      await failOnce(server, loop, "#say three\nwords 3")
      expect(await server.agent.work.goOn(loop, "never said")).toBe("tried")
      await server.wait(loop, ended(4), "the third turn")
      await server.send(loop, "#say four\nwords 4")
      await server.wait(loop, ended(5), "the fourth turn")
      await server.box(loop).capture({ argv: ["pkill", "-KILL", "-x", "claude"] })
      await until(async () => (await server.box(loop).kept()).every(({ running }) => !running))
      await server.send(loop, "#say five\nwords 5")
      await server.wait(loop, ended(6), "the fifth turn")
      expect(heard(server)).toEqual(["words 1", "words 2", "words 3", "words 4", "words 5"])
    } finally {
      await server[Symbol.asyncDispose]()
    }
  },
  limit,
)
