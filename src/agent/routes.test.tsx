import { expect, test } from "bun:test"
import type { DrivenLoop } from "../loops/index.ts"
import { agentPages } from "../testing/agent-pages.tsx"
import { atWork, send, until } from "../testing/agents.ts"
import { pageOf } from "../testing/html.ts"
import { person } from "../testing/loops.ts"

const alice = person("alice")
const bob = person("bob")
const path = (loop: DrivenLoop, rest = "") => `/loops/${loop.record.id}${rest}`
const htmx = { "hx-request": "true" }

const ask = {
  questions: [{ question: "Which colour?", header: "Colour", options: [{ label: "Red" }, { label: "Blue" }] }],
}

test("the page shows what was said, by whom, and a composer for the driver", async () => {
  await using stage = await agentPages()
  const loop = await stage.loop()
  await send(stage, loop, "hello <there>")
  await stage.seen(loop, "turn-finished")
  const page = await pageOf(await stage.as(alice).get(path(loop)))
  expect(page.one('#conversation [data-author="user"] .said-text').text).toBe("hello <there>")
  expect(page.one('#conversation .answer[data-author="agent"]').text).toContain("You said: hello <there>")
  expect(page.one('textarea[name="text"]').attributes["aria-label"]).toBe("Message")
  expect(page.one('[aria-label="Conversation"]').attributes.role).toBe("log")
  expect(page.has('[id="composer-state"][data-working="false"]')).toBe(true)
})

test("somebody else reads along and learns why there is no composer", async () => {
  await using stage = await agentPages()
  const loop = await stage.loop("hello")
  const page = await pageOf(await stage.as(bob).get(path(loop)))
  expect(page.has('textarea[name="text"]')).toBe(false)
  expect(page.one("#composer").text).toBe("alice drives this loop. You can read along.")
})

test("a loop that is not there, or that somebody may not see, is not found, whatever is tried", async () => {
  await using stage = await agentPages()
  const loop = await stage.loop()
  await stage.world.loops.change(loop.record.id, (record) => ({ ...record, visibility: "private" }))
  for (const id of [loop.record.id, "11111111-1111-4111-8111-111111111111", "..%2f..%2fetc", "1"]) {
    const client = stage.as(bob)
    for (const rest of ["", "/events", "/messages?before=3"])
      expect((await client.get(`/loops/${id}${rest}`)).status).toBe(404)
    for (const rest of [
      "/messages",
      "/stop",
      "/continue",
      "/mode",
      "/asks/ask_1",
      "/queue/2",
      "/queue/2/now",
      "/queue/2/move",
      "/queue/2/remove",
    ])
      expect([rest, (await client.post(`/loops/${id}${rest}`, {})).status]).toEqual([rest, 404])
  }
})

test("only the driver may speak, stop, answer and change the queue; the others are told who drives", async () => {
  await using stage = await agentPages()
  const { loop } = await atWork(stage, "wait for me")
  const before = (await stage.events(loop)).length
  for (const rest of [
    "/messages",
    "/stop",
    "/continue",
    "/mode",
    "/asks/ask_1",
    "/queue/2",
    "/queue/2/now",
    "/queue/2/move",
    "/queue/2/remove",
  ]) {
    const response = await stage
      .as(bob, htmx)
      .post(path(loop, rest), { text: "x", clientId: "c", mode: "default", decision: "allow" })
    expect([rest, response.status]).toEqual([rest, 403])
    expect(await response.text()).toContain("alice drives this loop")
  }
  expect(await stage.events(loop)).toHaveLength(before)
})

test("a message is accepted once, whichever way it is posted", async () => {
  await using stage = await agentPages()
  const loop = await stage.loop()
  const form = { text: "hello", clientId: "c1" }
  const plain = await stage.as(alice).post(path(loop, "/messages"), form)
  expect([plain.status, plain.headers.get("location")]).toEqual([303, path(loop)])
  const live = await stage.as(alice, htmx).post(path(loop, "/messages"), form)
  expect([live.status, live.headers.get("hx-reswap")]).toEqual([200, "none"])
  const events = await stage.seen(loop, "turn-finished")
  expect(events.filter(({ kind }) => kind === "user-message")).toHaveLength(1)
})

