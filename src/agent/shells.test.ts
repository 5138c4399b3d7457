import { expect, test } from "bun:test"
import type { DrivenLoop, EventOf, TranscriptEvent } from "../loops/index.ts"
import { agentPages, type AgentPages } from "../testing/agent-pages.tsx"
import { atWork, send, until } from "../testing/agents.ts"
import { pageOf, readHtml } from "../testing/html.ts"
import { linkWorld, until as soon } from "../testing/link-world.ts"
import { person } from "../testing/loops.ts"
import type { TestAgentOptions } from "../testing/agents.ts"

const alice = person("alice")
const htmx = { "hx-request": "true" }
const path = (loop: DrivenLoop, rest = "") => `/loops/${loop.record.id}${rest}`
const shellsIn = (events: readonly TranscriptEvent[]) =>
  events.filter((event): event is EventOf<"shell"> => event.kind === "shell")

/** The pages of the agent, and in the place of sandboxes a guest without a container around it. */
async function world(options: TestAgentOptions = {}) {
  const link = await linkWorld()
  const { box } = await link.guest()
  const stage = await agentPages({ ...options, agent: { inside: (_, work) => work(box), ...options.agent } })
  return {
    ...stage,
    box,
    async [Symbol.asyncDispose]() {
      let stopped = false
      const stop = stage[Symbol.asyncDispose]().then(() => (stopped = true))
      // A shell that waits for a program of its profile takes no Ctrl-C: it is ended when its time is over.
      await soon("the server to stop", () => (stage.world.clock.advance(500), stopped))
      await stop
      await link[Symbol.asyncDispose]()
    },
  }
}

let typed = 0
const type = (stage: AgentPages, loop: DrivenLoop, message: string | Record<string, string>) => {
  const form = typeof message === "string" ? { text: message } : message
  return stage.as(alice, htmx).post(path(loop, "/messages"), { clientId: `c${++typed}`, agentSees: "yes", ...form })
}

test("a command runs at once, also while the agent works, and is one line of the transcript with what it printed", async () => {
  await using w = await world()
  const { loop, agent } = await atWork(w)
  await using stream = await w.follow(loop, person("bob"), { after: 2 })
  const answer = await type(w, loop, { text: "!echo one; sleep 0.2; echo '<b>two</b>'; exit 4", clientId: "mine" })
  expect([answer.status, answer.headers.get("hx-reswap")]).toEqual([200, "none"])
  await stream.shows("exited 4")
  const events = await w.seen(loop, "shell")
  expect(shellsIn(events)).toEqual([
    expect.objectContaining({
      ...{ by: "alice", clientId: "mine", command: "echo one; sleep 0.2; echo '<b>two</b>'; exit 4" },
      ...{ how: "ended", exit: 4, text: "one\n<b>two</b>\n", cut: 0, agentSees: true, turn: null },
    }),
  ])
  expect(events.some(({ kind }) => kind === "turn-finished")).toBe(false)
  agent.answer("done")
  agent.finish()
  await w.seen(loop, "turn-finished")
  const page = await pageOf(await w.as(person("bob")).get(path(loop)))
  expect(page.one('[data-author="shell"] .terminal-output').text).toBe("one <b>two</b>")
  expect(page.one('[data-author="shell"] .terminal-command').text).toBe(
    "echo one; sleep 0.2; echo '<b>two</b>'; exit 4",
  )
})

test("a command that runs long after the turn began is shown as of now, not as of later", async () => {
  await using w = await world()
  const { loop } = await atWork(w)
  await using stream = await w.follow(loop, person("bob"), { after: 2 })
  await stream.shows("composer-state")
  w.world.clock.advance(300_000)
  await type(w, loop, "!echo late")
  await stream.shows("exited 0")
  const frame = stream.frames.map(({ html }) => html).find((html) => html.includes("exited 0")) ?? ""
  expect(readHtml(frame).one(".said-by time").text).toBe("now")
})

