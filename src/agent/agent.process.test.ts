import { afterAll, beforeAll, expect, test } from "bun:test"
import { type RealAgent, realAgent } from "../testing/real-agent.ts"
import { asked, calls, commands, count, ended, file, limit, questions, until } from "../testing/real-looks.ts"

// Real podman, the real agent; the model is a script. One server for all.
let real: RealAgent
beforeAll(async () => {
  real = await realAgent()
}, limit)
afterAll(() => real[Symbol.asyncDispose](), limit)

test(
  "a turn runs a command as the loop's own user and changes a file",
  async () => {
    const loop = await real.loop()
    await real.send(loop, "#bash id -un > who.txt; pwd\n#write b.txt hello there\n#say all done")
    const events = await real.wait(loop, (all) => ended(1)(all) && all, "the end")
    expect(events.at(-1)).toMatchObject({ kind: "turn-finished", outcome: "done" })
    expect(await file(real, loop, "who.txt")).toBe("loopat\n")
    expect(await file(real, loop, "b.txt")).toBe("hello there")
    const request = real.model.requests.find(({ kind }) => kind === "main")
    expect(request?.headers.get("x-api-key")).toBe("loopat")
  },
  limit,
)

test(
  "ten messages from two tabs at once are ten turns in order, each heard once, by one agent",
  async () => {
    const loop = await real.loop()
    const sent = await Promise.all(
      Array.from({ length: 10 }, (_, n) => real.send(loop, `#say answer ${n}\nmessage ${n}.`)),
    )
    const events = await real.wait(loop, (all) => ended(10)(all) && all, "ten ends")
    const begun = events.flatMap((event) => (event.kind === "turn-started" ? event.messages : []))
    expect(begun).toEqual(sent.toSorted((a, b) => a - b))
    const heard =
      real.model
        .heard()
        .join("\n")
        .match(/message \d\./g) ?? []
    expect(heard.toSorted()).toEqual(Array.from({ length: 10 }, (_, n) => `message ${n}.`))
    expect((await commands(real, loop)).filter((command) => command.includes("/claude "))).toHaveLength(1)
  },
  limit,
)

test(
  "stopping while a long command runs ends it and everything of it, and the next message works",
  async () => {
    const loop = await real.loop()
    await real.send(loop, "#bash tail -f /dev/null\n#say never")
    await real.wait(loop, calls("Bash"), "the command")
    await until(async () => (await commands(real, loop)).some((command) => command.startsWith("tail -f")))
    await real.agent.work.stop(loop)
    const events = await real.wait(loop, (all) => ended(1)(all) && all, "the end")
    expect(events.at(-1)).toMatchObject({ kind: "turn-finished", outcome: "interrupted" })
    await until(async () => !(await commands(real, loop)).some((command) => command.includes("tail -f")))
    await real.send(loop, "#say still here")
    await real.wait(loop, ended(2), "the next turn")
    expect(JSON.stringify((await real.events(loop)).slice(-3))).toContain("still here")
  },
  limit,
)

test(
  "stopping in the middle of a sentence keeps what was said",
  async () => {
    const loop = await real.loop()
    await real.send(loop, "#slow 400 20")
    await until(
      async () => real.model.requests.at(-1)?.kind === "main" && count(await real.events(loop), "turn-started") === 1,
    )
    const shown: string[] = []
    const leave = real.world.hub.subscribe(real.agent.topicOf(loop.record.id), "en:driver:", ({ html }) =>
      shown.push(html),
    )
    await until(async () => shown.some((html) => html.includes("word2")))
    leave()
    await real.agent.work.stop(loop)
    const events = await real.wait(loop, (all) => ended(1)(all) && all, "the end")
    expect(JSON.stringify(events)).toContain("word0 word1 word2")
    expect(JSON.stringify(events)).not.toContain("word399")
  },
  limit,
)

test(
  "a question is asked at full speed too, and its answer reaches the agent",
  async () => {
    const loop = await real.loop()
    await real.send(loop, `#tool AskUserQuestion ${questions}\n#say thanks`)
    const question = await real.wait(loop, asked(1), "the question")
    expect(question).toMatchObject({ what: "question" })
    const answer = { decision: "answer", answers: { "Which colour?": "Blue" } } as const
    expect(await real.agent.work.answer(loop, question.ask, answer)).toMatchObject({ kind: "answered" })
    await real.wait(loop, ended(1), "the end")
    expect(JSON.stringify(await real.events(loop))).toContain('\\"Which colour?\\"=\\"Blue\\"')
  },
  limit,
)