test("a message that cannot be taken stays in the composer with the reason", async () => {
  await using stage = await agentPages()
  const loop = await stage.loop()
  const empty = await stage.as(alice, htmx).post(path(loop, "/messages"), { text: " ", clientId: "c1" })
  expect(empty.status).toBe(422)
  expect((await pageOf(empty)).one("#composer-error").text).toBe("Write something first.")
  const page = await stage.as(alice).post(path(loop, "/messages"), { text: "keep me", clientId: "no good id" })
  expect(page.status).toBe(422)
  expect((await pageOf(page)).one('textarea[name="text"]').text).toBe("keep me")
  expect(
    (await stage.as(alice).post(path(loop, "/messages"), { text: "x".repeat(14 << 20), clientId: "c" })).status,
  ).toBe(413)
  expect(await stage.events(loop)).toHaveLength(1)
})

test("when twenty wait, the next is refused and nothing is lost", async () => {
  await using stage = await agentPages()
  const { loop } = await atWork(stage, "wait for me")
  for (let n = 0; n < 20; n++) await send(stage, loop, `m ${n}`)
  const response = await stage.as(alice, htmx).post(path(loop, "/messages"), { text: "one more", clientId: "c" })
  expect(response.status).toBe(409)
  expect((await pageOf(response)).one("#composer-error").text).toContain("20 messages are waiting")
})

test("a full disk refuses the message and says so", async () => {
  let full = false
  await using stage = await agentPages({
    over: (calls) => ({
      ...calls,
      open: (file, flags, mode) =>
        full && file.endsWith("messages.jsonl") && flags !== 0
          ? Promise.reject(Object.assign(new Error("full"), { code: "ENOSPC" }))
          : calls.open(file, flags, mode),
    }),
  })
  const loop = await stage.loop()
  full = true
  const response = await stage.as(alice, htmx).post(path(loop, "/messages"), { text: "hello", clientId: "c" })
  expect(response.status).toBe(507)
  expect((await pageOf(response)).one("#composer-error").text).toContain("disk is full")
  full = false
  await send(stage, loop, "hello", "c")
  await stage.seen(loop, "turn-finished")
})

test("an archived loop refuses a message and says why", async () => {
  await using stage = await agentPages()
  const loop = await stage.loop()
  await stage.world.loops.archive(loop.record.id, alice)
  const response = await stage.as(alice, htmx).post(path(loop, "/messages"), { text: "x", clientId: "c" })
  expect(response.status).toBe(409)
  expect(await response.text()).toContain("This loop is archived")
  expect((await pageOf(await stage.as(alice).get(path(loop)))).one("#composer").text).toContain("archived")
})

test("a question is answered on the page, once", async () => {
  await using stage = await agentPages()
  const { loop, agent } = await atWork(stage, "wait for me")
  const verdict = agent.use("AskUserQuestion", ask, "toolu_q")
  const asked = (await stage.seen(loop, "asked")).find((event) => event.kind === "asked")
  const card = (await pageOf(await stage.as(alice).get(path(loop)))).one('[role="group"][aria-label="Question"]')
  expect(card.attributes["data-ask"]).toBe(asked?.ask ?? "")
  const url = path(loop, `/asks/${asked?.ask}`)
  expect((await stage.as(alice, htmx).post(url, { "other.0": " " })).status).toBe(422)
  expect((await stage.as(alice, htmx).post(url, { "answer.0": "Blue" })).status).toBe(200)
  expect(await verdict).toEqual({ kind: "allow", input: { ...ask, answers: { "Which colour?": "Blue" } } })
  const late = await stage.as(alice, htmx).post(url, { "answer.0": "Red" })
  expect([late.status, await late.text()]).toEqual([409, expect.stringContaining("alice has answered already.")])
  expect((await stage.as(alice, htmx).post(path(loop, "/asks/ask_none"), { decision: "allow" })).status).toBe(404)
  const after = await pageOf(await stage.as(alice).get(path(loop)))
  expect(after.has('[aria-label="Question"]')).toBe(false)
  expect(after.one(".answered").text).toContain("Blue")
})

