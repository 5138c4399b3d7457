import { expect, test } from "bun:test"
import type { DrivenLoop } from "../loops/index.ts"
import { type AgentPages, agentPages } from "../testing/agent-pages.tsx"
import { send, takenUp } from "../testing/agents.ts"
import { pageOf } from "../testing/html.ts"
import { person } from "../testing/loops.ts"
import type { ScriptedAgent } from "../testing/scripted-agent.ts"
import { cutLong } from "./oversize.ts"
import { parseSignal } from "./signals.ts"

const alice = person("alice")
const secret = { name: "TOKEN", value: "s3cr3t-value-of-alice" }

/** Right across the place where the page's part of it ends. */
const long = `${"x".repeat(8 * 1024 - 8)}${secret.value}${"é".repeat(400_000)}the very end`
const scrubbed = long.replace(secret.value, "[secret TOKEN]")

function show(agent: ScriptedAgent, content: unknown) {
  void agent.use("Bash", { command: "cat long.txt" }, "toolu_1")
  agent.speak({
    type: "user",
    uuid: "u-result",
    parent_tool_use_id: null,
    message: { role: "user", content: [{ type: "tool_result", tool_use_id: "toolu_1", content }] },
    tool_use_result: { stdout: long },
  })
  agent.answer("after it")
  agent.finish()
}

async function opened(stage: AgentPages, content: unknown = long): Promise<DrivenLoop> {
  const loop = await stage.loop()
  await send(stage, loop, "wait")
  show(await takenUp(stage, loop), content)
  await stage.seen(loop, "turn-finished")
  return loop
}

const withSecret = () => agentPages({ agent: { secretsOf: async () => [secret] } })

test("a very long tool result is kept whole beside the transcript, and the page shows its beginning with a way to all", async () => {
  await using stage = await withSecret()
  const loop = await opened(stage)
  const page = await pageOf(await stage.as(alice).get(`/loops/${loop.record.id}`))
  const block = page.one('[data-tool="Bash"]')
  expect(block.text).toContain("This is the beginning of 808.2 kB.")
  const [all, download] = page.all('[data-tool="Bash"] .cut-lines a')
  expect([all?.text, download?.text]).toEqual(["Show all", "Download"])
  const whole = await stage.as(person("bob")).get(all?.attributes["href"] ?? "")
  expect([whole.status, whole.headers.get("content-type")]).toEqual([200, "text/plain; charset=utf-8"])
  expect(await whole.text()).toBe(scrubbed)
  const events = await stage.events(loop)
  expect(JSON.stringify(events).length).toBeLessThan(200_000)
  expect(JSON.stringify(events)).not.toContain("s3cr3t")
  const spoken = events.flatMap((event) => (event.kind === "agent" ? [event.message.type] : []))
  expect(spoken.slice(-3)).toEqual(["user", "assistant", "result"])
  expect(await stage.world.disk.list(`${stage.world.home}/loops/${loop.record.id}/blobs`)).toHaveLength(1)
})

test("a long result in parts is kept too", async () => {
  await using stage = await withSecret()
  const loop = await opened(stage, [{ type: "text", text: long }])
  const page = await pageOf(await stage.as(alice).get(`/loops/${loop.record.id}`))
  const url = page.all('[data-tool="Bash"] .cut-lines a')[0]?.attributes["href"] ?? ""
  expect(await (await stage.as(alice).get(url)).text()).toBe(scrubbed)
})

test("a long text is there for those who may read the loop, under its own name only", async () => {
  await using stage = await withSecret()
  const loop = await opened(stage)
  const [name = ""] = await stage.world.disk.list(`${stage.world.home}/loops/${loop.record.id}/blobs`)
  const at = (part: string) => stage.as(alice).get(`/loops/${loop.record.id}/blobs/${part}`)
  expect((await at(name)).status).toBe(200)
  for (const other of ["0".repeat(64), "..%2fmeta.json", name.toUpperCase(), `${name}%00`])
    expect([other, (await at(other)).status]).toEqual([other, 404])
  await stage.world.loops.change(loop.record.id, (record) => ({ ...record, visibility: "private" }))
  expect((await stage.as(person("bob")).get(`/loops/${loop.record.id}/blobs/${name}`)).status).toBe(404)
})

test("a disk that does not take a long text is said, and the turn goes on", async () => {
  await using stage = await agentPages({
    over: (calls) => ({
      ...calls,
      open: (file, flags, mode) =>
        file.includes("/blobs/")
          ? Promise.reject(Object.assign(new Error("full"), { code: "ENOSPC" }))
          : calls.open(file, flags, mode),
    }),
  })
  const loop = await opened(stage)
  const page = await pageOf(await stage.as(alice).get(`/loops/${loop.record.id}`))
  expect(page.one('[data-tool="Bash"]').text).toContain("The disk did not take the rest")
  expect(page.has('[data-tool="Bash"] .cut-lines a')).toBe(false)
  expect(page.one("#conversation .turn-end").text).toContain("Done")
})

test("the beginning of a long text that is kept does not keep the rest of it in memory", () => {
  const mebibytes = 20
  Bun.gc(true)
  const before = process.memoryUsage().heapUsed
  const kept = Array.from({ length: 5 }, (_, n) => {
    const { message } = cutLong(JSON.parse(`{"text":"${String(n).repeat(mebibytes << 20)}"}`))
    const signal = parseSignal(`{${"x".repeat(mebibytes << 20)}`)
    Bun.gc(true)
    return [message, signal]
  })
  expect(JSON.stringify(kept).length).toBeGreaterThan(5 * 64 * 1024)
  expect((process.memoryUsage().heapUsed - before) >> 20).toBeLessThan(2 * mebibytes)
})