test("the agent's next turn knows the result, marked as run by the person; what it was told it is not told again", async () => {
  await using w = await world()
  const { loop, agent } = await atWork(w)
  await type(w, loop, "!echo for-the-agent; exit 3")
  await w.seen(loop, "shell")
  await type(w, loop, { text: "!echo not-for-the-agent", agentSees: "" })
  await w.seen(loop, "shell", 2)
  agent.answer("done")
  agent.finish()
  await w.seen(loop, "turn-finished")
  await send(w, loop, "/compact")
  await w.seen(loop, "turn-finished", 2)
  await send(w, loop, "what did I do?")
  await w.seen(loop, "turn-finished", 3)
  await send(w, loop, "and now?")
  await w.seen(loop, "turn-finished", 4)
  const [first, compact, told, last] = agent.said.map(({ text }) => text)
  expect([first, compact, last]).toEqual(["wait", "/compact", "and now?"])
  expect(told).toContain("run in this sandbox by a person, not by you")
  expect(told).toMatch(
    /<run-by-person id="[0-9a-f]{16}" by="alice">\n\$ echo for-the-agent; exit 3\nfor-the-agent\n\(exit 3\)/,
  )
  expect(told).not.toContain("not-for-the-agent")
  expect(told?.endsWith("The person's message:\n\nwhat did I do?")).toBe(true)
  const page = await pageOf(await w.as(alice).get(path(loop)))
  expect(page.all(".shell-seen").map(({ text }) => text)).toEqual([
    "the agent sees this with the next message",
    "the agent does not see this",
  ])
  expect(page.all('[data-author="user"] .said-text').map(({ text }) => text)).toContain("what did I do?")
})

test("a message that failed unseen brings the commands along when it is sent again, also after a restart", async () => {
  await using w = await world()
  const loop = await w.loop()
  await type(w, loop, "!echo known")
  await w.seen(loop, "shell")
  await soon("it is noted", async () => !(await Bun.file(fileOf(w, loop)).text()).includes('"command"'))
  await using later = await w.restart()
  later.host.onStart = (agent) => void (agent.mute = true)
  await send(later, loop, "hello")
  const agent = await later.host.started(1)
  await until(() => agent.said.length > 0, "the message")
  agent.die()
  await later.seen(loop, "turn-failed")
  await later.agent.work.goOn(loop, "go on")
  const next = await later.host.started(2)
  await until(() => next.said.length > 0, "the message again")
  expect([agent, next].map(({ said }) => said[0]?.text.includes("known\n(exit 0)"))).toEqual([true, true])
})

const fileOf = (w: AgentPages, loop: DrivenLoop) => w.world.loops.serverFile(loop.record.id, "shell.json")

test("a turn that failed can be tried again on the next server, however much commands have printed since", async () => {
  await using w = await world()
  w.host.onStart = (agent) => void (agent.mute = true)
  const loop = await w.loop()
  await send(w, loop, "hello")
  const agent = await w.host.started(1)
  await until(() => agent.said.length > 0, "the message")
  agent.die()
  await w.seen(loop, "turn-failed")
  await type(w, loop, "!head -c 60000 /dev/zero | tr '\\0' x")
  await w.seen(loop, "shell")
  await w.unmarked(loop)
  await using later = await w.restart()
  expect(await later.agent.work.goOn(loop, "go on")).toBe("tried")
})

test("a command that never reached the sandbox is shown as failed with its reason, not as empty", async () => {
  await using w = await world({ agent: { inside: async () => ({ kind: "not-placed", why: "no-memory" }) } })
  const loop = await w.loop()
  await type(w, loop, "!make")
  expect(shellsIn(await w.seen(loop, "shell"))).toEqual([
    expect.objectContaining({ how: "not-run", why: "no-memory", exit: null, text: "" }),
  ])
  const page = await pageOf(await w.as(alice).get(path(loop)))
  expect(page.one('[data-author="shell"]').attributes["data-ok"]).toBe("false")
  expect(page.one(".shell-foot").text).toStartWith("not run")
  expect(page.one(".shell-failure").text).toMatch(/^It was not run\. .*memory/)
  expect(page.one('[data-author="shell"]').text).not.toContain("No output.")
})