test("a permission shows the whole input and takes an edited command", async () => {
  await using stage = await agentPages()
  const { loop, agent } = await atWork(stage, "wait for me")
  await stage.as(alice, htmx).post(path(loop, "/mode"), { mode: "default" })
  await until(() => agent.calls.includes("mode default"), "the mode")
  const verdict = agent.use("Bash", { command: "rm -rf build\necho done" }, "toolu_b")
  const asked = (await stage.seen(loop, "asked")).find((event) => event.kind === "asked")
  const page = await pageOf(await stage.as(alice).get(path(loop)))
  expect(page.one('[aria-label="Permission"] textarea[name="command"]').text).toBe("rm -rf build echo done")
  const form = { decision: "allow", command: "echo kept\r\necho done" }
  await stage.as(alice).post(path(loop, `/asks/${asked?.ask}`), form)
  expect(await verdict).toEqual({ kind: "allow", input: { command: "echo kept\necho done" } })
  expect((await stage.as(alice, htmx).post(path(loop, "/mode"), { mode: "root" })).status).toBe(422)
})

test("a reader sees an open question and cannot press anything", async () => {
  await using stage = await agentPages()
  const { loop, agent } = await atWork(stage, "wait for me")
  void agent.use("AskUserQuestion", ask, "toolu_q")
  await stage.seen(loop, "asked")
  const page = await pageOf(await stage.as(bob).get(path(loop)))
  expect(page.one('[aria-label="Question"] fieldset').attributes).toHaveProperty("disabled")
})

test("the queue is changed on the page, and a late edit is told that it is late", async () => {
  await using stage = await agentPages()
  const { loop } = await atWork(stage, "wait for me")
  const client = stage.as(alice, htmx)
  await send(stage, loop, "first")
  const second = await send(stage, loop, "second")
  const seq = second.kind === "accepted" ? second.line.seq : 0
  expect((await client.post(path(loop, `/queue/${seq}`), { text: "second, better" })).status).toBe(200)
  expect((await client.post(path(loop, `/queue/${seq}/move`), { to: "up" })).status).toBe(200)
  const page = await pageOf(await stage.as(alice).get(path(loop)))
  expect(page.all("#queue .queue-text").map(({ text }) => text)).toEqual(["second, better", "first"])
  expect((await client.post(path(loop, `/queue/${seq}/remove`), {})).status).toBe(200)
  const late = await client.post(path(loop, "/queue/2"), { text: "too late" })
  expect([late.status, await late.text()]).toEqual([409, expect.stringContaining("is in the message field")])
  expect((await client.post(path(loop, "/queue/nonsense/now"), {})).status).toBe(409)
})

test("without script a late edit comes back as a page that holds the text, and late moves say what is so", async () => {
  await using stage = await agentPages()
  const { loop } = await atWork(stage, "wait for me")
  const before = (await stage.events(loop)).length
  const late = await stage.as(alice).post(path(loop, "/queue/2"), { text: "my careful words" })
  expect(late.status).toBe(409)
  const page = await pageOf(late)
  expect(page.one('textarea[name="text"]').text).toBe("my careful words")
  expect(page.one("#composer-error").text).toContain("What you wrote is in the message field")
  for (const act of ["remove", "move", "now"]) {
    const refused = await stage.as(alice).post(path(loop, `/queue/2/${act}`), { to: "up" })
    expect([act, refused.status]).toEqual([act, 409])
    expect((await pageOf(refused)).one("#composer-error").text).toContain("has begun with this message already")
  }
  expect(await stage.events(loop)).toHaveLength(before)
})
