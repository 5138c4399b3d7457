import { expect, test } from "bun:test"
import type { ToolsState } from "../sandbox/index.ts"
import { agentPages } from "../testing/agent-pages.tsx"
import { send } from "../testing/agents.ts"
import { readHtml } from "../testing/html.ts"
import { person } from "../testing/loops.ts"

const failed: ToolsState = {
  state: "failed",
  failure: {
    at: 0,
    tool: "npm:<b>nothing",
    tier: "team",
    fault: { code: "not-installed", detail: "mise ERROR no such package" },
    lines: ["fetching", "mise ERROR no such package"],
  },
}

test("a tool that is not to be had is told on the loop's page with its name, the last lines, who set it and a way to try again", async () => {
  await using stage = await agentPages()
  const loop = await stage.loop()
  const path = `/loops/${loop.record.id}`
  const noticeOf = async (name: string) => readHtml(await (await stage.as(person(name)).get(path)).text()).one("#tools")
  expect((await noticeOf("alice")).text).toBe("")
  await using stream = await stage.follow(loop, person("alice"), { after: 0 })
  stage.furnishes(loop, failed)
  await stream.shows("npm:&lt;b&gt;nothing could not be installed")
  const { text } = await noticeOf("alice")
  for (const words of ["npm:<b>nothing could not be installed", "no such package", "The team", "Try again"])
    expect(text).toContain(words)
  expect((await noticeOf("bob")).text).not.toContain("Try again")

  const run = { startedAt: 0, log: [], step: { name: "tool" as const, tool: "node", number: 2, of: 4, at: 0 } }
  stage.furnishes(loop, { state: "building", run })
  await stream.shows("Installing node")
  stage.furnishes(loop, { state: "restart" })
  await stream.shows("Restart the sandbox")
  stage.furnishes(loop, undefined)
  expect((await noticeOf("alice")).text).toBe("")
})

test("while tools are installed the loop's page says step and time of the last build, that a quiet build still works, and what is printed", async () => {
  await using stage = await agentPages()
  const loop = await stage.loop()
  const path = `/loops/${loop.record.id}`
  await using stream = await stage.follow(loop, person("alice"), { after: 0 })
  const step = { name: "tool", tool: "node", number: 2, of: 4, at: 0 } as const
  const run = { startedAt: 0, step, log: ["fetching <node>"], lastTook: 90_000, quietSince: 1 }
  stage.furnishes(loop, { state: "building", run })
  await stream.shows("fetching &lt;node&gt;")
  const page = readHtml(await (await stage.as(person("bob")).get(path)).text())
  for (const words of ["Installing node", "Step 2 of 4", "The last one took 1m 30s", "no output for a minute"])
    expect(page.one("#tools").text).toContain(words)
  expect(page.one("#tools-log .build-log").text).toBe("fetching <node>")
})

test("a message whose sandbox waits for tools says that they are being installed, and not that the sandbox starts", async () => {
  await using stage = await agentPages()
  const loop = await stage.loop()
  const started = Promise.withResolvers<{ kind: "failed"; reason: "stopped"; detail: string }>()
  Object.assign(stage.next, { start: started.promise, step: { step: "tools", text: "Installing node." } })
  await using stream = await stage.follow(loop, person("alice"), { after: 0 })
  await send(stage, loop, "wait for it")
  await stream.shows("Installing this loop")
  started.resolve({ kind: "failed", reason: "stopped", detail: "The start was given up." })
  await stage.seen(loop, "turn-failed")
})
