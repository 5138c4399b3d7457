import { expect, test } from "bun:test"
import { testClock, testIds } from "../../testing/clock.ts"
import { request as asked, said } from "../../testing/demo-requests.ts"
import { createDemo } from "./index.ts"

interface Event {
  type: string
  [field: string]: unknown
}

function demoTest(paceMs = 0) {
  const clock = testClock()
  const demo = createDemo({ clock, ids: testIds(), paceMs })
  const post = (body: unknown, { path = "/v1/messages", signal = new AbortController().signal } = {}) => {
    const text = typeof body === "string" ? body : JSON.stringify(body)
    return demo.serve(new Request(`http://localhost${path}?beta=true`, { method: "POST", body: text, signal }))
  }
  return { clock, demo, post }
}

const events = (stream: string): Event[] =>
  stream
    .split("\n\n")
    .filter((frame) => frame !== "")
    .map((frame) => {
      const [, name, payload = ""] = /^event: (\w+)\ndata: (.*)$/.exec(frame) ?? []
      const event: Event = JSON.parse(payload)
      expect(event.type).toBe(String(name))
      return event
    })

const types = (stream: Event[]) => stream.map(({ type }) => type)
/** Deltas in a row count as one. */
const order = (stream: Event[]) => types(stream).filter((type, index, all) => type !== all[index - 1])

test("an answer is streamed in the order of the Messages API", async () => {
  const { post } = demoTest()
  const answer = await post(asked([said("#think hm\n#say a few words that are longer than one piece\n#bash ls")]))
  expect(answer.headers.get("content-type")).toStartWith("text/event-stream")
  const stream = events(await answer.text())
  const block = ["content_block_start", "content_block_delta", "content_block_stop"]
  expect(order(stream)).toEqual([
    "message_start",
    "ping",
    ...block,
    ...block,
    ...block,
    "message_delta",
    "message_stop",
  ])
  expect(stream[0]).toMatchObject({ message: { role: "assistant", model: "demo", content: [], stop_reason: null } })
  expect(stream.at(-2)).toMatchObject({ delta: { stop_reason: "tool_use" } })
})

test("the pieces of the stream are the whole answer", async () => {
  const { post } = demoTest()
  const body = asked([said("#think hm, let me see\n#say 你好，世界。👋 and some more\n#write 文.md text")])
  const stream = events(await (await post(body)).text())
  const whole = await (await post({ ...body, stream: false })).json()
  const blocks = new Map<unknown, Record<string, unknown>>()
  const json = new Map<unknown, string>()
  for (const { type, index, content_block, delta } of stream) {
    if (type === "content_block_start") blocks.set(index, { ...Object(content_block) })
    if (type !== "content_block_delta") continue
    const { partial_json, type: _type, ...texts } = Object(delta)
    if (partial_json) json.set(index, (json.get(index) ?? "") + partial_json)
    const block = blocks.get(index) ?? {}
    for (const [name, text] of Object.entries(texts)) block[name] = `${block[name]}${text}`
  }
  for (const [index, text] of json) blocks.set(index, { ...blocks.get(index), input: JSON.parse(text) })
  const withoutIds = (content: object[]) => content.map((block) => ({ ...block, id: "" }))
  expect(withoutIds([...blocks.values()])).toEqual(withoutIds(whole.content))
  expect(whole).toMatchObject({
    type: "message",
    stop_reason: "tool_use",
    usage: { output_tokens: expect.any(Number) },
  })
})

test("the same request gets the same bytes", async () => {
  const bodies = await Promise.all(
    [demoTest(), demoTest()].map(async ({ post }) => (await post(asked([said("hello")]))).text()),
  )
  expect(bodies[0]).toBe(bodies[1] ?? "")
})

test("pieces come one by one, as time goes on", async () => {
  const { clock, post } = demoTest(15)
  const answer = await post(asked([said("#slow 3 1000")]))
  const reader = read(answer)
  await reader.until("content_block_start")
  expect(reader.seen()).not.toContain("content_block_delta")
  for (const word of ["word0", "word1", "word2"]) {
    await until(() => clock.timers === 1)
    clock.advance(999)
    expect(reader.text()).not.toContain(word)
    clock.advance(1)
    await reader.until(word)
  }
  await reader.until("message_stop")
  expect(clock.timers).toBe(0)
})

test("a reader who leaves ends the answer, and nothing is left waiting", async () => {
  const { clock, post } = demoTest(15)
  const left = new AbortController()
  const answer = await post(asked([said("slow")]), { signal: left.signal })
  const reader = read(answer)
  await reader.until("content_block_start")
  await until(() => clock.timers === 1)
  left.abort(new Error("the reader left"))
  await expect(reader.ended).rejects.toThrow("the reader left")
  expect(clock.timers).toBe(0)

  const other = (await post(asked([said("slow")]))).body?.getReader()
  await other?.read()
  await other?.read()
  await other?.read()
  await until(() => clock.timers === 1)
  await other?.cancel()
  expect(clock.timers).toBe(0)
})