test(
  "in Ask mode a command is shown whole, runs as allowed, as edited, not when refused, and by rule from then on",
  async () => {
    const loop = await real.loop("default")
    await real.send(loop, "#bash echo one > f1\n#bash echo two > f2\n#bash echo three > f3\n#bash echo four\n#say done")
    const { work } = real.agent
    const first = await real.wait(loop, asked(1), "first")
    expect(first).toMatchObject({ what: "permission", tool: "Bash", input: { command: "echo one > f1" } })
    await work.answer(loop, first.ask, { decision: "allow" })
    const second = await real.wait(loop, asked(2), "second")
    await work.answer(loop, second.ask, { decision: "allow", command: "echo edited > f2" })
    const third = await real.wait(loop, asked(3), "third")
    await work.answer(loop, third.ask, { decision: "deny", note: "not in this house", stop: false })
    const fourth = await real.wait(loop, asked(4), "fourth")
    expect(await work.answer(loop, fourth.ask, { decision: "always", rule: "Bash(echo:*)" })).toMatchObject({
      kind: "answered",
    })
    await real.wait(loop, ended(1), "the end")
    expect(await file(real, loop, "f1")).toBe("one\n")
    expect(await file(real, loop, "f2")).toBe("edited\n")
    expect(await real.box(loop).files.stat("workdir", "f3")).toBeUndefined()
    expect(JSON.stringify(await real.events(loop))).toContain("not in this house")
    expect((await real.world.loops.record(loop.record.id))?.rules).toMatchObject([
      { tool: "Bash", pattern: "echo:*", by: "alice" },
    ])

    await real.send(loop, "#bash echo five\n#bash echo six; touch f6\n#say done")
    const fifth = await real.wait(loop, asked(5), "only the compound one")
    expect(fifth.input).toMatchObject({ command: "echo six; touch f6" })
    await work.answer(loop, fifth.ask, { decision: "deny", stop: true })
    const events = await real.wait(loop, (all) => ended(2)(all) && all, "the end")
    expect(events.at(-1)).toMatchObject({ kind: "turn-finished", outcome: "interrupted" })
    expect(await real.box(loop).files.stat("workdir", "f6")).toBeUndefined()
  },
  limit,
)

test(
  "the mode changes for the running agent",
  async () => {
    const loop = await real.loop()
    await real.send(loop, "#bash echo free > g1\n#say ok")
    await real.wait(loop, ended(1), "full speed")
    await real.agent.work.setMode(loop, "default")
    await real.send(loop, "#bash echo asked > g2\n#say ok")
    const ask = await real.wait(loop, asked(1), "an ask")
    await real.agent.work.answer(loop, ask.ask, { decision: "allow" })
    await real.wait(loop, ended(2), "the end")
    expect(await file(real, loop, "g2")).toBe("asked\n")
  },
  limit,
)

test(
  "an agent that is killed in mid-turn fails its turn; the next message continues the conversation",
  async () => {
    const loop = await real.loop()
    await real.send(loop, "#say remember the blue door")
    await real.wait(loop, ended(1), "first turn")
    await real.send(loop, "#bash tail -f /dev/null\n#say never")
    await real.wait(loop, calls("Bash"), "the command")
    await real.box(loop).capture({ argv: ["pkill", "-KILL", "-x", "claude"] })
    const failed = await real.wait(loop, (all) => all.find(({ kind }) => kind === "turn-failed"), "the failure")
    expect(failed).toMatchObject({ reason: "agent-ended", action: "continue" })
    expect(await real.agent.work.goOn(loop, "#say back again")).toBe("sent")
    await real.wait(loop, ended(3), "the next turn")
    expect(JSON.stringify(real.model.requests.findLast(({ kind }) => kind === "main")?.body)).toContain(
      "remember the blue door",
    )
    expect((await commands(real, loop)).some((command) => command.includes("tail -f"))).toBe(false)
  },
  limit,
)

test(
  "an API error is a failure that a person can read, and the conversation goes on",
  async () => {
    const loop = await real.loop()
    await real.send(loop, "#error 400")
    const failed = await real.wait(loop, (all) => all.find(({ kind }) => kind === "turn-failed"), "the failure")
    expect(failed).toMatchObject({ reason: "model-request", action: "retry" })
    await real.send(loop, "#say fine now")
    await real.wait(loop, ended(2), "the next turn")
  },
  limit,
)

test(
  "promote and onboarding are among the skills of every loop, told to the model by the agent itself, and cannot be written there",
  async () => {
    const loop = await real.loop()
    await real.send(loop, "#bash echo x | sudo tee -a /opt/loopat/plugins/loopat/skills/promote/SKILL.md\n#say done")
    const events = await real.wait(loop, (all) => ended(1)(all) && all, "the end")
    expect(JSON.stringify(events)).toMatch(/promote\/SKILL.md: (Permission denied|Read-only file system)/)
    const asked = real.model.requests.filter(({ kind }) => kind === "main").map(({ body }) => JSON.stringify(body))
    for (const skill of ["loopat:promote", "loopat:onboarding"])
      expect(asked.some((text) => text.includes(skill))).toBe(true)
  },
  limit,
)