test("a non-driver's `!` is refused and runs nothing; he reads what the driver's printed but cannot stop it", async () => {
  await using w = await world()
  const loop = await w.loop()
  const bob = w.as(person("bob"), htmx)
  const refused = await bob.post(path(loop, "/messages"), { text: "!touch bob-was-here", clientId: "b1" })
  expect(refused.status).toBe(403)
  await type(w, loop, "!echo running; sleep 9995")
  await using stream = await w.follow(loop, person("bob"), { after: 1 })
  await stream.shows("running\n")
  const page = await pageOf(await w.as(person("bob")).get(path(loop)))
  const run = page.one('#shells [data-author="shell"]').attributes["id"]?.replace("shell-", "")
  expect(page.has("#shells form")).toBe(false)
  expect((await bob.post(path(loop, `/shell/${run}/stop`))).status).toBe(403)
  expect(shellsIn(await w.events(loop))).toEqual([])
  expect((await w.as(alice, htmx).post(path(loop, `/shell/${run}/stop`))).status).toBe(200)
  expect(shellsIn(await w.seen(loop, "shell"))).toEqual([
    expect.objectContaining({ how: "stopped", text: "running\n" }),
  ])
  expect(await w.box.files.stat("workdir", "bob-was-here")).toBeUndefined()
  await w.unmarked(loop)
})

test("the same request twice is one command, and a fifth at once is refused with its text kept", async () => {
  await using w = await world()
  const loop = await w.loop()
  for (const clientId of ["a", "a", "b", "c", "d"])
    expect((await type(w, loop, { text: "!sleep 9994", clientId })).status).toBe(200)
  const fifth = await w.as(alice).post(path(loop, "/messages"), { text: "!sleep 9994", clientId: "e" })
  expect(fifth.status).toBe(409)
  const page = await pageOf(fifth)
  expect(page.one('textarea[name="text"]').text).toBe("!sleep 9994")
  expect(page.one("#composer-error").text).toContain("Four commands run already.")
  expect(page.has('[name="agentSees"][checked]')).toBe(false)
  const runs = page.all('#shells [data-author="shell"]')
  expect(runs.map(({ attributes }) => attributes["data-client-id"])).toEqual(["a", "b", "c", "d"])
  expect(w.agent.runsCommand(loop.record.id)).toBe(true)
  await w.world.loops.archive(loop.record.id, alice)
  await w.agent.endWork(loop.record.id, "archived")
  expect(shellsIn(await w.events(loop)).map(({ how }) => how)).toEqual(["stopped", "stopped", "stopped", "stopped"])
  expect(w.agent.runsCommand(loop.record.id)).toBe(false)
})

test("commands that run take no message's place in the queue", async () => {
  await using w = await world()
  const { loop } = await atWork(w)
  for (let at = 0; at < 4; at++) await type(w, loop, "!sleep 9992")
  const outcomes: string[] = []
  for (let at = 0; at < 21; at++)
    outcomes.push((await w.agent.work.send(loop, { text: "later", clientId: `q${at}`, via: "web" })).kind)
  expect(outcomes).toEqual([...Array.from({ length: 20 }, () => "accepted"), "queue-full"])
})