test("an error is answered with its status, its type and an id", async () => {
  const { post } = demoTest()
  const expected: [number, string][] = [
    [400, "invalid_request_error"],
    [401, "authentication_error"],
    [404, "not_found_error"],
    [413, "request_too_large"],
    [429, "rate_limit_error"],
    [500, "api_error"],
    [503, "api_error"],
    [529, "overloaded_error"],
  ]
  for (const [status, type] of expected) {
    const answer = await post(asked([said(`fail ${status}`)]))
    expect(answer.status).toBe(status)
    const id = answer.headers.get("request-id")
    expect(id).toStartWith("req_")
    expect(await answer.json()).toMatchObject({
      type: "error",
      error: { type, message: expect.any(String) },
      request_id: id,
    })
  }
})

test("an error after the first words is an event, and ends the stream", async () => {
  const { post } = demoTest()
  const body = asked([said("#say x\n#error 529")])
  const stream = events(await (await post(body)).text())
  expect(stream.at(-1)).toMatchObject({ type: "error", error: { type: "overloaded_error" } })
  expect(types(stream)).not.toContain("message_stop")
  expect((await post({ ...body, stream: false })).status).toBe(529)
})

test("a broken stream ends in the middle of a block", async () => {
  const { post } = demoTest()
  const stream = events(await (await post(asked([said("cut")]))).text())
  expect(order(stream)).toEqual(["message_start", "ping", "content_block_start", "content_block_delta"])
  expect((await post(asked([said("cut")], { stream: false }))).status).toBe(500)
})

test("an answer is no longer than the request allows", async () => {
  const { post } = demoTest()
  const answer = await (await post(asked([said("long")], { max_tokens: 1, stream: false }))).json()
  expect(answer).toMatchObject({ stop_reason: "max_tokens", content: [{ text: "# Wh" }] })
})

test("tokens are a quarter of the characters, and pictures do not count by their bytes", async () => {
  const { post } = demoTest()
  const count = async (content: unknown) => {
    const body = { model: "demo", messages: [{ role: "user", content }] }
    return (await (await post(body, { path: "/v1/messages/count_tokens" })).json()).input_tokens
  }
  const few = await count("x".repeat(40))
  expect((await count("x".repeat(440))) - few).toBe(100)
  const picture = (data: string) => [{ type: "image", source: { type: "base64", media_type: "image/png", data } }]
  expect(await count(picture("A".repeat(50_000)))).toBe(await count(picture("")))
})

test("there is one model, and nothing beside the three addresses", async () => {
  const { demo, post } = demoTest()
  const get = (path: string) => demo.serve(new Request(`http://localhost${path}`))
  expect(await (await get("/v1/models")).json()).toMatchObject({
    data: [{ id: "demo", type: "model" }],
    has_more: false,
  })
  for (const path of ["/", "/v1/messages", "/v1/models/demo"]) expect((await get(path)).status).toBe(404)
  expect((await post({}, { path: "/v1/models" })).status).toBe(404)
})

test("what is no request of the Messages API is refused, and the answer says why", async () => {
  const { post } = demoTest()
  const cases: [unknown, string][] = [
    ["{", "body"],
    ["[]", "body"],
    [{ model: "demo" }, "messages"],
    [{ model: "demo", messages: [] }, "messages"],
    [{ model: "demo", messages: [{ role: "user", content: 5 }] }, "messages.0.content"],
    [{ messages: [{ role: "user", content: "x" }] }, "model"],
    [{ model: "demo", max_tokens: 0, messages: [{ role: "user", content: "x" }] }, "max_tokens"],
  ]
  for (const [body, where] of cases) {
    const answer = await post(body)
    expect(answer.status).toBe(400)
    const { error } = await answer.json()
    expect(error).toMatchObject({ type: "invalid_request_error", message: expect.stringContaining(`${where}:`) })
  }
})

/** Reads on its own, and tells what has come so far. */
function read(answer: Response) {
  const decoder = new TextDecoder()
  let text = ""
  const ended = (async () => {
    for await (const bytes of answer.body ?? []) text += decoder.decode(bytes, { stream: true })
  })()
  ended.catch(() => undefined)
  return {
    ended,
    text: () => text,
    seen: () => types(events(text)),
    until: (part: string) => until(() => text.includes(part)),
  }
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1_000; tries++) {
    if (holds()) return
    await new Promise((resolve) => setImmediate(resolve))
  }
  throw new Error("it never became so")
}
