import { expect, test } from "bun:test"
import { realAgent } from "../testing/real-agent.ts"
import { asked, calls, commands, count, ended, limit, questions, until } from "../testing/real-looks.ts"

// Real podman, the real agent, and servers that end while it works.

test(
  "a server that dies in mid-turn is followed by one that goes on with the same turn, nothing lost or doubled",
  async () => {
    let server = await realAgent()
    try {
      const loop = await server.loop()
      await server.send(
        loop,
        "#bash echo begun > h1\n#bash sh -c 'until [ -e go ]; do sleep 0.1; done; echo went'\n#say all of it",
      )
      await server.wait(loop, calls("Bash", 2), "the second command")
      const turn = (await server.events(loop)).find(({ kind }) => kind === "turn-started")?.turn
      const waiting = await server.send(loop, "#say the one that waited")
      server = await server.restart("killed")
      await server.box(loop).files.write("workdir", "go", "")
      const events = await server.wait(loop, (all) => ended(2)(all) && all, "both ends")
      expect(events.filter(({ kind }) => kind === "turn-finished").map((event) => event.turn)[0]).toBe(turn ?? "")
      expect(count(events, "turn-started")).toBe(2)
      expect(count(events, "turn-failed")).toBe(0)
      expect(events.findLast((event) => event.kind === "turn-started")).toMatchObject({ messages: [waiting] })
      const uuids = events.flatMap((event) => (event.kind === "agent" ? [event.message["uuid"]] : []))
      expect(new Set(uuids).size).toBe(uuids.length)
      expect(JSON.stringify(events)).toContain("went")
      expect(events.filter((event) => JSON.stringify(event).includes('"text":"all of it"'))).toHaveLength(1)
      const heard = server.model.heard().filter((words) => words.includes("#bash echo begun"))
      expect(heard).toHaveLength(1)
    } finally {
      await server[Symbol.asyncDispose]()
    }
  },
  limit,
)

test(
  "a question that was open when the server died, and one that was stopped, is answered on the next, in the same turn",
  async () => {
    let server = await realAgent()
    try {
      const loop = await server.loop()
      await server.send(loop, `#tool AskUserQuestion ${questions}\n#say thanks`)
      const question = await server.wait(loop, asked(1), "the question")
      server = await server.restart("killed")
      server = await server.restart("stopped")
      const answer = { decision: "answer", answers: { "Which colour?": "Red" } } as const
      expect(await server.agent.work.answer(loop, question.ask, answer)).toMatchObject({ kind: "answered" })
      const events = await server.wait(loop, (all) => ended(1)(all) && all, "the end")
      expect(events.at(-1)).toMatchObject({ kind: "turn-finished", outcome: "done", turn: question.turn })
      expect(count(events, "asked")).toBe(1)
      expect(JSON.stringify(events)).toContain('\\"Which colour?\\"=\\"Red\\"')
    } finally {
      await server[Symbol.asyncDispose]()
    }
  },
  limit,
)

test(
  "a server that is stopped in good order leaves the agent at work, and the next one takes it over",
  async () => {
    let server = await realAgent()
    try {
      const loop = await server.loop()
      await server.send(loop, "#bash sh -c 'until [ -e go ]; do sleep 0.1; done; echo went'\n#say all of it")
      await server.wait(loop, calls("Bash"), "the command")
      server = await server.restart("stopped")
      await server.box(loop).files.write("workdir", "go", "")
      const events = await server.wait(loop, (all) => ended(1)(all) && all, "the end")
      expect(events.at(-1)).toMatchObject({ kind: "turn-finished", outcome: "done" })
      await server.send(loop, "#say next")
      const later = await server.wait(loop, (all) => ended(2)(all) && all, "the next turn")
      expect(count(later, "session")).toBe(1)
    } finally {
      await server[Symbol.asyncDispose]()
    }
  },
  limit,
)

test(
  "when the container is gone too, the turn fails as such and the next message continues the conversation",
  async () => {
    let server = await realAgent()
    try {
      const loop = await server.loop()
      await server.send(loop, "#say the first thing")
      await server.wait(loop, ended(1), "first turn")
      await server.send(loop, "#bash tail -f /dev/null\n#say never")
      await server.wait(loop, calls("Bash"), "the command")
      server = await server.restart("killed-with-container")
      const failed = await server.wait(loop, (all) => all.find(({ kind }) => kind === "turn-failed"), "the failure")
      expect(failed).toMatchObject({ reason: "server-restarted", action: "continue" })
      await server.agent.work.goOn(loop, "#say on again")
      await server.wait(loop, ended(3), "the next turn")
      expect(JSON.stringify(server.model.requests.at(-1)?.body)).toContain("the first thing")
    } finally {
      await server[Symbol.asyncDispose]()
    }
  },
  limit,
)

test(
  "an idle agent is ended, and the next message continues the same conversation",
  async () => {
    const server = await realAgent({ times: { idle: 300 } })
    try {
      const loop = await server.loop()
      await server.send(loop, "#say the first thing")
      await server.wait(loop, ended(1), "first turn")
      await until(async () => !(await commands(server, loop)).some((command) => command.includes("/claude ")))
      await server.send(loop, "#say the second")
      const events = await server.wait(loop, (all) => ended(2)(all) && all, "second turn")
      expect(events.filter((event) => event.kind === "session")).toMatchObject([{ why: "new" }, { why: "resumed" }])
      expect(server.model.heard().join("\n")).toContain("the first thing")
    } finally {
      await server[Symbol.asyncDispose]()
    }
  },
  limit,
)