test("what is no command says so and stays where it was typed", async () => {
  await using w = await world()
  const loop = await w.loop()
  for (const [text, sentence, clientId] of [
    ["!", "Write a command after the exclamation mark.", "c"],
    [`!${"x".repeat(4_097)}`, "A command has at most 4,096 characters.", "c"],
    ["!ls", "Not sent.", "no id"],
  ] as const) {
    const answer = await type(w, loop, { text, clientId })
    expect(answer.status).toBe(422)
    expect((await pageOf(answer)).one("#composer-error").text).toContain(sentence)
  }
  expect((await type(w, loop, `!echo ${"x".repeat(4_091)}`)).status).toBe(200)
  expect(shellsIn(await w.seen(loop, "shell"))).toHaveLength(1)
})

test("without script the form answers with the page that shows what was printed", async () => {
  await using w = await world()
  const loop = await w.loop()
  const answer = await w
    .as(alice)
    .post(path(loop, "/messages"), { text: "! echo plain", clientId: "p", agentSees: "yes" })
  expect([answer.status, answer.headers.get("location")]).toEqual([303, path(loop)])
  const page = await pageOf(await w.as(alice).get(path(loop)))
  expect(page.one('#conversation [data-author="shell"] .terminal-output').text).toBe("plain")
})

test("a kill of the server in the middle is recorded as cut off, once, and the same request runs nothing more", async () => {
  let ran = 0
  const never = { inside: () => (ran++, new Promise<never>(() => undefined)) }
  const killed = await agentPages({ agent: never })
  const loop = await killed.loop()
  await killed.as(alice, htmx).post(path(loop, "/messages"), { text: "!deploy", clientId: "k", agentSees: "yes" })
  await until(() => ran === 1, "it to run")
  expect(await killed.world.loops.unfinished()).toEqual([loop.record.id])
  for (let start = 0; start < 2; start++) {
    await using later = await agentPages({ home: killed.world.home, agent: never })
    await later.agent.recover([])
    await later.as(alice, htmx).post(path(loop, "/messages"), { text: "!deploy", clientId: "k", agentSees: "yes" })
    expect(shellsIn(await later.events(loop))).toEqual([
      expect.objectContaining({ command: "deploy", how: "cut-off", exit: null }),
    ])
    expect(ran).toBe(1)
    await later.unmarked(loop)
    const page = await pageOf(await later.as(alice).get(path(loop)))
    expect(page.one(".shell-failure").text).toContain("The server stopped while it ran")
  }
})

test("a kill between the line and the note about it doubles nothing, and the agent still learns of the command", async () => {
  await using w = await world()
  const loop = await w.loop()
  await type(w, loop, { text: "!echo once", clientId: "o" })
  const [line] = shellsIn(await w.seen(loop, "shell"))
  if (!line) throw new Error("need a line")
  await soon("it is noted", async () => !(await Bun.file(fileOf(w, loop)).text()).includes('"command"'))
  const begun = {
    run: line.run,
    clientId: "o",
    command: "echo once",
    by: "alice",
    at: line.at,
    agentSees: true,
    after: 1,
  }
  await Bun.write(fileOf(w, loop), JSON.stringify({ version: 1, running: [begun], ended: [], untold: [] }))
  await using later = await agentPages({ home: w.world.home })
  await send(later, loop, "hello")
  await later.seen(loop, "turn-finished")
  expect(shellsIn(await later.events(loop))).toHaveLength(1)
  expect((await later.host.started(1)).said[0]?.text).toContain("$ echo once\nonce\n(exit 0)")
})

test("a server that stops ends the command and says so, with what it had printed", async () => {
  const w = await world()
  const loop = await w.loop()
  await type(w, loop, "!echo begun; sleep 9993")
  await using stream = await w.follow(loop, alice, { after: 1 })
  await stream.shows("begun\n")
  const { timers } = w.world.clock
  await w.agent[Symbol.asyncDispose]()
  expect(shellsIn(await w.events(loop))).toEqual([expect.objectContaining({ how: "cut-off", text: "begun\n" })])
  // The one of its longest time has gone, and the one of the patience with its end has not come in its place.
  expect(w.world.clock.timers).toBe(timers - 1)
  await w[Symbol.asyncDispose]()
})
