import { expect, test } from "bun:test"
import { movableClock } from "../testing/clock.ts"
import { type RealAgent, realAgent } from "../testing/real-agent.ts"
import { asked, commands, count, ended, limit, questions, until } from "../testing/real-looks.ts"

// Real podman and the real agent, over a night and over restarts.

const hour = 3_600_000

test(
  "a question unanswered for a night: the process is gone, the answer goes on with conversation and turn, one answer wins",
  async () => {
    const clock = movableClock()
    await using server: RealAgent = await realAgent({ clock })
    const loop = await server.loop()
    await server.send(loop, "#say remember the blue door")
    await server.wait(loop, ended(1), "the first turn")
    await server.send(loop, `#tool AskUserQuestion ${questions}\n#say never by itself`)
    const question = await server.wait(loop, asked(1), "the question")
    const shown: string[] = []
    const topic = server.agent.topicOf(loop.record.id)
    server.world.hub.subscribe(topic, "en:driver:", ({ html }) => shown.push(html))
    await until(async () => server.world.loops.activity(loop.record.id)?.status === "needs-you")
    clock.move(8 * hour)
    await until(async () => !(await commands(server, loop)).some((command) => command.includes("/claude ")))
    expect(server.world.loops.activity(loop.record.id)?.status).toBe("needs-you")
    await until(async () => {
      clock.move(hour)
      return server.sandboxes.running(loop.record.id) === undefined
    })
    expect(count(await server.events(loop), "answered")).toBe(0)

    const { work } = server.agent
    const answers = ["Blue", "Red"].map((colour) =>
      work.answer(loop, question.ask, { decision: "answer", answers: { "Which colour?": colour } }),
    )
    const outcomes = (await Promise.all(answers)).map(({ kind }) => kind)
    expect(outcomes.toSorted()).toEqual(["already-answered", "answered"])
    const events = await server.wait(loop, (all) => ended(2)(all) && all, "the end")
    expect(events.at(-1)).toMatchObject({ kind: "turn-finished", outcome: "done", turn: question.turn })
    expect(count(events, "turn-started")).toBe(2)
    const before = JSON.stringify(server.model.requests.findLast(({ kind }) => kind === "main")?.body)
    expect(before).toContain("remember the blue door")
    expect(before).toContain("Which colour?")
    await until(async () => shown.join("").includes("alice answered"))
  },
  limit,
)

test(
  "a rule that was made for always still holds after a restart, and not for more than it says",
  async () => {
    let server = await realAgent()
    try {
      const loop = await server.loop("default")
      await server.send(loop, "#bash echo one > f1\n#say ok")
      const first = await server.wait(loop, asked(1), "the first question")
      await server.agent.work.answer(loop, first.ask, { decision: "always", rule: "Bash(echo:*)" })
      await server.wait(loop, ended(1), "the first turn")
      server = await server.restart("killed-with-container")
      await server.send(loop, "#bash echo two\n#bash echo three; rm f1\n#say ok")
      const second = await server.wait(loop, asked(2), "the compound command")
      expect(second.input).toMatchObject({ command: "echo three; rm f1" })
      await server.agent.work.answer(loop, second.ask, { decision: "deny", note: "keep it", stop: false })
      const events = await server.wait(loop, (all) => ended(2)(all) && all, "the second turn")
      expect(count(events, "asked")).toBe(2)
      expect(await server.box(loop).files.stat("workdir", "f1")).toBeDefined()
    } finally {
      await server[Symbol.asyncDispose]()
    }
  },
  limit,
)

test(
  "ten messages before the first start, and a kill in the middle: ten turns in order, each message heard once",
  async () => {
    let server = await realAgent()
    try {
      const loop = await server.loop()
      const sent = await Promise.all(
        Array.from({ length: 10 }, (_, n) => server.send(loop, `#say answer ${n}\nmessage ${n}.`)),
      )
      await server.wait(loop, (all) => count(all, "turn-finished") >= 4, "four turns")
      server = await server.restart("killed")
      const events = await server.wait(loop, (all) => ended(10)(all) && all, "ten ends")
      expect(events.filter(({ kind }) => kind === "turn-failed")).toEqual([])
      const begun = events.flatMap((event) => (event.kind === "turn-started" ? event.messages : []))
      expect(begun).toEqual(sent.toSorted((a, b) => a - b))
      const heard =
        server.model
          .heard()
          .join("\n")
          .match(/message \d\./g) ?? []
      expect(heard.toSorted()).toEqual(Array.from({ length: 10 }, (_, n) => `message ${n}.`))
      expect((await commands(server, loop)).filter((command) => command.includes("/claude "))).toHaveLength(1)
    } finally {
      await server[Symbol.asyncDispose]()
    }
  },
  limit,
)
